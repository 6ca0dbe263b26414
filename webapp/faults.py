"""Faults that a person can do something about."""


class Explained(Exception):
    """A fault whose text is a whole sentence, in the language of whoever asked."""
