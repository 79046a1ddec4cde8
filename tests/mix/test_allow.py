"""What is allowed is named exactly, or nothing is written."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.mix import PLAN_CHECKS, check_exposures, plan_mixture, write_mixture
from curator.mix.check import check_names


def test_a_mistyped_check_is_answered_with_the_one_that_was_meant(tmp_path, write, row, recipe):
    write("base.jsonl", [row(n) for n in range(4)])
    plan = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)

    with pytest.raises(ConfigError, match="no check 'curated-trian'") as caught:
        write_mixture(plan, tmp_path / "out", allow=["curated-trian"])

    assert caught.value.hint == "Did you mean 'curated-train'?"
    assert not (tmp_path / "out").exists()


def test_a_name_like_none_is_answered_with_all_of_them():
    with pytest.raises(ConfigError) as caught:
        check_names(["zzz"])

    assert all(name in caught.value.hint for name in PLAN_CHECKS)


def test_every_check_of_a_plan_can_be_named(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(1), row(1), {"instruction": "a"}])
    plan = plan_mixture(recipe(("mine.jsonl", "curated")), tmp_path)

    codes = {check.code for check in plan.checks}
    codes.add(check_exposures(plan, iters=1, batch_size=1).code)

    assert {"multiplied", "unreadable", "exposures"} <= codes
    check_names(sorted(codes))
