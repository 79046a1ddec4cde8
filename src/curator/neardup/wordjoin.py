"""All pairs of texts that are alike by their words, found exactly.

Two lists of m and n words score t only if they share at least t(m+n)/200 of them. Order all words
by how rare they are: two lists that share k words or more share at least two of their rarest
n−k+2 (prefix filter, with pairs of words as keys). So only rows with a key in common are looked
at; a 64-bit signature of the words then bounds what two rows can share, and what is left is
counted by RapidFuzz. Of a long row the pairs of rare words would be millions, so how many of its
rarer words each row has is counted instead. No pair is missed.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, repeat

import numpy as np
from numpy.typing import NDArray

from curator.neardup.score import Places, Scored
from curator.neardup.words import LEAST_WORDS

Words = tuple[str, ...]

_AT_ONCE = 2_000_000
_KEYS_AT_ONCE = 24_000_000
#: Rows that may have more rare words than this are long: of 115 words or more at a score of 85.
_MOST_RARE = 32


def signature(words: Words) -> int:
    """Return 64 bits, one set for each word; the same in every process."""
    bits = 0
    for word in words:
        mixed = 0
        for character in word:
            mixed = (mixed * 1_000_003 + ord(character)) & 0xFFFFFFFF
        bits |= 1 << ((mixed * 0x9E3779B1 & 0xFFFFFFFF) >> 26)
    return bits


def least_shared(one: int, other: int, threshold: float) -> int:
    """Return how many words lists of two lengths must share to score `threshold`."""
    return max(1, math.ceil(threshold * (one + other) / 200 - 1e-9))


def possible(
    one: Places,
    other: Places,
    bits: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    sizes: tuple[Places, Places],
    threshold: float,
) -> NDArray[np.bool_]:
    """Return which pairs can share enough words, by their signatures.

    A bit of the one that the other lacks is at least one word that is not shared.
    """
    first, second = bits[0][one], bits[1][other]
    m, n = sizes[0][one], sizes[1][other]
    need = np.maximum(1, np.ceil(threshold * (m + n) / 200 - 1e-9))
    mine: Places = m - np.bitwise_count(first & ~second)
    enough: NDArray[np.bool_] = np.minimum(mine, n - np.bitwise_count(second & ~first)) >= need
    return enough


def join(
    left: Sequence[Words],
    right: Sequence[Words] | None,
    threshold: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Scored]:
    """Yield the pairs that score at least `threshold`, each once.

    Args:
        left: The sorted words of each row.
        right: Those of the rows to search against; None searches `left` against itself, and
            pairs come with the smaller place first.
        threshold: The least score, above 0.
        cancelled: Asked now and then; True ends the search.
    """
    every = list(left) if right is None else [*left, *right]
    border = None if right is None else len(left)
    bits = np.fromiter((signature(words) for words in every), np.uint64, len(every))
    sizes = np.fromiter(map(len, every), np.int64, len(every))
    done: set[int] = set()
    for low, high in chain(_sharing(every, border, threshold), _long(every, border, threshold)):
        if cancelled():
            return
        fits = possible(low, high, (bits, bits), (sizes, sizes), threshold)
        keys = np.unique(low[fits] * len(every) + high[fits])
        fresh = np.array([key for key in keys.tolist() if key not in done], np.int64)
        one, other, scores = _scored(every, *np.divmod(fresh, len(every)), threshold)
        done.update((one * len(every) + other).tolist())
        yield one, other - (border or 0), scores


def _scored(every: Sequence[Words], one: Places, other: Places, threshold: float) -> Scored:
    from rapidfuzz import fuzz, process

    if not len(one):
        return one, other, np.empty(0, np.float64)
    scores = process.cpdist(
        [every[row] for row in one.tolist()],
        [every[row] for row in other.tolist()],
        scorer=fuzz.ratio,
        score_cutoff=threshold,
        dtype=np.float64,
    )
    high = scores >= threshold
    return one[high], other[high], scores[high]


def _longest_paired(threshold: float) -> float:
    """Return up to how many words a row has at most `_MOST_RARE` rare ones.

    Twins of a row of n words have n·t/(200−t) or more, and share that many.
    """
    return (_MOST_RARE - 2) * (200 - threshold) / max(200 - 2 * threshold, 1e-9)


def _long(
    every: Sequence[Words], border: int | None, threshold: float
) -> Iterator[tuple[Places, Places]]:
    """Yield the pairs with a long row that may share enough words, the smaller place first.

    Costs, for each long row, one look at every row that has one of the rarer half of its words.
    """
    longest = _longest_paired(threshold)
    least = max(longest * threshold / (200 - threshold) - 1e-6, LEAST_WORDS - 1)
    rows = np.array([row for row, words in enumerate(every) if len(words) > least], np.int64)
    sizes = np.array([len(every[row]) for row in rows.tolist()], np.int64)
    if not (sizes > longest).any():
        return
    # A word that comes twice counts twice: its second coming is a word of its own.
    numbers: dict[tuple[str, int], int] = {}
    words = np.fromiter(
        (
            numbers.setdefault((word, place), len(numbers))
            for row in rows.tolist()
            for word, same in groupby(every[row])
            for place, _ in enumerate(same)
        ),
        np.int64,
        int(sizes.sum()),
    )
    owners = np.repeat(np.arange(len(rows)), sizes)[np.argsort(words, kind="stable")]
    frequency = np.bincount(words, minlength=len(numbers))
    begins = np.cumsum(frequency) - frequency
    last = np.cumsum(sizes)
    for at in np.flatnonzero(sizes > longest).tolist():
        mine = words[last[at] - sizes[at] : last[at]]
        mine = mine[np.argsort(frequency[mine], kind="stable")]
        # Whoever shares all that is left out must still have the rest of what is needed.
        left_out = int(0.7 * sizes[at] * threshold / (200 - threshold))
        mine = mine[: len(mine) - left_out]
        each = frequency[mine]
        shared = np.bincount(
            owners[np.repeat(begins[mine], each) + counting(each)], minlength=len(rows)
        )
        needed = np.ceil(threshold * (sizes[at] + sizes) / 200 - 1e-9)
        twins = (shared >= needed - left_out) & (sizes >= needed) & (sizes[at] >= needed)
        # Two long rows are looked at twice, and told once.
        twins &= (sizes <= longest) | (np.arange(len(rows)) > at)
        twin, row = rows[twins], np.full(int(twins.sum()), rows[at])
        low, high = np.minimum(twin, row), np.maximum(twin, row)
        keep = low < high if border is None else (low < border) & (high >= border)
        yield low[keep], high[keep]


def _sharing(
    every: Sequence[Words], border: int | None, threshold: float
) -> Iterator[tuple[Places, Places]]:
    """Yield pairs of rows that share a key, the smaller place first; a pair may come again."""
    frequency = Counter(word for words in every for word in set(words))
    ranks = {
        word: rank for rank, word in enumerate(sorted(frequency, key=lambda w: (frequency[w], w)))
    }
    for loose, owners in _keys(every, ranks, threshold):
        order = np.argsort(loose, kind="stable")
        keys, rows = loose[order], owners[order]
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        sizes = np.diff(np.concatenate([starts, [len(keys)]]))
        starts, sizes = starts[sizes > 1], sizes[sizes > 1]
        yield from _pairs_in(rows, starts, sizes, border)


def _pairs_in(
    rows: Places, starts: Places, sizes: Places, border: int | None
) -> Iterator[tuple[Places, Places]]:
    """Yield all pairs of rows within each of some runs, a bounded number at a time."""
    # The member at each place of a run is paired with all that come after it.
    places = np.repeat(starts, sizes) + counting(sizes)
    after = np.repeat(starts + sizes, sizes) - places - 1
    ends = np.cumsum(after)
    begin = 0
    while begin < len(places):
        limit = (ends[begin - 1] if begin else 0) + _AT_ONCE
        end = max(begin + 1, int(np.searchsorted(ends, limit, "right")))
        one = np.repeat(places[begin:end], after[begin:end])
        other = one + 1 + counting(after[begin:end])
        first, second = rows[one], rows[other]
        low, high = np.minimum(first, second), np.maximum(first, second)
        keep = low < high if border is None else (low < border) & (high >= border)
        yield low[keep], high[keep]
        begin = end


def counting(sizes: Places) -> Places:
    """Return 0, 1, … up to each size, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)


