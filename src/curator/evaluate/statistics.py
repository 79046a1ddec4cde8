"""How sure a rate is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

CONFIDENCE = 0.95


def wilson(passed: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22:209-212, without continuity correction. Unlike the usual ±, it is honest at small `n`
    and at 0% and 100%: 1 of 1 is 0.21 to 1.

    Args:
        passed: Successes, 0 to `n`.
        n: Trials. With none, nothing is known: the interval is 0 to 1.
        confidence: The probability that the interval covers the true proportion.

    Raises:
        ValueError: `passed` is not between 0 and `n`, or `n` is negative.
    """
    if not 0 <= passed <= n:
        raise ValueError(f"{passed} of {n} is no proportion")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = passed / n
    centre = rate + z * z / (2 * n)
    spread = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if passed == 0 else (centre - spread) / scale
    high = 1.0 if passed == n else (centre + spread) / scale
    return low, high


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, and what that says.

    Attributes:
        passed: Successes.
        n: Trials.
    """

    passed: int
    n: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Rate:
        """Return the rate of True among `outcomes`."""
        values = list(outcomes)
        return cls(sum(values), len(values))

    @property
    def rate(self) -> float:
        """The proportion, 0 to 1; 0 where there were no trials."""
        return self.passed / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% Wilson interval."""
        return wilson(self.passed, self.n)

    def __str__(self) -> str:
        """Return ``3 of 5, 60% (23–88%)``."""
        low, high = self.interval
        return f"{self.passed} of {self.n}, {self.rate:.0%} ({low * 100:.0f}–{high:.0%})"

    def to_json(self) -> dict[str, Any]:
        """Return the rate with its interval as plain JSON values."""
        low, high = self.interval
        return {
            "passed": self.passed,
            "n": self.n,
            "rate": round(self.rate, 6),
            "low": round(low, 6),
            "high": round(high, 6),
        }
