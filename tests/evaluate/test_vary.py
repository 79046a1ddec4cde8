"""What varies in a sweep, and what each combination makes of recipe and spec."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.evaluate.vary import Point, Vary, parse_vary, points_of
from curator.mix import Recipe, SourceSpec
from curator.train import TrainingSpec

RECIPE = Recipe(
    name="r",
    source=(
        SourceSpec(path="mine.jsonl", role="curated", repeat=3),
        SourceSpec(path="base.jsonl", role="base", limit=1000),
    ),
)


def point(**settings):
    return Point(tuple(settings.items()))


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("share=0,0.05,15%", "share", (0, 0.05, 0.15)),
        ("learning-rate=1e-4, 2e-5", "learning_rate", (1e-4, 2e-5)),
        ("optimizer=adam,sgd,adam", "optimizer", ("adam", "sgd")),
        ("mask_prompt=true,false", "mask_prompt", (True, False)),
    ],
)
def test_values_are_numbers_where_they_can_be(text, key, values):
    assert parse_vary(text) == Vary(key, values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share", "does not say what varies"),
        ("share=,", "given no values"),
        ("shaer=1", "cannot vary"),
        ("iters=100,200", "as many tokens"),
        ("tokens=1,2", "as many tokens"),
        ("model=a,b", "cannot vary"),
        ("keep=best,last", "cannot vary"),
    ],
)
def test_what_cannot_vary_is_said(text, said):
    with pytest.raises(ConfigError, match=said):
        parse_vary(text)


def test_a_mistyped_key_has_its_nearest_named():
    with pytest.raises(ConfigError) as caught:
        parse_vary("shaer=1,2")

    assert caught.value.hint == "Did you mean `share`?"


def test_several_keys_make_every_combination_the_last_fastest():
    points = points_of([Vary("share", (0, 0.5)), Vary("seed", (1, 2))])

    assert [one.name for one in points] == [
        "share=0 seed=1",
        "share=0 seed=2",
        "share=0.5 seed=1",
        "share=0.5 seed=2",
    ]
    assert points[2].slug == "share-0.5-seed-1"


@pytest.mark.parametrize(
    ("varied", "said"),
    [
        ([], "Nothing varies"),
        ([Vary("seed", (1,)), Vary("seed", (2,))], "given twice"),
        ([Vary("seed", tuple(range(11))), Vary("rank", tuple(range(11)))], "more than 100"),
    ],
)
def test_what_is_no_sweep_is_said(varied, said):
    with pytest.raises(ConfigError, match=said):
        points_of(varied)


def test_a_share_takes_the_place_of_the_repeat_and_none_of_the_source():
    some = point(share=0.2).recipe(RECIPE)
    assert (some.source[0].share, some.source[0].repeat) == (0.2, 1)
    assert some.source[1] == RECIPE.source[1]

    none = point(share=0).recipe(RECIPE)
    assert [source.role for source in none.source] == ["base"]


def test_amounts_vary_the_source_of_their_role_alone():
    made = point(repeat=2, limit=10, base_limit=50).recipe(RECIPE)

    assert (made.source[0].repeat, made.source[0].limit) == (2, 10)
    assert (made.source[1].repeat, made.source[1].limit) == (1, 50)
    assert point(rank=4).recipe(RECIPE) == RECIPE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"share": 1}, "between 0 and 1"),
        ({"share": float("nan")}, "between 0 and 1"),
        ({"share": "much"}, "between 0 and 1"),
        ({"repeat": 0}, "at least 1"),
        ({"limit": 1.5}, "at least 1"),
        ({"share": 0.1, "repeat": 2}, "cannot both vary"),
    ],
)
def test_an_impossible_amount_is_said(settings, said):
    with pytest.raises(ConfigError, match=said):
        point(**settings).recipe(RECIPE)


def test_two_curated_sources_leave_open_which_one_varies():
    two = Recipe(name="r", source=(RECIPE.source[0], *RECIPE.source))

    with pytest.raises(ConfigError, match="2 curated sources"):
        point(share=0.1).recipe(two)


def test_settings_of_the_training_are_checked_as_ever():
    spec = TrainingSpec(model="m", rank=8)

    assert point(rank=4, share=0.1).spec(spec).rank == 4
    assert point(share=0.1).spec(spec) is spec
    with pytest.raises(ConfigError, match="rank"):
        point(rank=0).spec(spec)
    with pytest.raises(ConfigError):
        point(optimizer="../../x").spec(spec)
