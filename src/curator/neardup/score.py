"""Exact scores of proposed pairs, and of all pairs where there are few."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Scores = NDArray[np.float64]
Scored = tuple[Places, Places, Scores]
T = TypeVar("T")

#: Above this many characters two texts are scored by themselves: RapidFuzz then leaves out what
#: they begin and end with alike, which it cannot when it prepares one text for many.
LONG = 2000


def score_proposed(
    left: NDArray[np.object_],
    right: NDArray[np.object_],
    one: Places,
    other: Places,
    threshold: float,
) -> Scored:
    """Return those of some pairs that score at least `threshold`, with their scores.

    Pairs are scored a row at a time, since RapidFuzz prepares a text once for all that it is
    compared with: 0.15 µs a pair where a row has a hundred of them, against 0.9 µs one by one.

    Args:
        left: The texts that `one` counts in.
        right: The texts that `other` counts in.
        one: Places of first texts.
        other: Places of second texts.
        threshold: The least score, 0 to 100.
    """
    from rapidfuzz import fuzz, process

    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    rows, begins = np.unique(one, return_index=True)
    ends = np.append(begins, len(one))[1:]
    scores = np.zeros(len(one), np.float64)
    for row, begin, end in zip(rows.tolist(), begins.tolist(), ends.tolist(), strict=True):
        if len(left[row]) > LONG:
            scores[begin:end] = [
                fuzz.ratio(left[row], text, score_cutoff=threshold)
                for text in right[other[begin:end]]
            ]
            continue
        scores[begin:end] = process.cdist(
            [left[row]],
            right[other[begin:end]].tolist(),
            scorer=fuzz.ratio,
            score_cutoff=threshold,
            dtype=np.float64,
        )[0]
    # A score of 0 is also what RapidFuzz gives to a pair below the cutoff.
    high = scores >= max(threshold, 1e-9)
    return one[high], other[high], scores[high]


def score_all(left: Sequence[str], right: Sequence[str], threshold: float) -> Scored:
    """Return all pairs of some texts with others that score at least `threshold`.

    Costs 9 bytes a pair while it runs, and 0.05 µs a pair on two cores.
    """
    from rapidfuzz import fuzz, process

    scores = process.cdist(
        [text if len(text) <= LONG else None for text in left],
        [text if len(text) <= LONG else None for text in right],
        scorer=fuzz.ratio,
        score_cutoff=threshold,
        dtype=np.float64,
        workers=-1,
    )
    long = [place for place, text in enumerate(right) if len(text) > LONG]
    for row, text in enumerate(left):
        for place in range(len(right)) if len(text) > LONG else long:
            scores[row, place] = fuzz.ratio(text, right[place], score_cutoff=threshold)
    one, other = np.nonzero(scores >= threshold)
    return one, other, scores[one, other]


def run_in_order(work: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Run pieces of work on all cores and yield their results in order.

    Two pieces a core are under way at a time, so memory stays bounded. Closing the iterator waits
    for those, and drops them.
    """
    cores = os.cpu_count() or 1
    pieces = iter(work)
    with ThreadPoolExecutor(cores, thread_name_prefix="curator-twins") as pool:
        waiting: deque[Future[T]] = deque(
            pool.submit(piece) for piece in itertools.islice(pieces, cores + 1)
        )
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(piece) for piece in itertools.islice(pieces, 1))
                yield result
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def one_thread_a_product() -> Iterator[None]:
    """Keep products of matrices on the thread that asks for them, while this lasts.

    Threads of ours already use every core; OpenBLAS's own on top of them wait by spinning, which
    was measured at 30 times as long on a busy machine.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # ships no types

    with threadpool_limits(limits=1, user_api="blas"):
        yield
