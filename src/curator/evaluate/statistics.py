"""How sure a rate is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist
from typing import Any

CONFIDENCE = 0.95


def wilson(passed: float, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
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
        bounds: The 95% interval where trials hang together, as several answers to one prompt do;
            None where each stands for itself and the interval is Wilson's.
    """

    passed: int
    n: int
    bounds: tuple[float, float] | None = None

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Rate:
        """Return the rate of True among `outcomes`."""
        values = list(outcomes)
        return cls(sum(values), len(values))

    @classmethod
    def of_prompts(cls, outcomes: Sequence[Sequence[bool]]) -> Rate:
        """Return the rate over the answers to several prompts.

        Where prompts have several answers, the interval is a bootstrap over prompts: the answers
        to one prompt are alike, and counting each as a trial of its own would feign certainty.
        """
        plain = cls.of(passed for prompt in outcomes for passed in prompt)
        if all(len(prompt) <= 1 for prompt in outcomes):
            return plain
        from curator.evaluate.bootstrap import mean_interval

        return cls(plain.passed, plain.n, mean_interval(outcomes))

    @property
    def rate(self) -> float:
        """The proportion, 0 to 1; 0 where there were no trials."""
        return self.passed / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval."""
        return self.bounds or wilson(self.passed, self.n)

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


def pass_at(k: int, n: int, correct: int) -> float:
    """Return the probability that at least one of `k` answers is right, estimated without bias.

    Chen, M. et al. (2021), "Evaluating Large Language Models Trained on Code", arXiv:2107.03374,
    equation 1: ``1 - C(n - c, k) / C(n, k)``. Raising ``c / n`` to a power instead is biased.

    Args:
        k: How many answers one may look at.
        n: How many answers there are, at least `k`.
        correct: How many of them are right.

    Raises:
        ValueError: `k` is not between 1 and `n`, or `correct` not between 0 and `n`.
    """
    if not 1 <= k <= n or not 0 <= correct <= n:
        raise ValueError(f"pass@{k} cannot be told from {correct} of {n}")
    return 1.0 - comb(n - correct, k) / comb(n, k)


@dataclass(frozen=True, slots=True)
class PassAt:
    """The share of prompts that are solved within some answers.

    Attributes:
        k: How many answers one may look at.
        n: How many prompts there are.
        rate: The mean of the unbiased estimates, 0 to 1.
        low: Lower end of the 95% interval.
        high: Upper end.
    """

    k: int
    n: int
    rate: float
    low: float
    high: float

    @classmethod
    def of(cls, k: int, outcomes: Sequence[Sequence[bool]]) -> PassAt | None:
        """Return it for prompts with at least `k` answers each, or None where one has fewer.

        The interval is Wilson's for one answer a prompt, and a bootstrap over prompts otherwise.
        """
        if not outcomes or min(map(len, outcomes)) < k:
            return None
        each = [pass_at(k, len(prompt), sum(prompt)) for prompt in outcomes]
        if max(map(len, outcomes)) == 1:
            low, high = wilson(sum(each), len(each))
        else:
            from curator.evaluate.bootstrap import mean_interval

            low, high = mean_interval([[value] for value in each])
        return cls(k, len(each), sum(each) / len(each), low, high)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        figures = {name: round(getattr(self, name), 6) for name in ("rate", "low", "high")}
        return {"k": self.k, "n": self.n, **figures}
