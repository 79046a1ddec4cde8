"""Two models on the same prompts: against published values and independent libraries."""

from __future__ import annotations

from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_of_statsmodels
from statsmodels.stats.multitest import multipletests

from curator.evaluate.bootstrap import difference_interval, mean_interval
from curator.evaluate.paired import Paired, holm, mcnemar, newcombe, sign_flip
from curator.evaluate.statistics import wilson

counts = st.integers(0, 60)


@given(worse=counts, better=counts)
def test_mcnemar_is_the_exact_test_of_statsmodels(worse, better):
    if worse + better == 0:
        assert mcnemar(worse, better) == 1.0
        return
    theirs = mcnemar_of_statsmodels([[5, worse], [better, 7]], exact=True).pvalue
    assert mcnemar(worse, better) == pytest.approx(min(theirs, 1.0), abs=1e-12)


def test_mcnemar_holds_where_floats_end():
    theirs = binomtest(700, 1500, 0.5).pvalue
    assert mcnemar(700, 800) == pytest.approx(theirs, rel=1e-9)


def test_mcnemar_of_the_airways_as_published():
    # Bentur et al. 2009, in Fagerland, Lydersen and Laake (2013), BMC Medical Research
    # Methodology 13:91: 7 children changed one way and 1 the other, exact p = 0.070.
    assert mcnemar(7, 1) == pytest.approx(0.0703, abs=1e-4)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Airway hyper-responsiveness, then complete response: the square-and-add intervals of
        # Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33:2850-2875.
        ((1, 1, 7, 12), 0.026, 0.507),
        ((59, 6, 16, 80), 0.005, 0.119),
    ],
)
def test_newcombe_as_published(table, low, high):
    assert newcombe(*table) == pytest.approx((low, high), abs=5e-4)


def test_newcombe_is_far_better_than_the_textbooks_interval():
    """Coverage at 12 prompts, worked out over every possible table."""
    n, chances = 12, (0.1, 0.02, 0.3, 0.58)
    truth = chances[2] - chances[1]
    covered = {"ours": 0.0, "textbook": 0.0}
    for a in range(n + 1):
        for b in range(n + 1 - a):
            for c in range(n + 1 - a - b):
                d = n - a - b - c
                ways = comb(n, a) * comb(n - a, b) * comb(n - a - b, c)
                chance = ways * np.prod(np.power(chances, (a, b, c, d)))
                low, high = newcombe(a, b, c, d)
                covered["ours"] += chance * (low <= truth <= high)
                spread = 1.96 * sqrt(b + c - (c - b) ** 2 / n) / n
                covered["textbook"] += chance * (abs((c - b) / n - truth) <= spread)
    assert covered["ours"] > 0.94 > 0.9 > covered["textbook"]


@given(both=counts, worse=counts, better=counts, neither=counts)
def test_newcombe_turns_around_with_its_models_and_holds_the_difference(
    both, worse, better, neither
):
    low, high = newcombe(both, worse, better, neither)
    other_low, other_high = newcombe(both, better, worse, neither)
    n = both + worse + better + neither

    assert -1 - 1e-9 <= low <= high <= 1 + 1e-9
    assert (low, high) == pytest.approx((-other_high, -other_low), abs=1e-9)
    if n:
        assert low - 1e-9 <= (better - worse) / n <= high + 1e-9


@given(worse=counts, better=counts)
def test_sign_flip_of_single_answers_is_mcnemar(worse, better):
    assert sign_flip([1] * better + [-1] * worse) == pytest.approx(mcnemar(worse, better))


def test_sign_flip_is_the_permutation_test_of_scipy():
    differences = [3, -1, 2, 0, 2, -2, 5, 1, 1, 4]
    theirs = permutation_test(
        (np.array(differences),),
        np.sum,
        permutation_type="samples",
        n_resamples=np.inf,
        alternative="two-sided",
    )
    assert sign_flip(differences) == pytest.approx(theirs.pvalue, abs=1e-12)


