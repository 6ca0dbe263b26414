"""Numbers for ids: the import tool wants nodes by whole numbers."""

from collections.abc import Iterable

import polars


class Numbers:
    """Numbers from 0 for texts, in the order in which they are first seen."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        texts = list(known)
        self._known = polars.DataFrame(
            {"text": texts, "number": range(len(texts))},
            schema={"text": polars.String, "number": polars.UInt32},
        )

    def __len__(self) -> int:
        return len(self._known)

    @property
    def texts(self) -> polars.Series:
        """The texts, by number."""
        return self._known["text"]

    def of(self, texts: polars.Series) -> polars.Series:
        """Return the number of each text; new texts get the next ones."""
        wanted = polars.DataFrame({"text": texts})
        new = wanted.unique(maintain_order=True).join(
            self._known, on="text", how="anti", maintain_order="left"
        )
        if len(new):
            first = len(self._known)
            numbered = new.with_columns(
                number=polars.arange(first, first + len(new), eager=True, dtype=polars.UInt32)
            )
            self._known = polars.concat([self._known, numbered])
        return wanted.join(self._known, on="text", how="left", maintain_order="left")["number"]
