"""What comes in: cells, files, refusals, and what the store makes of them."""
