"""Two models on the same prompts: is one better, by how much, and how sure is that.

Comparing two rates that share their prompts as if they did not throws away most of what is known:
a prompt that both fail says nothing about the difference. So only prompts on which the two differ
decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, lcm, sqrt
from typing import Any

from curator.evaluate.statistics import wilson

#: Below this p a difference counts as shown.
ALPHA = 0.05


def mcnemar(worse: int, better: int) -> float:
    """Return the two-sided p of McNemar's exact test.

    McNemar, Q. (1947), Psychometrika 12:153-157, in its exact conditional form: given that the two
    differ on ``worse + better`` prompts, and were in truth alike, each of those is a fair coin.

    Args:
        worse: Prompts that only the first passed.
        better: Prompts that only the second passed.

    Raises:
        ValueError: A count is negative.
    """
    if worse < 0 or better < 0:
        raise ValueError("Counts of prompts cannot be negative.")
    n = worse + better
    tail: int = sum(comb(n, count) for count in range(min(worse, better) + 1))
    # Whole numbers to the end: 2.0 ** n leaves the floats behind at n = 1,024.
    return 1.0 if 2 * tail >= 2**n else 2 * tail / 2**n


def newcombe(both: int, worse: int, better: int, neither: int) -> tuple[float, float]:
    """Return the 95% interval of the difference of two paired proportions, second less first.

    Newcombe, R. G. (1998), "Improved confidence intervals for the difference between binomial
    proportions based on paired data", Statistics in Medicine 17:2635-2650, method 10: Wilson's
    intervals of the two rates, joined by their correlation, which is lowered by half a pair where
    it is positive.

    Args:
        both: Prompts that both passed.
        worse: Prompts that only the first passed.
        better: Prompts that only the second passed.
        neither: Prompts that neither passed.

    Returns:
        Lower and upper end, each from -1 to 1; with no prompts, -1 and 1.

    Raises:
        ValueError: A count is negative.
    """
    n = both + worse + better + neither
    if n == 0:
        return -1.0, 1.0
    first, second = both + worse, both + better
    difference = (second - first) / n
    first_low, first_high = wilson(first, n)
    second_low, second_high = wilson(second, n)
    margins = first * (n - first) * second * (n - second)
    overlap: float = both * neither - worse * better
    if overlap > 0:
        overlap = max(overlap - n / 2, 0.0)
    phi = overlap / sqrt(margins) if margins else 0.0
    down, up = second / n - second_low, first_high - first / n
    low = difference - sqrt(max(down * down - 2 * phi * down * up + up * up, 0.0))
    up, down = second_high - second / n, first / n - first_low
    high = difference + sqrt(max(up * up - 2 * phi * up * down + down * down, 0.0))
    return low, high


def sign_flip(differences: Sequence[int]) -> float:
    """Return the two-sided p of the exact randomisation test on paired differences.

    If the two models were alike, each prompt's difference would as likely have the other sign
    (Fisher, 1935, "The Design of Experiments", section 21). The distribution of the sum over all
    sign patterns is worked out exactly by convolution: n × sum of sizes steps. With differences of
    -1, 0 and 1 this is McNemar's exact test.

    Args:
        differences: One whole number a prompt.
    """
    sizes = [abs(one) for one in differences if one]
    if not sizes:
        return 1.0
    import numpy as np

    reach = sum(sizes)
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for size in sizes:
        chances = (np.roll(chances, size) + np.roll(chances, -size)) / 2
    seen = abs(sum(differences))
    if seen == 0:
        return 1.0
    return min(1.0, float(chances[: reach - seen + 1].sum() + chances[reach + seen :].sum()))


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for being several, in their order.

    Holm, S. (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6:65-70.
    """
    adjusted = [0.0] * len(values)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        least = max(least, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = least
    return adjusted


@dataclass(frozen=True, slots=True)
class Paired:
    """The second of two models less the first, on the prompts they share.

    Attributes:
        n: Prompts.
        better: Prompts on which the second did better.
        worse: Prompts on which it did worse.
        difference: Second rate less first, -1 to 1.
        low: Lower end of its 95% interval.
        high: Upper end.
        p: The chance of a difference at least as large if the two were alike.
    """

    n: int
    better: int
    worse: int
    difference: float
    low: float
    high: float
    p: float

    @classmethod
    def of(cls, first: Sequence[Sequence[bool]], second: Sequence[Sequence[bool]]) -> Paired:
        """Compare the outcomes of two models, by prompt and then by answer.

        With one answer a prompt: McNemar's exact test and Newcombe's interval. With several, the
        shares of passed answers are compared: the exact sign-flip test, of which McNemar's is the
        case of one answer, and a bootstrap over prompts.

        Args:
            first: Outcomes of the first model by prompt.
            second: Outcomes of the second on the same prompts in the same order.

        Raises:
            ValueError: They have different numbers of prompts, or a prompt has no answer.
        """
        pairs = list(zip(first, second, strict=True))
        if any(not one or not other for one, other in pairs):
            raise ValueError("A prompt without an answer cannot be compared.")
        shares = [(sum(one) / len(one), sum(other) / len(other)) for one, other in pairs]
        unit = lcm(*(len(one) * len(other) for one, other in pairs)) if pairs else 1
        steps = [round((other - one) * unit) for one, other in shares]
        better, worse = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
        difference = sum(steps) / unit / len(steps) if steps else 0.0
        table = _table(shares)
        if unit == 1:
            p, (low, high) = mcnemar(worse, better), newcombe(*table)
        else:
            p = sign_flip(_lowest_terms(steps))
            counted = newcombe(*table)
            # Without any spread among prompts a bootstrap shows none; then count prompts.
            low, high = (
                _bootstrapped([other - one for one, other in shares], counted)
                if len(set(steps)) > 1
                else counted
            )
        return cls(len(pairs), better, worse, difference, low, high, p)

    @property
    def shown(self) -> bool:
        """Whether the difference is more than chance makes of nothing."""
        return self.p < ALPHA

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        figures = {name: round(getattr(self, name), 6) for name in ("difference", "low", "high")}
        return {
            "n": self.n,
            "better": self.better,
            "worse": self.worse,
            **figures,
            "p": float(f"{self.p:.6g}"),
            "shown": self.shown,
        }


def _table(shares: Sequence[tuple[float, float]]) -> tuple[int, int, int, int]:
    """Return how many prompts both, only the first, only the second and neither passed mostly."""
    verdicts = [(one >= 0.5, other >= 0.5) for one, other in shares]
    return (
        verdicts.count((True, True)),
        verdicts.count((True, False)),
        verdicts.count((False, True)),
        verdicts.count((False, False)),
    )


def _lowest_terms(steps: Sequence[int]) -> list[int]:
    from math import gcd

    common = gcd(*steps) or 1
    return [step // common for step in steps]


def _bootstrapped(
    differences: Sequence[float], counted: tuple[float, float]
) -> tuple[float, float]:
    """Return the interval of a mean difference; with few prompts no narrower than `counted`."""
    from curator.evaluate.bootstrap import FEW, difference_interval, wider

    found = difference_interval(differences)
    return found if len(differences) >= FEW else wider(found, counted)
