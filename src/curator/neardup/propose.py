"""Proposing pairs: all whose sketches have a high enough cosine and whose lengths allow a twin.

Up to `ALL_PAIRS` pairs every cosine is computed, as products of matrices: 0.2 s for 20,000 rows.
Above that a row is compared within its surroundings only (see `curator.neardup.cells`).

Rows come shortest first, so that those of a length which allows a twin stand side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curator.neardup.cells import Cells, Places, find_centres, place
from curator.neardup.sketch import Vectors

Proposal = tuple[Places, Places]
#: Work that gives the pairs of some rows of the searched side; ready to run on any thread.
Job = Callable[[], Proposal]

#: The most cosines to compute outright.
ALL_PAIRS = 3_000_000_000

_ROWS = 1024
_COLUMNS = 4096
_PART = 32_768


@dataclass(frozen=True)
class Side:
    """Rows to compare, shortest first.

    Attributes:
        sketches: Their sketches, shape (rows, dimensions).
        lengths: Their lengths in characters, ascending.
    """

    sketches: Vectors
    lengths: Places

    def __len__(self) -> int:
        return len(self.lengths)


def stretch(threshold: float) -> float:
    """Return how many times as long as the other one of two twins can be.

    ``fuzz.ratio`` is 200·LCS/(m+n) and LCS ≤ min(m, n), so a score of t needs
    min/max ≥ t/(200−t).
    """
    return (200 - threshold) / max(threshold, 1e-9) * (1 + 1e-9)


def jobs(
    left: Side, right: Side | None, *, threshold: float, cosine: float
) -> Iterator[tuple[int, Job]]:
    """Yield the work of proposing pairs, in parts.

    Args:
        left: Rows to search.
        right: Rows to search against; None searches `left` against itself.
        threshold: The least score, 0 to 100.
        cosine: The least cosine of two sketches.

    Yields:
        How many rows of `left` are done with the part, and the work. Each pair is proposed once;
        within one set, in either order.
    """
    longest = stretch(threshold)
    others = left if right is None else right
    if len(left) * len(others) <= ALL_PAIRS:
        turned = np.ascontiguousarray(others.sketches.T)
        for begin in range(0, len(left), _ROWS):
            rows = np.arange(begin, min(begin + _ROWS, len(left)))
            yield len(rows), _plain_job(left, others, turned, rows, longest, cosine, right is None)
        return
    centres = find_centres(others.sketches)
    mine = place(left.sketches, centres)
    theirs = mine if right is None else place(others.sketches, centres)
    for begin in range(0, len(left), _PART):
        yield (
            min(_PART, len(left) - begin),
            _cell_job(left, others, mine, theirs, begin, longest, cosine, right is None),
        )
    if right is not None:
        for begin in range(0, len(right), _PART):
            yield 0, _back_job(left, right, mine, theirs, begin, longest, cosine)


def _plain_job(
    left: Side,
    right: Side,
    turned: Vectors,
    rows: Places,
    longest: float,
    cosine: float,
    within: bool,
) -> Job:
    def work() -> Proposal:
        start, stop = _window(right.lengths, left.lengths[rows], longest)
        start = max(start, int(rows[0])) if within else start
        one, other = _close(left.sketches[rows], turned[:, start:stop], cosine)
        one, other = rows[one], other + start
        keep = _fitting(left.lengths[one], right.lengths[other], longest)
        if within:
            keep &= one < other
        return one[keep], other[keep]

    return work


def _cell_job(
    left: Side,
    right: Side,
    mine: Cells,
    theirs: Cells,
    begin: int,
    longest: float,
    cosine: float,
    within: bool,
) -> Job:
    def work() -> Proposal:
        one, other = _look(left, right, mine, theirs, begin, longest, cosine)
        if within:
            # Where each looks into the other's cell, the pair is found twice.
            keep = (one < other) | ((one > other) & ~theirs.sees(other, mine.home[one]))
            one, other = one[keep], other[keep]
        return one, other

    return work


def _back_job(
    left: Side, right: Side, mine: Cells, theirs: Cells, begin: int, longest: float, cosine: float
) -> Job:
    """What the rows searched against find in the cells of those searched, and only they."""

    def work() -> Proposal:
        other, one = _look(right, left, theirs, mine, begin, longest, cosine)
        keep = ~mine.sees(one, theirs.home[other])
        return one[keep], other[keep]

    return work


def _look(
    left: Side,
    right: Side,
    mine: Cells,
    theirs: Cells,
    begin: int,
    longest: float,
    cosine: float,
) -> Proposal:
    """Compare a part of `left` with the rows of `right` in every cell looked into."""
    end = min(begin + _PART, len(left))
    low, high = _window(right.lengths, left.lengths[begin:end], longest)
    ones, others = [], []
    for cell in range(mine.count):
        standing = theirs.standing(cell)
        standing = standing[np.searchsorted(standing, low) : np.searchsorted(standing, high)]
        looking = mine.looking(cell, begin, end)
        if not len(standing) or not len(looking):
            continue
        columns = np.ascontiguousarray(right.sketches[standing].T)
        lengths = right.lengths[standing]
        for at in range(0, len(looking), _ROWS):
            rows = looking[at : at + _ROWS]
            start, stop = _window(lengths, left.lengths[rows], longest)
            one, other = _close(left.sketches[rows], columns[:, start:stop], cosine)
            one, other = rows[one], standing[other + start]
            keep = _fitting(left.lengths[one], right.lengths[other], longest)
            ones.append(one[keep].astype(np.int32))
            others.append(other[keep].astype(np.int32))
    empty = np.empty(0, np.int32)
    return (
        np.concatenate(ones or [empty]).astype(np.int64),
        np.concatenate(others or [empty]).astype(np.int64),
    )


def _close(rows: Vectors, columns: Vectors, cosine: float) -> Proposal:
    ones, others = [], []
    for at in range(0, columns.shape[1], _COLUMNS):
        close = rows @ columns[:, at : at + _COLUMNS] >= cosine
        hits = np.flatnonzero(close)
        ones.append(hits // close.shape[1])
        others.append(hits % close.shape[1] + at)
    empty = np.empty(0, np.int64)
    return np.concatenate(ones or [empty]), np.concatenate(others or [empty])


def _window(lengths: Places, block: Places, longest: float) -> tuple[int, int]:
    """Return the range of `lengths` within which twins of a block of rows can be."""
    return (
        int(np.searchsorted(lengths, block[0] / longest, "left")),
        int(np.searchsorted(lengths, block[-1] * longest, "right")),
    )


def _fitting(one: Places, other: Places, longest: float) -> NDArray[np.bool_]:
    return np.maximum(one, other) <= np.minimum(one, other) * longest
