"""Every line that a file open for editing ever had, each under a number.

The file itself is then a plain array of numbers, 8 bytes a row: to put a row into a million others
moves 8 MB of memory, a fraction of a millisecond, and nothing else. Lines are never forgotten while
the file is open, which is what undo needs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator

from curator.store.snapshot import Snapshot

#: Small pieces are joined up to this many bytes, so that a writer is not called for each.
_PIECE = 1 << 20


def refs(numbers: range | list[int] | tuple[int, ...] = ()) -> array[int]:
    """Return line numbers as the array that a file of examples is."""
    return array("q", numbers)


class Lines:
    """Lines of snapshots, numbered from 0, and lines added since, numbered down from -1.

    Args:
        snapshot: What the file was when it was opened; its lines are 0, 1, 2, …
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshots = [snapshot]
        self._firsts = [0]
        self._added: list[bytes] = []

    def attach(self, snapshot: Snapshot) -> int:
        """Take in another snapshot; return the number of its first line."""
        # One number is left free between two, so that no run of numbers crosses from one to the
        # next.
        first = self._firsts[-1] + len(self._snapshots[-1]) + 1
        self._snapshots.append(snapshot)
        self._firsts.append(first)
        return first

    def add(self, line: bytes) -> int:
        """Take in a line with its end; return its number."""
        self._added.append(line)
        return -len(self._added)

    def __getitem__(self, ref: int) -> bytes:
        """Return a line with its end.

        Raises:
            ChangedOnDiskError: As `Snapshot`.
        """
        if ref < 0:
            return self._added[-ref - 1]
        place = bisect_right(self._firsts, ref) - 1
        return self._snapshots[place][ref - self._firsts[place]]

    def each(self, numbers: array[int]) -> Iterator[bytes]:
        """Yield these lines in order, each with its end; runs of neighbours are read together.

        Raises:
            ChangedOnDiskError: As `Snapshot`.
        """
        for first, count in runs(numbers):
            if first < 0:
                yield self[first]
            else:
                place = bisect_right(self._firsts, first) - 1
                yield from self._snapshots[place].each(first - self._firsts[place], count)

    def stream(self, numbers: array[int]) -> Iterator[bytes]:
        """Yield the bytes of these lines in order; runs of neighbours are read together.

        Raises:
            ChangedOnDiskError: As `Snapshot`.
        """
        small: list[bytes] = []
        held = 0
        for first, count in runs(numbers):
            if first < 0:
                pieces: Iterator[bytes] = iter((self[first],))
            else:
                place = bisect_right(self._firsts, first) - 1
                pieces = self._snapshots[place].stream(first - self._firsts[place], count)
            for piece in pieces:
                small.append(piece)
                held += len(piece)
                if held >= _PIECE:
                    yield b"".join(small)
                    small, held = [], 0
        if small:
            yield b"".join(small)


def runs(numbers: array[int]) -> Iterator[tuple[int, int]]:
    """Yield ``(first, count)`` for each run of neighbouring snapshot lines; added lines alone."""
    place, total = 0, len(numbers)
    while place < total:
        first, begin = numbers[place], place
        place += 1
        if first >= 0:
            while place < total and numbers[place] - first == place - begin:
                place += 1
        yield first, place - begin


def alike(one: array[int], other: array[int]) -> int:
    """Return how many numbers at the beginning are the same; arrays compare quickly."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low
