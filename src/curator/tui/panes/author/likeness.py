"""The texts of the open file, ready to be asked while somebody types for those most like one.

While the file is being checked for the first time they are searched one by one, which is quick
enough for some ten thousand. After that an index of `curator.neardup` is asked: a millisecond or
two among a hundred thousand. What is committed later is added to it row by row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curator.neardup import TwinIndex, TwinReport

Cancelled = Callable[[], bool]
#: The most twins of one row that are told.
MOST = 10
#: How many texts are compared before another thread gets its turn: a few milliseconds' worth.
_STRIDE = 2_000
#: Up to how many new texts are put into the index on the way to an answer, at 0.2 ms each.
_FEW = 50
#: Up to how many pairs of rows are listed before the likest are taken: some 100 MB.
_MOST_PAIRS = 2_000_000


class Likeness:
    """The texts of rows by their keys. Texts come from any thread; threads ask one at a time."""

    def __init__(self) -> None:
        self._index: TwinIndex | None = None
        # The key of each row of the index.
        self._keys: list[int] = []
        # What is in no index yet; only ever appended to, or cut off at its beginning.
        self._new: list[tuple[int, str]] = []
        self._asked = threading.Lock()
        self._settling = False

    def learn(self, key: int, text: str) -> None:
        """Take the text of a content; costs nothing, so that the thread that draws may call it."""
        if text:
            self._new.append((key, text))

    def settle(self) -> None:
        """Make an index of all that is known: 40 to 300 µs a text, for a thread of its own."""
        from curator.neardup import TwinIndex

        with self._asked:
            new, old = self._new[:], self._index
            if self._settling or (old is not None and len(new) <= len(old) // 10):
                return
            self._settling = True
        # Nobody waits meanwhile: the old index and the new texts are searched as they are.
        texts = [] if old is None else [old[row] for row in range(len(old))]
        index = TwinIndex([*texts, *(text for _, text in new)])
        with self._asked:
            self._index = index
            self._keys += [key for key, _ in new]
            del self._new[: len(new)]
            self._settling = False

    def nearest(
        self, text: str, threshold: float, is_there: Callable[[int], bool], cancelled: Cancelled
    ) -> tuple[tuple[int, float], ...]:
        """Return the rows most like `text`, at most ten, likest first: key and score.

        Args:
            text: What a row is compared by.
            threshold: The least score, 0 to 100.
            is_there: Whether a key is that of a row to be told: one that stands in the file.
            cancelled: Asked now and then; True ends the search.
        """
        with self._asked:
            new = self._new[:]
            found: dict[int, float] = {}
            if self._index is not None:
                if len(new) <= _FEW and not self._settling:
                    for key, one in new:
                        self._index.add(one)
                        self._keys.append(key)
                    del self._new[: len(new)]
                    new = []
                for near in self._index.nearest(text, threshold=threshold, limit=None):
                    found[self._keys[near.index]] = near.score
            found.update(twins_of(text, new, threshold, cancelled))
        there = (one for one in found.items() if is_there(one[0]))
        return tuple(sorted(there, key=lambda one: -one[1])[:MOST])


def twins_of(
    text: str, texts: Sequence[tuple[int, str]], threshold: float, cancelled: Cancelled
) -> Iterator[tuple[int, float]]:
    """Yield the texts like `text`, each as its key and its score.

    Linear in the texts of a length that can come near: two texts of lengths m and n score at most
    200 × min(m, n) / (m + n).
    """
    from curator.neardup import nearest

    reach = (200 - threshold) / max(threshold, 1)
    least, most = len(text) / reach, len(text) * reach
    near = [one for one in texts if least <= len(one[1]) <= most] if text else []
    for begin in range(0, len(near), _STRIDE):
        if cancelled():
            return
        part = near[begin : begin + _STRIDE]
        for one in nearest(text, [one for _, one in part], threshold=threshold, limit=None):
            yield part[one.index][0], one.score


def likest_pairs(report: TwinReport, most: int) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of a report that are among the likest `most` of either of their rows.

    Where thousands of rows are alike, every pair would be millions, and say no more.
    """
    import numpy as np

    few = report.pair_count > _MOST_PAIRS
    one, other, score, _ = report.chain() if few else report.arrays()
    pairs = np.tile(np.arange(len(one)), 2)
    rows = np.concatenate([one, other])
    order = np.lexsort((-np.tile(score, 2), rows))
    rows, pairs = rows[order], pairs[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows, "left")
    kept = np.unique(pairs[place < most])
    yield from zip(one[kept].tolist(), other[kept].tolist(), score[kept].tolist(), strict=True)
