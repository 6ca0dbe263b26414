"""What can go wrong between a caller and the store; no text here ever holds a value."""


class NotFound(LookupError):
    """Nothing of this kind has the key asked for.

    Args:
        kind: the word of the glossary for it, as `case`; never the key itself.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"no such {kind}")
        self.kind = kind


class Refused(ValueError):
    """An input that the platform does not take.

    Args:
        field: the column, form field or option at fault.
        reason: what is wrong and what is expected, without the value.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class StoreAway(Exception):
    """Neo4j does not answer: nothing was read, and what was sent may or may not be stored."""


class Deadlocked(StoreAway):
    """Two transactions waited for each other, and this one gave way: nothing was written."""


class StoreFault(Exception):
    """Neo4j refused a statement; the text names the query and the status code alone."""


class TooMuch(StoreFault):
    """Neo4j stopped a statement that took too long or too much memory; nothing was written."""
