"""What is wrong with a file as a whole, said in one sentence."""

from pathlib import Path


class FileFault(ValueError):
    """A file that cannot be imported: the sentence names the file, never a cell of it.

    Args:
        path: the file; its name is told, its folder is not.
        complaint: goes on after the name: "is empty", "has no column visit_id".
    """

    def __init__(self, path: str | Path, complaint: str) -> None:
        name = "".join(letter if letter.isprintable() else "?" for letter in Path(path).name)
        super().__init__(f"{name} {complaint}")
        self.name, self.complaint = name, complaint
