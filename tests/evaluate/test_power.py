"""How many prompts show a difference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from curator.errors import ConfigError
from curator.evaluate.power import power_of, prompts_needed


def exact_power(prompts, difference, discordant):
    """The power of McNemar's exact test by scipy, one table after the other."""
    better = (1 + difference / discordant) / 2
    power = 0.0
    for count in range(1, prompts + 1):
        chance = binom.pmf(count, prompts, discordant)
        if chance < 1e-12:
            continue
        wins = np.arange(count + 1)
        shown = [binomtest(int(won), count, 0.5).pvalue < 0.05 for won in wins]
        power += chance * binom.pmf(wins[shown], count, better).sum()
    return power


@pytest.mark.parametrize(("prompts", "difference", "discordant"), [(30, 0.2, 0.3), (12, 0.5, 0.5)])
def test_the_power_is_that_of_the_exact_test(prompts, difference, discordant):
    theirs = exact_power(prompts, difference, discordant)
    assert power_of(prompts, difference, discordant) == pytest.approx(theirs, abs=1e-9)


def test_the_number_reaches_the_power_and_one_less_was_not_surely_enough():
    need = prompts_needed(0.2, 0.3)

    assert need.exact
    assert power_of(need.prompts, 0.2, 0.3) >= 0.8
    assert min(power_of(need.prompts - 1 + more, 0.2, 0.3) for more in range(8)) < 0.8


def test_connors_formula_is_near():
    # (1.96 √0.3 + 0.8416 √(0.3 − 0.04))² / 0.04 = 56.5; the exact test asks for a little more.
    assert 57 <= prompts_needed(0.2, 0.3).prompts <= 65


def test_six_prompts_are_needed_for_the_largest_difference():
    assert prompts_needed(1.0, 1.0).prompts == 6


def test_a_small_difference_needs_many_and_is_reckoned_by_the_formula():
    need = prompts_needed(0.01, 0.1)

    assert not need.exact
    assert need.prompts == pytest.approx(7846, abs=5)


def test_more_disagreement_needs_more_prompts():
    needed = [prompts_needed(0.1, share).prompts for share in (0.1, 0.2, 0.4)]
    assert needed == sorted(needed)
    assert len(set(needed)) == 3


@pytest.mark.parametrize(
    ("difference", "discordant"), [(0, 0.2), (1e-300, 0.2), (0.3, 0.2), (1.2, 1.3), (0.1, 2)]
)
def test_what_cannot_be_is_refused(difference, discordant):
    with pytest.raises(ConfigError):
        prompts_needed(difference, discordant)
