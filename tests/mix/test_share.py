"""A share is asked for, and the repeat follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import ConfigError
from curator.example import Example
from curator.mix import Recipe, SourceSpec, SplitSpec, Verdict, plan_mixture
from curator.mix.amounts import repeats
from curator.mix.plan import PlannedRow
from curator.mix.recipe import check_recipe

HALVES = SplitSpec(valid=0)


@pytest.fixture
def shared(tmp_path, write, row, recipe):
    def make(curated, base, share, **more):
        write("mine.jsonl", [row(n) for n in range(curated)])
        write("base.jsonl", [row(n) for n in range(1000, 1000 + base)])
        sources = (("mine.jsonl", "curated", {"share": share}), ("base.jsonl", "base", more))
        return plan_mixture(recipe(*sources, split=HALVES), tmp_path)

    return make


def check_of(plan):
    return next(check for check in plan.checks if check.code == "share-asked")


@pytest.mark.parametrize(("share", "copies"), [(0.16, 3), (0.06, 1), (0.5, 16)])
def test_the_nearest_repeat_follows(shared, share, copies):
    plan = shared(64, 1000, share)

    assert plan.repeats == (copies, 1)
    assert plan.curated_rows == 64 * copies
    assert plan.sources[0].repeat == copies
    assert check_of(plan).verdict is Verdict.OK
    assert f"{plan.curated_share:.1%}" in check_of(plan).message


def test_a_share_below_one_copy_of_each_is_told(shared):
    plan = shared(64, 100, 0.05)

    assert plan.repeats == (1, 1)
    assert check_of(plan).verdict is Verdict.WARN
    assert "a share of 5.0% was asked for; each row once makes 39.0%" in check_of(plan).message


@pytest.mark.parametrize(
    ("base", "limit", "verdict"),
    # 64 rows are meant where 64 stand against them, 32 are half a copy of each, 1 is none.
    [(64, None, "ok"), (32, None, "ok"), (31, None, "warn"), (64, 1, "warn")],
)
def test_one_copy_of_each_is_near_only_where_half_of_them_or_more_were_meant(
    shared, base, limit, verdict
):
    plan = shared(64, base, 0.5, limit=limit)

    assert plan.repeats == (1, 1)
    assert check_of(plan).verdict == verdict


def test_the_limit_of_the_others_counts(shared):
    assert shared(50, 300, 0.5, limit=150).repeats == (3, 1)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([{"share": 0.0}, {}], "`share` is 0"),
        ([{"share": 1.0}, {}], "`share` is 1"),
        ([{"share": 0.1, "repeat": 2}, {}], "both `repeat` and `share`"),
        ([{"share": 0.6}, {"share": 0.5}, {}], "leave nothing"),
        ([{"share": 0.2}], "leave nothing"),
    ],
)
def test_shares_that_cannot_be_are_refused(sources, message):
    specs = tuple(SourceSpec(path="a.jsonl", role="base", **more) for more in sources)

    with pytest.raises(ConfigError, match=message):
        check_recipe(Recipe(name="any", source=specs))


@given(
    st.lists(st.integers(1, 80), min_size=1, max_size=3),
    st.lists(st.floats(0.01, 0.3), min_size=1, max_size=3),
    st.integers(1, 400),
)
def test_no_other_whole_repeat_comes_nearer_to_the_rows_that_were_meant(counts, shares, rest):
    shares = shares[: len(counts)]
    counts = counts[: len(shares)]
    specs = [SourceSpec(path="a", role="curated", share=share) for share in shares]
    recipe = Recipe(name="any", source=(*specs, SourceSpec(path="b", role="base")))
    one = Example.new("a", output="b")
    rows = [
        PlannedRow(one, "a", 1, "base", n) for n, c in enumerate([*counts, rest]) for _ in range(c)
    ]

    found = repeats(rows, recipe)

    whole = rest / (1 - sum(shares))
    assert found[-1] == 1
    for count, share, copies in zip(counts, shares, found, strict=False):
        meant = share * whole
        near = abs(copies * count - meant)
        assert copies >= 1
        assert near <= abs((copies + 1) * count - meant) + 1e-6
        assert copies == 1 or near <= abs((copies - 1) * count - meant) + 1e-6
