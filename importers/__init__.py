"""Data that comes in as files: one declaration a source, one loop that runs them.

`files` reads a file into rows of text, `parse` turns a cell into what it means, a
declaration (`visits.VISITS`, ...) says which columns a source has, and `importer.run`
carries its rows into the graph in batches, accounting for every one of them.
"""
