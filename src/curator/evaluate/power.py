"""How many prompts a suite needs, so that a difference of some size can be shown.

Asked before an evaluation it says whether the suite is large enough; asked after one that showed
nothing, whether it could have.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from curator.errors import ConfigError
from curator.evaluate.paired import ALPHA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POWER = 0.8
#: Up to how many prompts the exact test is worked out; beyond, the formula is close enough.
_EXACT = 2_000
#: The least difference that is asked about: a hundredth of a point takes thousands of prompts.
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Need:
    """How many prompts show a difference.

    Attributes:
        difference: The true difference, 0 to 1.
        discordant: The share of prompts on which the two differ.
        prompts: How many prompts are needed.
        exact: Whether that was worked out for the exact test, or by a formula that is close.
    """

    difference: float
    discordant: float
    prompts: int
    exact: bool


def prompts_needed(difference: float, discordant: float, *, power: float = POWER) -> Need:
    """Return how many prompts McNemar's exact test needs to show a difference.

    The start is Connor, R. J. (1987), "Sample size for testing differences in proportions for the
    paired-sample design", Biometrics 43:207-211. The exact test needs a little more than that
    formula says, so up to 2,000 prompts its power is computed; at most a second.

    Args:
        difference: How far apart the two rates truly are, at least 0.0001 and at most 1.
        discordant: On what share of the prompts the two differ, either way: at least `difference`,
            which is the case where one is never worse.
        power: How likely the difference is to be shown.

    Raises:
        ConfigError: The values are impossible.
    """
    if not _LEAST <= difference <= 1:
        raise ConfigError(
            f"A difference lies between 0.01 and 100 points, not at {difference * 100:g}."
        )
    if not difference <= discordant <= 1:
        raise ConfigError(
            f"Rates that differ by {difference:.0%} differ on at least that share of the prompts,"
            f" not on {discordant:.0%}."
        )
    normal = NormalDist()
    reach = normal.inv_cdf(1 - ALPHA / 2) * sqrt(discordant)
    reach += normal.inv_cdf(power) * sqrt(discordant - difference**2)
    start = max(ceil(reach**2 / difference**2), 1)
    if start > _EXACT * 0.9:
        return Need(difference, discordant, start, exact=False)
    for prompts in range(max(start // 2, 1), _EXACT):
        # The power of an exact test wavers as prompts are added: a lucky number is not enough.
        if all(
            power_of(more, difference, discordant) >= power for more in range(prompts, prompts + 8)
        ):
            return Need(difference, discordant, prompts, exact=True)
    return Need(difference, discordant, start, exact=False)


def power_of(prompts: int, difference: float, discordant: float) -> float:
    """Return how likely McNemar's exact test shows a true difference with so many prompts.

    Args:
        prompts: How many, at most 2,007.
        difference: Second rate less first, above 0.
        discordant: The share of prompts on which the two differ.
    """
    import numpy as np

    shown = _shown(min((1 + difference / discordant) / 2, 1.0))[: prompts + 1]
    return float(np.dot(_binomial(prompts, discordant), shown))


@lru_cache(maxsize=4)
def _shown(better: float) -> NDArray[np.float64]:
    """Return how likely the test shows it, by the number of prompts on which the two differ."""
    import numpy as np

    found = np.zeros(_EXACT + 8)
    for count in range(len(found)):
        coins = np.cumsum(_binomial(count, 0.5))
        # The most prompts for the loser at which two tails together stay below the threshold.
        most = int(np.searchsorted(coins, ALPHA / 2, side="left")) - 1
        if most >= 0:
            real = _binomial(count, better)
            found[count] = real[: most + 1].sum() + real[count - most :].sum()
    return found


def _binomial(n: int, chance: float) -> NDArray[np.float64]:
    """Return the probabilities of 0 to `n` successes."""
    import numpy as np

    if chance >= 1:
        certain: NDArray[np.float64] = np.eye(1, n + 1, n)[0]
        return certain
    counts = np.arange(n + 1)
    logs = _log_factorials()
    log = logs[n] - logs[counts] - logs[n - counts]
    log = log + counts * np.log(chance) + (n - counts) * np.log1p(-chance)
    chances: NDArray[np.float64] = np.exp(log)
    return chances


@lru_cache(maxsize=1)
def _log_factorials() -> NDArray[np.float64]:
    import numpy as np

    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, _EXACT + 16)))])
