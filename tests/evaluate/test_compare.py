"""Several models on one suite, pair by pair, on the prompts that all were asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curator.errors import ConfigError
from curator.evaluate import Check, Evaluation, Prompt, Sampling, Score, Side
from curator.evaluate.compare import common_suites, compare
from curator.evaluate.paired import Paired
from curator.evaluate.sheets import comparison_sheets

CHECKS = (Check("one", "### One", ()), Check("two", "Two", ()))


def side(name, outcomes):
    """A side that passes both checks where there is an ``x``, the first alone where an ``o``."""
    return Side(
        name,
        CHECKS,
        tuple(
            Score(
                Prompt(f"p{number}", f"Do thing {number}."),
                "",
                False,
                (),
                {"one": mark in "xo", "two": mark == "x"},
                mark == "x",
            )
            for number, mark in enumerate(outcomes)
        ),
    )


def of(outcomes, base="", **more):
    values = {
        "suite": "s",
        "model": "some/model",
        "adapter": "0" * 64,
        "n": len(outcomes),
        "contaminated": (),
        "contamination_checked": True,
        "base": side("base", base or "." * len(outcomes)),
        "tuned": side("adapter", outcomes),
    }
    return Evaluation(**{**values, **more})


def without(evaluation, *prompts):
    """The same evaluation with some prompts left out, as contaminated ones are."""

    def cut(one):
        return replace(one, scores=tuple(s for s in one.scores if s.prompt.id not in prompts))

    return replace(evaluation, base=cut(evaluation.base), tuned=cut(evaluation.tuned))


def test_a_pair_is_compared_check_by_check():
    found = compare({"a": of("....oo"), "b": of("xxxxo.")})

    [pair] = found.pairs
    assert (pair.first, pair.second) == ("a", "b")
    assert (pair.all.better, pair.all.worse) == (4, 0)
    assert (pair.checks["one"].better, pair.checks["one"].worse) == (4, 1)
    assert list(found.sides) == ["base", "a", "b"]
    assert found.to_json()["paired"][0]["all"]["better"] == 4


def test_a_prompt_that_one_was_trained_on_is_out_for_all():
    found = compare({"a": without(of("xxx..."), "p0"), "b": without(of("xxxxxx"), "p5")})

    assert (found.n, found.left_out) == (4, 2)
    assert {one.all.n for one in found.sides.values()} == {4}
    assert found.pairs[0].all.n == 4
    assert "2 prompts left out" in comparison_sheets(found)[0].warnings[0]


def test_a_prompt_in_other_words_is_another_prompt():
    other = of("xx")
    scores = (
        *other.tuned.scores[:1],
        replace(other.tuned.scores[1], prompt=Prompt("p1", "Do something else.")),
    )
    changed = replace(other, tuned=replace(other.tuned, scores=scores))

    assert compare({"a": of("xx"), "b": changed}).n == 1


def test_every_pair_of_three_is_looked_at_with_p_raised():
    runs = {"a": of("." * 10), "b": of("x" * 6 + "." * 4), "c": of("x" * 9 + ".")}
    found = compare(runs)

    pairs = {(pair.first, pair.second): pair.all for pair in found.pairs}
    assert list(pairs) == [("a", "b"), ("a", "c"), ("b", "c")]
    plain = Paired.of([[False]] * 10, [[True]] * 9 + [[False]])
    assert pairs["a", "c"].p == pytest.approx(3 * plain.p)
    rates, by_pair = comparison_sheets(found)
    assert rates.head == ("check", "base", "A", "B", "C")
    assert rates.legend == ("A  a", "B  b", "C  c")
    assert [row[0] for row in by_pair.rows] == ["B less A", "C less A", "C less B"]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"model": "another/model"}, "different base models"),
        ({"sampling": Sampling(max_tokens=7)}, "different settings"),
        ({"system_prompt": "Hm."}, "different system prompts"),
        ({"suite_sha256": "1"}, "suite changed"),
        ({"rules": "1"}, "different versions of the rules"),
        ({"contamination_checked": False}, "Not all of them were checked"),
        ({"not_run": "No sandbox."}, "did not run"),
    ],
)
def test_what_weakens_a_comparison_is_said(more, note):
    found = compare({"a": of("x"), "b": of("x", **more)})

    assert any(note in one for one in found.notes)
    assert ("base" in found.sides) is ("model" not in more)


def test_like_with_like_needs_no_note():
    assert compare({"a": of("x."), "b": of(".x")}).notes == ()


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ConfigError, match="at least two"):
        compare({"a": of("x")})
    with pytest.raises(ConfigError, match="different suites"):
        compare({"a": of("x"), "b": of("x", suite="t")})
    with pytest.raises(ConfigError, match="different profiles"):
        compare({"a": of("x"), "b": of("x", wants="other")})
    with pytest.raises(ConfigError, match="no prompt of 's' in common"):
        compare({"a": without(of("x."), "p0"), "b": without(of("x."), "p1")})


def test_suites_that_all_were_asked_go_together():
    greedy, control = of("x"), of("x", suite="control")
    drawn = of("x", sampling=Sampling(samples=3, temperature=1.0))

    common = common_suites({"a": [greedy, control, drawn], "b": [drawn, greedy]})

    assert [(one["a"].suite, one["a"].sampling.samples) for one in common] == [("s", 3), ("s", 1)]
    assert common_suites({"a": [greedy], "b": [control]}) == []
    assert common_suites({}) == []