@pytest.mark.parametrize("values", [[0.01, 0.04, 0.03, 0.005], [0.5], [0.9, 0.02, 0.02], [0.4, 1]])
def test_holm_is_that_of_statsmodels(values):
    assert holm(values) == pytest.approx(list(multipletests(values, method="holm")[1]))


def test_alike_models_are_not_shown_to_differ():
    outcomes = [[True], [False], [True]]
    same = Paired.of(outcomes, outcomes)

    assert (same.n, same.better, same.worse, same.difference, same.p) == (3, 0, 0, 0.0, 1.0)
    assert not same.shown
    assert same.low < 0 < same.high


def test_one_prompt_shows_nothing_however_it_ends():
    assert not Paired.of([[False]], [[True]]).shown


def test_six_of_six_are_the_fewest_that_show_something():
    assert not Paired.of([[False]] * 5, [[True]] * 5).shown
    assert Paired.of([[False]] * 6, [[True]] * 6).shown


def test_several_answers_to_a_prompt_are_no_more_prompts():
    one = Paired.of([[False]] * 4, [[True]] * 4)
    ten = Paired.of([[False] * 10] * 4, [[True] * 10] * 4)

    assert (ten.n, ten.difference) == (4, 1.0)
    assert ten.p == pytest.approx(one.p)
    assert not ten.shown


def test_uneven_numbers_of_answers_are_compared_by_their_shares():
    found = Paired.of([[True, False], [False, False]], [[True, True, True], [True, False, False]])

    assert found.difference == pytest.approx((0.5 + 1 / 3) / 2)
    assert (found.better, found.worse) == (2, 0)


def test_a_prompt_without_an_answer_is_refused():
    with pytest.raises(ValueError, match="without an answer"):
        Paired.of([[]], [[True]])
    with pytest.raises(ValueError, match="shorter"):
        Paired.of([[True]], [])


def test_no_prompts_know_nothing():
    nothing = Paired.of([], [])

    assert (nothing.n, nothing.p, nothing.low, nothing.high) == (0, 1.0, -1.0, 1.0)


def test_the_bootstrap_over_prompts_is_wider_than_one_over_answers():
    clusters = [[True] * 8] * 12 + [[False] * 8] * 18
    low, high = mean_interval(clusters)
    naive_low, naive_high = wilson(96, 240)

    assert high - low > 2 * (naive_high - naive_low)
    # Prompts whose answers all agree are as many trials as there are prompts.
    assert (low, high) == pytest.approx(wilson(12, 30), abs=0.03)


def test_few_prompts_with_several_answers_say_no_more_than_as_many_prompts_with_one():
    # Drawn anew, two prompts with a rate of 0 and of 1/3 never give more than 1/3.
    assert mean_interval([[True, False, False], [False] * 3])[1] > wilson(0, 2)[1]
    few = Paired.of([[False] * 3] * 2, [[True, False, False], [False] * 3])
    assert (few.low, few.high) == newcombe(0, 0, 0, 2)
    assert Paired.of([[False] * 3] * 40, [[True, False, False], [False] * 3] * 20).high < 0.3


def test_the_bootstrap_is_that_of_scipy():
    from scipy.stats import bootstrap

    generator = np.random.default_rng(1)
    differences = generator.integers(-4, 6, 80) / 5
    theirs = bootstrap(
        (differences,), np.mean, n_resamples=9999, method="percentile", rng=generator
    ).confidence_interval

    assert difference_interval(list(differences)) == pytest.approx(tuple(theirs), abs=0.015)


@pytest.mark.parametrize("passed", [True, False])
def test_where_all_answers_are_alike_the_interval_still_has_a_width(passed):
    assert mean_interval([[passed] * 5] * 10) == wilson(10 if passed else 0, 10)


def test_the_same_outcomes_have_the_same_interval():
    clusters = [[True, False], [True, True], [False, False], [True, False]]

    assert mean_interval(clusters) == mean_interval(clusters)
    assert mean_interval([*clusters, []]) == mean_interval(clusters)
    assert mean_interval([]) == (0.0, 1.0)
