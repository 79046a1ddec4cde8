"""Rows that were decoded lately, so that a list that is drawn again does not decode them again."""

from __future__ import annotations

from curator.store.rows import Row, row_from_bytes

#: How many rows are kept, and how many bytes of lines they may stand for.
ROWS = 4096
BYTES = 32 << 20


class RowCache:
    """The rows used last, by the number of their line.

    Args:
        rows: How many are kept.
        size: How many bytes their lines may have together; one row is always kept.
    """

    def __init__(self, rows: int = ROWS, size: int = BYTES) -> None:
        self._rows = rows
        self._size = size
        self._kept: dict[int, tuple[Row, int]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        """How many rows are kept."""
        return len(self._kept)

    def get(self, ref: int) -> Row | None:
        """Return a row if it is kept."""
        # Taken out and put back, so that what was used last stands last.
        kept = self._kept.pop(ref, None)
        if kept is None:
            return None
        self._kept[ref] = kept
        return kept[0]

    def put(self, ref: int, raw: bytes) -> Row:
        """Decode a line without its end, and keep the row."""
        row = row_from_bytes(raw, line=0, start=0)
        self._kept[ref] = row, len(raw)
        self._bytes += len(raw)
        while len(self._kept) > self._rows or (self._bytes > self._size and len(self._kept) > 1):
            self._bytes -= self._kept.pop(next(iter(self._kept)))[1]
        return row
