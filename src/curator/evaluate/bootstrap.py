"""Intervals where several answers belong to one prompt: prompts are drawn anew, not answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from curator.evaluate.statistics import CONFIDENCE, wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
#: With fewer prompts a bootstrap is too sure of itself: simulated with 5 answers to each, its 95%
#: intervals held a true rate of 30 or 50% in 81 to 88% with 5 prompts, in 92 to 94% with 20.
FEW = 20


def mean_interval(clusters: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the 95% interval of a rate over clusters of outcomes, 0 to 1 each.

    The percentile bootstrap that resamples whole clusters (Davison and Hinkley, 1997, "Bootstrap
    Methods and their Application", section 3.8), which a bootstrap of single outcomes would make
    too narrow. Where all outcomes are alike, resampling shows no spread at all; the interval is
    then Wilson's with one trial a cluster, which is what is known at least. With few clusters it is
    at least as wide as that one.

    Args:
        clusters: Outcomes by prompt; prompts without any are passed over.

    Returns:
        Lower and upper end. The resampling is seeded: the same outcomes give the same interval.
        10,000 resamples of 120 prompts take about 40 ms the first time and 5 ms then.
    """
    kept = [cluster for cluster in clusters if cluster]
    if not kept:
        return 0.0, 1.0
    passed = sum(map(sum, kept))
    if passed in (0, sum(map(len, kept))):
        return wilson(len(kept) if passed else 0, len(kept))
    weights = _weights(len(kept))
    sums = weights @ _floats([sum(cluster) for cluster in kept])
    sizes = weights @ _floats([len(cluster) for cluster in kept])
    found = _percentiles(sums / sizes)
    if len(kept) >= FEW:
        return found
    rate = passed / sum(map(len, kept))
    return wider(found, wilson(rate * len(kept), len(kept)))


def wider(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the interval that holds both."""
    return min(one[0], other[0]), max(one[1], other[1])


def difference_interval(differences: Sequence[float]) -> tuple[float, float]:
    """Return the 95% interval of a mean difference, one value a prompt; see `mean_interval`.

    Where all differences are alike it has no width and says nothing: ask something else then.
    """
    return _percentiles(_weights(len(differences)) @ _floats(differences) / len(differences))


@lru_cache(maxsize=2)
def _weights(count: int) -> NDArray[np.float64]:
    """Return how often each of `count` prompts is drawn, a row a resample."""
    import numpy as np

    generator = np.random.default_rng(20_26)
    return generator.multinomial(count, [1 / count] * count, size=RESAMPLES).astype(np.float64)


def _floats(values: Sequence[float]) -> NDArray[np.float64]:
    import numpy as np

    return np.array(values, dtype=np.float64)


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    import numpy as np

    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
