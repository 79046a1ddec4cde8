"""All twins of a set, or between two sets, by exact RapidFuzz scores.

Up to `SCORE_ALL` pairs of texts, every pair is scored. Above that, sketches propose pairs (see
`curator.neardup.propose`) and RapidFuzz scores those. So every pair in a report is a twin; of the
twins there are, at least 995 in 1,000 are found at 85 and above (docs/twins.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from curator.neardup.propose import Job, Side, jobs, stretch
from curator.neardup.report import (
    SCORERS,
    Cluster,
    Links,
    Pair,
    TwinReport,
    clustered,
    distinct,
    join_links,
)
from curator.neardup.score import (
    Scored,
    one_thread_a_product,
    run_in_order,
    score_all,
    score_proposed,
)
from curator.neardup.sketch import SHORT, Basis, cutoff, fit
from curator.neardup.wordjoin import counting, join
from curator.neardup.words import LEAST_WORDS, words_of

__all__ = ["DEFAULT_THRESHOLD", "Cluster", "Pair", "TwinReport", "clustered", "find_twins"]

DEFAULT_THRESHOLD = 85.0
#: Below this threshold sketches are no guide, and every pair is scored.
LEAST_SKETCHED = 70.0
#: The most pairs of distinct texts to score without asking the sketches.
SCORE_ALL = 8_000_000
#: The most pairs of distinct texts that a report keeps: 170 MB.
MOST_LINKS = 10_000_000

_BLOCK = 512
_COLUMNS = 16_384
_MOST_SHORT_PAIRS = 200_000_000

Progress = Callable[[int, int], None]
Texts = NDArray[np.object_]


def find_twins(
    texts: Sequence[str],
    against: Sequence[str] | None = None,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    scorers: Sequence[str] = ("ratio",),
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TwinReport:
    """Find the pairs of texts that are twins.

    Args:
        texts: Normalised texts (see `curator.neardup.text`). Empty texts have no twins.
        against: Other texts to compare with; None compares `texts` with one another.
        threshold: The least score, 0 to 100.
        scorers: ``ratio``, ``words`` or both; a pair needs one of them (see `Pair`).
        progress: Called with the rows done and the rows in all.
        cancelled: Asked between blocks; True ends the search with what was found.

    Returns:
        The report. For one set, each pair appears once with ``a < b``.
    """
    mine, left = distinct(texts)
    theirs, right = (mine, None) if against is None else distinct(against)
    search = _Search(
        [texts[row] for row in mine],
        None if against is None else [against[row] for row in theirs],
        threshold,
        cancelled,
    )
    seen: list[int] = []

    def told(done: int, total: int, part: int) -> None:
        rows = (part * total + done) * len(texts) // (max(1, total) * len(scorers))
        if progress and (not seen or rows > seen[-1]):
            seen.append(rows)
            progress(rows, len(texts))

    for part, scorer in enumerate(scorers):
        search.run(scorer, partial(told, part=part))
    if search.complete:
        told(1, 1, len(scorers) - 1)
    links = join_links(search.found)
    if against is None:
        low, high = np.minimum(links.one, links.other), np.maximum(links.one, links.other)
        links = replace(links, one=low, other=high)
    else:
        links = join_links([links, *search.equal()])
    others = len(texts) if against is None else len(against)
    compared = len(texts) * (len(texts) - 1) // 2 if against is None else len(texts) * others
    return TwinReport(
        found=links,
        left=left,
        right=right,
        threshold=threshold,
        scorers=tuple(scorers),
        rows=len(texts),
        compared=compared,
        scored=search.scored,
        complete=search.complete,
    )


class _Search:
    """One search among distinct texts, and what it has found so far."""

    def __init__(
        self,
        left: list[str],
        right: list[str] | None,
        threshold: float,
        cancelled: Callable[[], bool],
    ) -> None:
        self.left = left
        self.right = right
        self.threshold = threshold
        self.cancelled = cancelled
        self.found: list[Links] = []
        self.kept = 0
        self.scored = 0
        self.complete = True

    def run(self, scorer: str, progress: Progress) -> None:
        """Find the twins by one scorer."""
        others = self.left if self.right is None else self.right
        kind = SCORERS.index(scorer)
        if scorer == "words":
            self._take(self._by_words(), kind)
        elif self.threshold < LEAST_SKETCHED or len(self.left) * len(others) <= SCORE_ALL * (
            2 if self.right is None else 1
        ):
            self._take(self._all_scored(self.left, others, progress), kind)
        else:
            self._take(self._proposed(others, progress), kind)

    def equal(self) -> list[Links]:
        """Return the texts that both sides have."""
        numbers = {text: number for number, text in enumerate(self.right or ())}
        both = [(row, numbers[text]) for row, text in enumerate(self.left) if text in numbers]
        places = np.array(both, np.int64).reshape(-1, 2)
        score = np.full(len(both), 100.0)
        return [Links(places[:, 0], places[:, 1], score, np.zeros(len(both), np.uint8))]

    def _take(self, scored: Iterator[Scored], kind: int) -> None:
        for one, other, score in scored:
            self.found.append(Links(one, other, score, np.full(len(one), kind, np.uint8)))
            self.kept += len(one)
            if self.kept > MOST_LINKS or self.cancelled():
                self.complete = False
                return

    def _all_scored(
        self, left: Sequence[str], right: Sequence[str], progress: Progress
    ) -> Iterator[Scored]:
        """Score every pair; within one set, each once."""
        within = self.right is None
        for begin in range(0, len(left), _BLOCK):
            if self.cancelled():
                self.complete = False
                return
            block = left[begin : begin + _BLOCK]
            start = begin if within else 0
            for at in range(start, len(right), _COLUMNS):
                columns = right[at : at + _COLUMNS]
                self.scored += len(block) * len(columns)
                one, other, score = score_all(block, columns, self.threshold)
                one, other = one + begin, other + at
                keep = one < other if within else slice(None)
                yield one[keep], other[keep], score[keep]
            progress(min(begin + _BLOCK, len(left)), len(left))

    def _proposed(self, others: list[str], progress: Progress) -> Iterator[Scored]:
        """Score what sketches propose, and everything that is too short for them."""
        within = self.right is None
        mine = np.argsort([len(text) for text in self.left], kind="stable")
        left = np.array(self.left, object)[mine]
        theirs = mine
        right = left
        if not within:
            theirs = np.argsort([len(text) for text in others], kind="stable")
            right = np.array(others, object)[theirs]
        for one, other, score in self._short(left, right):
            yield mine[one], theirs[other], score
        with one_thread_a_product():
            basis = fit(left.tolist()) if within else fit(left.tolist(), right.tolist())
            side = _side(left, basis)
            other_side = None if within else _side(right, basis)
            parts = jobs(side, other_side, threshold=self.threshold, cosine=cutoff(self.threshold))
            done = 0
            for rows, proposed, (one, other, score) in run_in_order(
                self._scoring(rows, job, left, right) for rows, job in parts
            ):
                if self.cancelled():
                    self.complete = False
                    return
                done += rows
                self.scored += proposed
                yield mine[one], theirs[other], score
                progress(done, len(self.left))

    def _scoring(
        self, rows: int, job: Job, left: Texts, right: Texts
    ) -> Callable[[], tuple[int, int, Scored]]:
        def work() -> tuple[int, int, Scored]:
            if self.cancelled():
                none = np.empty(0, np.int64)
                return rows, 0, (none, none, np.empty(0, np.float64))
            one, other = job()
            return rows, len(one), score_proposed(left, right, one, other, self.threshold)

        return work

    def _short(self, left: Texts, right: Texts) -> Iterator[Scored]:
        """Score the texts that are too short for a sketch; both sides stand shortest first."""
        least = next((at for at, text in enumerate(left) if len(text) >= SHORT), len(left))
        reach = SHORT * stretch(self.threshold)
        most = next((at for at, text in enumerate(right) if len(text) > reach), len(right))
        if least * most <= _MOST_SHORT_PAIRS:
            short, near = left[:least].tolist(), right[:most].tolist()
            yield from self._all_scored(short, near, lambda _done, _total: None)

    def _by_words(self) -> Iterator[Scored]:
        """Find pairs by their words, and write out the texts that have the same ones."""
        threshold = max(self.threshold, 1.0)
        mine = [words_of(text) for text in self.left]
        first, left = distinct(mine)
        bags = [mine[row] for row in first]
        right, other_bags = left, None
        if self.right is not None:
            theirs = [words_of(text) for text in self.right]
            second, right = distinct(theirs)
            other_bags = [theirs[row] for row in second]
        for one, other, score in join(bags, other_bags, threshold, self.cancelled):
            self.scored += len(one)
            each = left.sizes[one] * right.sizes[other]
            if self.kept + int(each.sum()) > MOST_LINKS:
                self.complete = False
                return
            link, at = np.repeat(np.arange(len(one)), each), counting(each)
            wide = right.sizes[other][link]
            yield (
                left.rows[left.begins[one[link]] + at // wide],
                right.rows[right.begins[other[link]] + at % wide],
                score[link],
            )
        for number in np.flatnonzero(left.sizes > 1).tolist() if self.right is None else ():
            rows = left.of(number)
            if len(bags[number]) < LEAST_WORDS:
                continue
            if self.kept + len(rows) * (len(rows) - 1) // 2 > MOST_LINKS:
                self.complete = False
                return
            one, other = np.triu_indices(len(rows), 1)
            yield rows[one], rows[other], np.full(len(one), 100.0)


def _side(texts: Texts, basis: Basis) -> Side:
    every = texts.tolist()
    return Side(basis.project(every), np.fromiter(map(len, every), np.int64, len(every)))