def _keys(
    every: Sequence[Words], ranks: dict[str, int], threshold: float
) -> Iterator[tuple[Places, Places]]:
    """Yield keys of rows and the rows they are of, in portions that together hold all of each key.

    A key is a pair of rare words or, for rows so short that one shared word can do, a single one.
    Long rows have none.
    """
    wide = len(ranks) + 1
    longest_single = 0
    for size in range(1, 200):
        shortest = max(1, math.ceil(size * threshold / (200 - threshold) - 1e-9))
        if least_shared(size, shortest, threshold) > 1:
            break
        longest_single = math.floor(size * (200 - threshold) / threshold)
    longest = _longest_paired(threshold)
    keys, owners = array("q"), array("q")
    for row, words in enumerate(every):
        size = len(words)
        if size < LEAST_WORDS or size > longest:
            continue
        shortest = max(1, math.ceil(size * threshold / (200 - threshold) - 1e-9))
        need = least_shared(size, shortest, threshold)
        # A word that comes twice counts twice: its second coming is a word of its own.
        rare = sorted(ranks[word] for word in words)
        found = {wide * wide + rank for rank in rare} if size <= longest_single else set()
        if need >= 2:
            prefix = rare[: size - need + 2]
            found.update(
                first * wide + second
                for place, first in enumerate(prefix)
                for second in prefix[place + 1 :]
            )
        keys.extend(found)
        owners.extend(repeat(row, len(found)))
    every_key, every_owner = np.frombuffer(keys, np.int64), np.frombuffer(owners, np.int64)
    for part in range(portions := max(1, len(keys) // _KEYS_AT_ONCE)):
        mine = every_key % portions == part
        yield every_key[mine], every_owner[mine]
