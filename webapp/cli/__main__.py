"""`python -m webapp.cli` is `truyvet`, for processes that truyvet starts itself."""

from webapp.cli import main

main()
