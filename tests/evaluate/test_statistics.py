"""How sure a rate is, against published values and against the equation the interval solves."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from curator.evaluate import Rate, wilson
from curator.evaluate.statistics import PassAt, pass_at

PROPORTIONS = st.integers(1, 5000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)),
)
# A busy machine is no finding.
unhurried = settings(deadline=None)
Z = 1.959963984540054


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # The roots of (rate - p)² = z² p (1 - p) / n, solved by hand.
        (1, 1, 0.2065, 1.0000),
        (3, 5, 0.2307, 0.8824),
        (0, 1, 0.0000, 0.7935),
        (0, 5, 0.0000, 0.4345),
        (10, 10, 0.7225, 1.0000),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_the_interval_is_the_published_one(passed, n, low, high):
    assert wilson(passed, n) == pytest.approx((low, high), abs=5e-5)


@unhurried
@given(PROPORTIONS)
def test_the_bounds_are_where_the_score_test_just_fails_to_reject(proportion):
    passed, n = proportion

    for bound in wilson(passed, n):
        assert abs(passed / n - bound) == pytest.approx(Z * sqrt(bound * (1 - bound) / n), abs=1e-9)


@unhurried
@given(PROPORTIONS)
def test_the_interval_holds_the_rate_and_stays_between_nought_and_one(proportion):
    passed, n = proportion
    low, high = wilson(passed, n)

    assert 0 <= low <= passed / n <= high <= 1
    assert low < high


@unhurried
@given(PROPORTIONS)
def test_failures_have_the_mirrored_interval(proportion):
    passed, n = proportion
    low, high = wilson(passed, n)

    assert wilson(n - passed, n) == pytest.approx((1 - high, 1 - low))


@unhurried
@given(st.integers(0, 50), st.integers(1, 50))
def test_more_trials_at_the_same_rate_say_more(passed, failed):
    n = passed + failed
    low, high = wilson(passed, n)
    more_low, more_high = wilson(passed * 10, n * 10)

    assert more_high - more_low < high - low


def test_more_confidence_is_a_wider_interval():
    assert wilson(3, 5, confidence=0.99)[0] < wilson(3, 5)[0]
    assert wilson(3, 5, confidence=0.99)[1] > wilson(3, 5)[1]


def test_without_trials_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)
    assert Rate(0, 0).rate == 0.0


@pytest.mark.parametrize(("passed", "n"), [(2, 1), (-1, 1), (0, -1)])
def test_what_is_no_proportion_is_refused(passed, n):
    with pytest.raises(ValueError, match=f"{passed} of {n}"):
        wilson(passed, n)


@pytest.mark.parametrize(
    ("passed", "n", "text"),
    [
        (1, 1, "1 of 1, 100% (21–100%)"),
        (3, 5, "3 of 5, 60% (23–88%)"),
        (0, 12, "0 of 12, 0% (0–24%)"),
        (0, 0, "0 of 0, 0% (0–100%)"),
    ],
)
def test_a_rate_is_never_told_without_its_n_and_its_interval(passed, n, text):
    assert str(Rate(passed, n)) == text


def test_a_rate_counts_outcomes():
    assert Rate.of(value > 1 for value in (0, 1, 2, 3)) == Rate(2, 4)


def test_a_rate_in_json_has_five_keys():
    assert Rate(3, 5).to_json() == {
        "passed": 3,
        "n": 5,
        "rate": 0.6,
        "low": 0.230724,
        "high": 0.882379,
    }


@given(n=st.integers(1, 300), data=st.data())
def test_wilson_is_that_of_statsmodels(n, data):
    passed = data.draw(st.integers(0, n))
    theirs = proportion_confint(passed, n, method="wilson")

    assert wilson(passed, n) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n", "correct", "expected"),
    [
        (1, 5, 2, 0.4),
        (2, 5, 2, 0.7),
        (5, 5, 1, 1.0),
        (3, 10, 0, 0.0),
        (10, 200, 3, 1 - 190 * 189 * 188 / (200 * 199 * 198)),
    ],
)
def test_pass_at_k(k, n, correct, expected):
    assert pass_at(k, n, correct) == pytest.approx(expected, abs=1e-6)


def test_pass_at_k_is_unbiased_where_the_power_of_the_rate_is_not():
    """Over all ways in which five answers can come out, its mean is the true chance."""
    chance, n, k = 0.3, 5, 3
    truth = 1 - (1 - chance) ** k
    weights = [binom.pmf(correct, n, chance) for correct in range(n + 1)]

    ours = sum(w * pass_at(k, n, c) for c, w in enumerate(weights))
    usual = sum(w * (1 - (1 - c / n) ** k) for c, w in enumerate(weights))

    assert ours == pytest.approx(truth)
    assert abs(usual - truth) > 0.05


@pytest.mark.parametrize(("k", "n", "correct"), [(0, 5, 1), (6, 5, 1), (1, 5, 6)])
def test_pass_at_k_of_what_cannot_be_is_refused(k, n, correct):
    with pytest.raises(ValueError, match="cannot be told"):
        pass_at(k, n, correct)


def test_pass_at_k_over_prompts_has_its_interval():
    one = PassAt.of(1, [[True], [False], [True]])
    three = PassAt.of(3, [[True, False, False]] * 4 + [[False, False, False]] * 4)

    assert (one.rate, one.low, one.high) == pytest.approx((2 / 3, *wilson(2, 3)))
    assert (three.n, three.rate) == (8, 0.5)
    assert three.low < 0.5 < three.high
    assert PassAt.of(2, [[True], [True, False]]) is None
    assert PassAt.of(1, []) is None


def test_several_answers_to_a_prompt_widen_the_interval():
    clustered = Rate.of_prompts([[True] * 10] * 5 + [[False] * 10] * 5)
    flat = Rate(50, 100)

    assert (clustered.passed, clustered.n) == (50, 100)
    (low, high), (flat_low, flat_high) = clustered.interval, flat.interval
    assert high - low > 2 * (flat_high - flat_low)
    assert Rate.of_prompts([[True], [False]]) == Rate(1, 2)
