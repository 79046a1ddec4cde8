"""R7: "100% format compliance" was one prompt; the same adapter later scored 3 of 5."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, Rate
from curator.evaluate.evaluation import Side
from curator.evaluate.score import checks_of, score
from curator.example import load_profile


def test_one_of_one_may_be_as_low_as_21_percent():
    assert str(Rate(1, 1)) == "1 of 1, 100% (21–100%)"


def test_three_of_five_is_anything_from_23_to_88_percent():
    assert str(Rate(3, 5)) == "3 of 5, 60% (23–88%)"


def test_the_later_result_does_not_contradict_the_first():
    low, high = Rate(1, 1).interval

    assert low <= Rate(3, 5).rate <= high


def test_every_rate_of_an_evaluation_carries_its_n_and_its_interval():
    profile = load_profile()
    judged = score(Prompt(id="one", instruction="Add."), "### Solution", profile)
    side = Side("adapter", checks_of(profile), (judged,))

    told = side.to_json()

    for rate in (*told["checks"].values(), told["all"]):
        assert rate["n"] == 1
        assert rate["low"] <= rate["rate"] <= rate["high"]
        assert rate["high"] - rate["low"] == pytest.approx(0.793451, abs=1e-6)
