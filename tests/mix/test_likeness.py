"""What counts as the same: by what is asked, by the answer, by both; and what a suite holds out."""

from __future__ import annotations

import pytest

from curator.mix import DedupSpec, HeldOut, SplitSpec, Verdict, plan_mixture

CODE = "def add(a, b):\n    return a + b\n"
RENAMED = "def add(x, y):\n    # the sum\n    return x + y\n"


@pytest.fixture
def planned(tmp_path, recipe):
    def make(*sources, held_out=(), **more):
        more.setdefault("split", SplitSpec(valid=0))
        return plan_mixture(recipe(*sources, **more), tmp_path, held_out=held_out)

    return make


def gone(plan):
    return [(one.row.line, one.reason) for one in plan.removed]


@pytest.mark.parametrize(("on", "lines"), [("instruction", [2]), ("output", [3]), ("both", [])])
def test_twins_are_found_on_what_the_recipe_says(planned, write, row, on, lines):
    asked = row(1)["instruction"]
    rows = [
        row(1, output=f"```python\n{CODE}```"),
        row(1, instruction=asked + "!", output="Something else, in prose, about nothing at all."),
        row(2, output=f"```python\n{RENAMED}```"),
    ]
    write("base.jsonl", rows)

    plan = planned(("base.jsonl", "base"), dedup=DedupSpec(threshold=90, on=on))

    assert [line for line, _ in gone(plan)] == lines


def test_a_twin_tells_what_it_was_measured_by(planned, write, row):
    write("base.jsonl", [row(1), row(1, instruction=row(1)["instruction"] + "!")])

    [one] = planned(("base.jsonl", "base")).removed

    assert one.evidence.endswith("of 100 by what is asked, at a threshold of 90.")


HELD = (HeldOut("exam", "factorial", "Write a function for the factorial of a number."),)


def test_a_base_row_like_a_prompt_goes_with_the_prompt_it_is_like(planned, write, row):
    asked = "Write a function for the factorial of a number"
    write("base.jsonl", [row(1), row(2, instruction=asked)])

    plan = planned(("base.jsonl", "base"), held_out=HELD)

    [one] = plan.removed
    assert (one.row.line, one.reason) == (2, "contamination")
    assert "'factorial' of the suite exam" in one.evidence
    check = next(check for check in plan.checks if check.code == "contamination")
    assert check.verdict is Verdict.OK
    assert "1 base row that did was left out" in check.message


def test_a_curated_row_like_a_prompt_stays_and_is_told(planned, write, row):
    write("mine.jsonl", [row(1, instruction="Write a function for the factorial of a number.")])

    plan = planned(("mine.jsonl", "curated"), held_out=HELD)

    assert plan.curated_training == 1
    check = next(check for check in plan.checks if check.code == "contamination")
    assert check.verdict is Verdict.WARN
    assert check.evidence == ("mine.jsonl:1 is 100 like factorial of exam",)


def test_the_suites_are_noted_with_a_hash_that_follows_their_prompts(planned, write, row):
    write("base.jsonl", [row(1)])
    other = (HeldOut("exam", "factorial", "Something else."),)

    [(name, one)] = planned(("base.jsonl", "base"), held_out=HELD).suites
    [(_, two)] = planned(("base.jsonl", "base"), held_out=other).suites

    assert name == "exam"
    assert one != two


def test_many_equal_questions_cost_no_pair_each(planned, write, row):
    write("base.jsonl", [row(1, output=f"answer {number}") for number in range(3000)])

    plan = planned(("base.jsonl", "base"))

    assert len(plan.train) == 1
    assert len(plan.removed) == 2999
