"""R2: 20 of 2,020 rows are 1%, and nobody had looked at the share, the count or the exposures."""

from __future__ import annotations

import pytest

from curator.mix import Verdict, check_exposures


@pytest.fixture
def planned(put, base, perfect, mixed):
    put("base.jsonl", base(2000))
    put("perfect.jsonl", perfect(20))
    return mixed(("perfect.jsonl", "curated"), ("base.jsonl", "base"), valid=0)


def test_the_plan_shows_count_and_share_and_warns(planned, check_of):
    check = check_of(planned, "share")

    assert check.verdict is Verdict.WARN
    assert "20 of 2,020 training rows (1.0%): 20 examples" in check.message


def test_the_advice_is_advice_and_no_law(planned, check_of, tmp_path):
    remedy = check_of(planned, "share").remedy

    for way in ("write more examples", "repeat", "limit"):
        assert way in remedy
    assert not [check for check in planned.checks if check.verdict is Verdict.ERROR]


def test_the_exposures_are_told_for_the_training_to_come(planned):
    check = check_exposures(planned, iters=100, batch_size=4)

    assert check.verdict is Verdict.WARN
    assert "100 iterations × 4 rows show each curated example 0.20 times" in check.message
    assert "505 iterations" in check.remedy


def test_the_warning_goes_when_the_share_does_grow(put, perfect, mixed, check_of, base):
    put("base.jsonl", base(1000))
    put("perfect.jsonl", perfect(64))

    planned = mixed(("perfect.jsonl", "curated"), ("base.jsonl", "base"), valid=0)

    assert check_of(planned, "share").verdict is Verdict.OK
