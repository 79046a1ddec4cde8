"""What a search for twins found: pairs, their scores, and the groups they make.

Rows with equal texts are found once and kept as copies of one another, and pairs are kept in
arrays of 17 bytes each; so a set with 100,000 equal rows has a report, though not a list of its
five billion pairs. `TwinReport.pairs` writes out what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

#: What a score can be of: all characters in their order, the words in any order, normalised code.
SCORERS = ("ratio", "words", "code")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two twins.

    Attributes:
        a: Index of the first in the rows searched.
        b: Index of the second: in the same rows, or in those searched against.
        score: How alike they are, 0 to 100, not rounded.
        scorer: Which score that is: ``ratio`` is RapidFuzz ``fuzz.ratio`` of the two texts,
            ``words`` that of their words in any order, given where ``ratio`` finds no twins;
            ``code`` that of their normalised code.
    """

    a: int
    b: int
    score: float
    scorer: str = "ratio"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows connected by pairs, directly or through others.

    Attributes:
        members: Their indices, ascending.
    """

    members: tuple[int, ...]


@dataclass(frozen=True)
class Links:
    """Twins among distinct texts, as arrays of one length.

    Attributes:
        one: Numbers of first texts.
        other: Numbers of second texts.
        score: Scores, 0 to 100.
        scorer: Places in `SCORERS`.
    """

    one: Places
    other: Places
    score: NDArray[np.float64]
    scorer: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.one)

    def take(self, which: NDArray[np.bool_] | Places) -> Links:
        """Return some of them."""
        return Links(self.one[which], self.other[which], self.score[which], self.scorer[which])

    def best(self) -> Links:
        """Return each pair once, by the first of `SCORERS` that found it."""
        order = np.lexsort((self.scorer, self.other, self.one))
        links = self.take(order)
        first = np.ones(len(links), np.bool_)
        first[1:] = (links.one[1:] != links.one[:-1]) | (links.other[1:] != links.other[:-1])
        return links.take(first)


def join_links(parts: Iterable[Links]) -> Links:
    """Return several sets of links as one."""
    every = list(parts)
    return Links(
        np.concatenate([np.empty(0, np.int64), *(part.one for part in every)]),
        np.concatenate([np.empty(0, np.int64), *(part.other for part in every)]),
        np.concatenate([np.empty(0, np.float64), *(part.score for part in every)]),
        np.concatenate([np.empty(0, np.uint8), *(part.scorer for part in every)]),
    )


@dataclass(frozen=True)
class Copies:
    """The rows of each distinct text.

    Attributes:
        rows: All rows that have a text, those of one text side by side and ascending.
        begins: Where each text's rows begin in `rows`, and last where the last one's end.
    """

    rows: Places
    begins: Places

    @property
    def sizes(self) -> Places:
        """How many rows each text has."""
        return np.diff(self.begins)

    def of(self, number: int) -> Places:
        """Return the rows of one text."""
        return self.rows[self.begins[number] : self.begins[number + 1]]


def distinct(texts: Sequence[str] | Sequence[tuple[str, ...]]) -> tuple[list[int], Copies]:
    """Return the first row of each distinct text, and all its rows; empty texts do not count."""
    numbers: dict[str | tuple[str, ...], int] = {}
    numbered = np.fromiter(
        (numbers.setdefault(text, len(numbers)) if text else -1 for text in texts),
        np.int64,
        len(texts),
    )
    order = np.argsort(numbered, kind="stable")
    order = order[np.searchsorted(numbered[order], 0) :]
    sizes = np.bincount(numbered[order], minlength=len(numbers))
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return order[begins[:-1]].tolist(), Copies(order, begins)


@dataclass(frozen=True)
class TwinReport:
    """What a search found.

    Attributes:
        found: The twins among distinct texts, by every score that found them.
        left: The rows of each distinct text searched.
        right: Those of each text searched against; None for a search within one set.
        threshold: The least score.
        scorers: Which scores were computed, of `SCORERS`.
        on: What was compared: ``instruction``, ``output`` or ``both``.
        rows: How many rows were searched.
        compared: How many pairs of different rows the search covered.
        scored: How many pairs of different texts were given an exact score.
        complete: False if the search was stopped, or had more pairs than it may keep.
    """

    found: Links
    left: Copies
    right: Copies | None
    threshold: float
    scorers: tuple[str, ...]
    rows: int
    compared: int
    scored: int
    complete: bool = True
    on: str = "instruction"

    @cached_property
    def links(self) -> Links:
        """The twins among distinct texts, each pair once."""
        return self.found.best()

    @property
    def scorer(self) -> str:
        """The names of the scores computed, joined by ``+``."""
        return "+".join(self.scorers)

    @property
    def pair_count(self) -> int:
        """How many pairs of rows there are, without writing them out."""
        mine = self.left.sizes
        theirs = mine if self.right is None else self.right.sizes
        count = int((mine[self.links.one] * theirs[self.links.other]).sum())
        return count + (int((mine * (mine - 1) // 2).sum()) if self.right is None else 0)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs at or above the threshold, by index; about 100 bytes each."""
        return tuple(written(*self.arrays()))

    def arrays(
        self,
    ) -> tuple[Places, Places, NDArray[np.float64], NDArray[np.uint8]]:
        """Return all pairs as arrays: rows, rows, scores and places in `SCORERS`; by index."""
        left, right = self.left, self.left if self.right is None else self.right
        wide = right.sizes[self.links.other]
        each = left.sizes[self.links.one] * wide
        link = np.repeat(np.arange(len(self.links)), each)
        within = np.arange(len(link)) - np.repeat(np.cumsum(each) - each, each)
        one = left.rows[left.begins[self.links.one[link]] + within // wide[link]]
        other = right.rows[right.begins[self.links.other[link]] + within % wide[link]]
        score, scorer = self.links.score[link], self.links.scorer[link]
        if self.right is None:
            one, other = np.minimum(one, other), np.maximum(one, other)
            same = [self._equal_pairs(int(size)) for size in np.unique(left.sizes) if size > 1]
            one = np.concatenate([one, *(pairs[0] for pairs in same)])
            other = np.concatenate([other, *(pairs[1] for pairs in same)])
            more = len(one) - len(score)
            score = np.concatenate([score, np.full(more, 100.0)])
            kind = SCORERS.index("code" if self.scorers == ("code",) else "ratio")
            scorer = np.concatenate([scorer, np.full(more, kind, np.uint8)])
        order = np.lexsort((other, one))
        return one[order], other[order], score[order], scorer[order]

    def chain(
        self,
    ) -> tuple[Places, Places, NDArray[np.float64], NDArray[np.uint8]]:
        """Return as `arrays` does, but few pairs where rows are equal: each with the next one.

        Of texts that are alike, the first rows stand for all; so every row that has a twin within
        one set is in a pair, and there are no more pairs than links and rows.
        """
        left, right, links = self.left, self.right or self.left, self.links
        one, other = left.rows[left.begins[links.one]], right.rows[right.begins[links.other]]
        next_to = np.empty(0, np.int64)
        if self.right is None:
            one, other = np.minimum(one, other), np.maximum(one, other)
            next_to = np.setdiff1d(np.arange(1, len(left.rows)), left.begins)
        kind = SCORERS.index("code" if self.scorers == ("code",) else "ratio")
        one = np.concatenate([one, left.rows[next_to - 1]])
        other = np.concatenate([other, left.rows[next_to]])
        score = np.concatenate([links.score, np.full(len(next_to), 100.0)])
        scorer = np.concatenate([links.scorer, np.full(len(next_to), kind, np.uint8)])
        order = np.lexsort((other, one))
        return one[order], other[order], score[order], scorer[order]

    def _equal_pairs(self, size: int) -> tuple[Places, Places]:
        """Return all pairs of equal rows among the texts that have `size` rows."""
        begins = self.left.begins[:-1][self.left.sizes == size]
        first, second = np.triu_indices(size, 1)
        return (
            self.left.rows[begins[:, None] + first].ravel(),
            self.left.rows[begins[:, None] + second].ravel(),
        )

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Connected groups of the rows searched, largest first; none for two sets."""
        if self.right is not None:
            return ()
        group = components(len(self.left.sizes), self.links.one, self.links.other)
        labels = np.repeat(group, self.left.sizes)
        order = np.lexsort((self.left.rows, labels))
        rows = self.left.rows[order].tolist()
        starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
        sizes = np.diff(np.append(starts, len(rows)))
        found = [
            Cluster(tuple(rows[start : start + size]))
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)
            if size > 1
        ]
        return tuple(sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members)))

    @cached_property
    def same(self) -> tuple[tuple[int, ...], ...]:
        """The rows searched whose texts are equal, in groups, by their first row."""
        numbers = np.flatnonzero(self.left.sizes > 1).tolist()
        return tuple(sorted(tuple(self.left.of(number).tolist()) for number in numbers))

    def above(self, threshold: float) -> TwinReport:
        """Return the same report at a higher threshold, without scoring again.

        Raises:
            ValueError: The threshold is below the one the pairs were found with.
        """
        if threshold < self.threshold:
            raise ValueError(f"pairs below {self.threshold} were not kept")
        found = self.found.take(self.found.score >= threshold)
        return replace(self, found=found, threshold=threshold)


def written(
    one: Places, other: Places, score: NDArray[np.float64], scorer: NDArray[np.uint8]
) -> Iterator[Pair]:
    """Yield pairs that stand in arrays."""
    names = [SCORERS[place] for place in scorer.tolist()]
    yield from map(Pair, one.tolist(), other.tolist(), score.tolist(), names)


def components(count: int, one: Places, other: Places) -> Places:
    """Return for each of `count` things the least one it is connected with.

    Every thing takes the least label next to it, then the label of its label, until nothing
    changes: a few rounds, each one pass over the links.
    """
    label = np.arange(count)
    while True:
        lower = np.minimum(label[one], label[other])
        changed = label.copy()
        for ends in (one, other, label[one], label[other]):
            np.minimum.at(changed, ends, lower)
        changed = changed[changed]
        if np.array_equal(changed, label):
            return label
        label = changed


def clustered(pairs: Sequence[Pair]) -> tuple[Cluster, ...]:
    """Return the connected groups that `pairs` within one set make, largest first."""
    parent: dict[int, int] = {}

    def root(member: int) -> int:
        parent.setdefault(member, member)
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for pair in pairs:
        first, second = root(pair.a), root(pair.b)
        parent[max(first, second)] = min(first, second)
    groups: dict[int, list[int]] = {}
    for member in sorted(parent):
        groups.setdefault(root(member), []).append(member)
    found = [Cluster(tuple(members)) for members in groups.values()]
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members)))
