"""Output read in bounded pieces: the beginning and the end are kept, the middle is counted."""

from __future__ import annotations


class Capture:
    """The beginning and the end of a stream.

    Args:
        room: The most bytes to keep, half of them from the beginning.
    """

    def __init__(self, room: int) -> None:
        self._half = max(room // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, piece: bytes) -> None:
        """Take the stream's next bytes."""
        self.total += len(piece)
        free = self._half - len(self._head)
        self._head += piece[:free]
        self._tail += piece[free:]
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        """Return what was kept, with a line that says how many bytes were left out."""
        tail = bytes(self._tail[-self._half :])
        head = bytes(self._head)
        left_out = self.total - len(head) - len(tail)
        if left_out <= 0:
            return (head + tail).decode("utf-8", "replace")
        return (
            head.decode("utf-8", "replace")
            + f"\n… {left_out:,} bytes left out …\n"
            + tail.decode("utf-8", "replace")
        )
