"""Strict reading takes an answer as it stands; loose reading forgives what is wrapped around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.evaluate import Prompt, checks_of, score
from curator.evaluate.readings import loose_readings, solution_of
from curator.example import load_profile
from tests.evaluate.test_score import ONE_FENCE, SOLUTION, answer

PROFILE = load_profile()
PROMPT = Prompt(id="factorial", instruction="Calculate the factorial of a number.")
CODE = f"```python\n{SOLUTION}\n```"


def both(text):
    judged = score(PROMPT, text, PROFILE)
    return judged.all, judged.verdict(loose=True).all


@pytest.mark.parametrize(
    "text",
    [
        f"```markdown\n{answer()}```",
        f"````\n{answer()}",
        f"Sure! Here it is:\n```markdown\n{answer()}```\nHope that helps!",
        f"Sure! Here it is:\n{ONE_FENCE}",
        f"{ONE_FENCE}\nLet me know if anything is unclear.",
        f"\n\nSure!\n\n{ONE_FENCE}\n\nBye.\n\n",
    ],
)
def test_what_is_wrapped_around_an_answer_is_forgiven_loosely_only(text):
    assert both(text) == (False, True)


@pytest.mark.parametrize("text", [answer(), ONE_FENCE])
def test_what_passes_strictly_passes_loosely(text):
    assert both(text) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        f"Two lines of talk.\nAnd another.\nAnd a third.\n{ONE_FENCE}",
        CODE,
        answer(test="print(1)"),
    ],
)
def test_what_is_really_wrong_is_not_forgiven(text):
    assert both(text) == (False, False)


def test_all_of_them_must_pass_in_one_reading():
    """The first line holds one heading and the last another: no reading has both."""
    text = "\n".join(["### Solution", *answer().split("\n")[1:], "### Usage"]).replace(
        "### Usage\n\n```python", "### Something\n\n```python"
    )
    loosely = score(PROMPT, text, PROFILE).verdict(loose=True)

    assert not loosely.all
    assert not loosely.passed["section:usage"]


def test_an_answer_that_was_cut_passes_checks_but_never_all_of_them():
    judged = score(PROMPT, answer(), PROFILE, truncated=True)

    assert set(judged.passed.values()) == {True}
    assert not judged.all
    assert not judged.verdict(loose=True).all


def test_an_answer_that_could_not_be_given_fails_everything():
    judged = score(PROMPT, answer(), PROFILE, failure="The generation took too long.")

    assert set(judged.passed) == {check.name for check in checks_of(PROFILE)}
    assert not any(judged.passed.values())
    assert not judged.verdict(loose=True).all


@given(st.text(max_size=200))
def test_any_text_has_at_most_seven_other_readings(text):
    readings = loose_readings(text)

    assert len(readings) == len(set(readings)) <= 7
    assert text not in readings
    assert all(reading in text for reading in readings)


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"Like this:\n\n{CODE}\n\nDone.",
        SOLUTION,
        f"```\n{SOLUTION}\n```",
        f"Sure:\n{ONE_FENCE}",
    ],
)
def test_loosely_the_code_is_found_wherever_it_stands(text):
    assert "def factorial" in solution_of(text, PROFILE, "factorial", loose=True)
    assert solution_of(text, PROFILE, "factorial", loose=False) == ""


@pytest.mark.parametrize("text", ["", "Multiply.", f"{CODE}".replace("factorial", "product"), "("])
def test_code_that_does_not_define_the_function_is_none(text):
    assert solution_of(text, PROFILE, "factorial", loose=True) == ""


def test_strictly_the_code_is_what_stands_under_the_solution():
    assert solution_of(answer(), PROFILE, "factorial", loose=False) == SOLUTION


@pytest.mark.parametrize(
    "text",
    [
        "na " * 4000,
        "### Solution\n```python\nx = (\n```\n" * 200,
        "(" * 5000,
        "```" * 1500,
        "\u202e\x1b[2J\x00\ufffd\ud800",
        "### Solution\n\n```python\n" + "[" * 3000 + "]" * 3000 + "\n```\n",
    ],
    ids=["repetition", "sections", "brackets", "fences", "characters", "nesting"],
)
def test_odd_answers_fail_and_are_read_to_their_end(text):
    assert both(text) == (False, False)
