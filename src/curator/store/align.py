"""Which rows of two states of a file are the same rows.

Equal rows are found as patience diff finds them: rows that occur once on each side pin the two
together where their order agrees, and what lies between two pins is compared the same way again.
Cost: one pass and a sort over what differs, n log n; rows before the first and after the last
difference cost one comparison each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence

Block = tuple[int, int, int]
#: Up to how many pairs of rows a gap without pins is searched exhaustively.
_SMALL = 250_000


def blocks(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Block]:
    """Return runs of equal rows as ``(old index, new index, count)``, rising on both sides.

    Args:
        old: One state, each row as anything that is equal where the rows are.
        new: The other.
    """
    found = list(_between(old, 0, len(old), new, 0, len(new)))
    joined: list[Block] = []
    for i, j, count in sorted(found):
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + count)
        else:
            joined.append((i, j, count))
    return joined


def gaps(found: Sequence[Block], old: int, new: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield what lies between blocks as ``(old start, old stop, new start, new stop)``.

    Args:
        found: As `blocks` returns them.
        old: How many rows the old state has.
        new: How many the new one has.
    """
    i = j = 0
    for start, other, count in (*found, (old, new, 0)):
        if start > i or other > j:
            yield i, start, j, other
        i, j = start + count, other + count


def _between(
    old: Sequence[Hashable], i: int, i_end: int, new: Sequence[Hashable], j: int, j_end: int
) -> Iterator[Block]:
    # A list of work and not recursion: pins may nest as deeply as a file is long.
    pending = [(i, i_end, j, j_end)]
    while pending:
        i, i_end, j, j_end = pending.pop()
        begin = i
        while i < i_end and j < j_end and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i > begin:
            yield begin, j - (i - begin), i - begin
        tail = 0
        while i < i_end and j < j_end and old[i_end - 1] == new[j_end - 1]:
            i_end, j_end, tail = i_end - 1, j_end - 1, tail + 1
        if tail:
            yield i_end, j_end, tail
        if i == i_end or j == j_end:
            continue
        pins = _pins(old, i, i_end, new, j, j_end)
        if pins:
            for at, other in pins:
                yield at, other, 1
                pending.append((i, at, j, other))
                i, j = at + 1, other + 1
            pending.append((i, i_end, j, j_end))
        elif (i_end - i) * (j_end - j) <= _SMALL:
            from difflib import SequenceMatcher

            matcher = SequenceMatcher(None, old[i:i_end], new[j:j_end], autojunk=False)
            for match in matcher.get_matching_blocks():
                if match.size:
                    yield i + match.a, j + match.b, match.size


def _pins(
    old: Sequence[Hashable], i: int, i_end: int, new: Sequence[Hashable], j: int, j_end: int
) -> list[tuple[int, int]]:
    """Return the longest rising chain of rows that occur once on each side."""
    here, there = _once(old, i, i_end), _once(new, j, j_end)
    pairs = sorted((at, there[row]) for row, at in here.items() if row in there)
    # The longest rising subsequence by patience: `tops` holds the lowest end of a chain by length.
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        length = bisect_left(tops, other)
        if length == len(tops):
            tops.append(other)
            ends.append(number)
        else:
            tops[length] = other
            ends[length] = number
        before.append(ends[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _once(rows: Sequence[Hashable], start: int, stop: int) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for index in range(start, stop):
        row = rows[index]
        places[row] = -1 if row in places else index
    return {row: index for row, index in places.items() if index >= 0}
