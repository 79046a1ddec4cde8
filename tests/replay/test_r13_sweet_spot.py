"""R13: 16% was declared "the sweet spot" from one run with one prompt."""

from __future__ import annotations

import pytest

from curator.evaluate import Evaluation, Prompt, Score, Side, checks_of
from curator.evaluate.compare import compare
from curator.evaluate.power import prompts_needed
from curator.evaluate.sheets import comparison_sheets
from curator.example import load_profile

CHECKS = checks_of(load_profile())


def share(outcomes: str) -> Evaluation:
    """An evaluation of a run with some share, ``x`` for each prompt that it passed."""

    def side(name: str, passes: list[bool]) -> Side:
        scores = (
            Score(
                Prompt(f"p{number}", f"Do thing {number}."),
                "",
                False,
                (),
                {check.name: passed for check in CHECKS},
                passed,
            )
            for number, passed in enumerate(passes)
        )
        return Side(name, CHECKS, tuple(scores))

    return Evaluation(
        suite="s",
        model="some/model",
        adapter="0" * 64,
        n=len(outcomes),
        contaminated=(),
        contamination_checked=True,
        base=side("base", [False] * len(outcomes)),
        tuned=side("adapter", [one == "x" for one in outcomes]),
    )


def test_one_prompt_shows_no_sweet_spot():
    found = compare({"share 1%": share("."), "share 16%": share("x")})

    [pair] = found.pairs
    assert pair.all.difference == 1.0
    assert not pair.all.shown
    assert "not shown" in comparison_sheets(found)[0].rows[-1][-1]


def test_three_of_five_against_one_of_five_are_not_told_apart():
    assert not compare({"a": share("x...."), "b": share("xxx..")}).pairs[0].all.shown


def test_a_difference_that_is_there_is_shown_with_its_interval():
    found = compare({"a": share("x" * 10 + "." * 50), "b": share("x" * 40 + "." * 20)})

    difference = found.pairs[0].all
    assert difference.shown
    assert 0.3 < difference.low < difference.difference == 0.5 < difference.high < 0.7


def test_the_best_of_several_shares_by_luck_is_not_shown():
    """By itself the one pair would pass for a difference; among six pairs it does not."""
    runs = {
        "0%": share("." * 20),
        "5%": share("x." * 3 + "." * 14),
        "15%": share("x" * 6 + "." * 14),
        "30%": share("x." * 3 + "." * 14),
    }

    alone = compare({name: runs[name] for name in ("0%", "15%")}).pairs[0].all
    among = {(pair.first, pair.second): pair.all for pair in compare(runs).pairs}

    assert alone.p == pytest.approx(0.03125)
    assert alone.shown
    assert not any(one.shown for one in among.values())
    assert among["0%", "15%"].p == pytest.approx(6 * 0.03125)


def test_how_many_prompts_would_have_shown_it_is_known_beforehand():
    assert prompts_needed(0.2, 0.3).prompts > 50
