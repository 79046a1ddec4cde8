"""R6: the evaluation's one prompt, factorial, was among the training examples."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, Suite, builtin_suites, find_contamination, read_suite
from curator.example.chat import user_text
from curator.mix import (
    HeldOut,
    Recipe,
    SourceSpec,
    SplitSpec,
    Verdict,
    plan_mixture,
    write_mixture,
)
from curator.preflight import preflight
from curator.store import read_rows, shipped_examples
from curator.train import TrainingSpec

TRAINED = (
    "Write a Python function to calculate the factorial of a number.",
    "Write a Python function to check if a string is a palindrome.",
    "Write a Python function to generate the Fibonacci sequence.",
    "Write a Python function to merge two sorted lists.",
    "Write a Python function to count the vowels in a string.",
)

ASKED = {
    "factorial": TRAINED[0],
    "palindrome": "Write a Python function that checks if a string is a palindrome",
    "fibonacci": "write a python function to  generate the FIBONACCI sequence.",
    "merge": "Write a Python function to merge two sorted arrays.",
    "brackets": "Are the brackets of an expression balanced?",
}
SUITE = Suite(
    name="the report's",
    prompt=tuple(Prompt(id=name, instruction=text) for name, text in ASKED.items()),
)


@pytest.fixture(scope="module")
def found():
    return {one.prompt: one for one in find_contamination(SUITE, TRAINED)}


def test_the_prompt_itself_is_found_with_the_row_that_trained(found):
    assert (found["factorial"].score, found["factorial"].row) == (100.0, 0)


def test_a_prompt_in_other_capitals_and_spaces_is_the_same_prompt(found):
    assert (found["fibonacci"].score, found["fibonacci"].row) == (100.0, 2)


@pytest.mark.parametrize(("prompt", "row"), [("palindrome", 1), ("merge", 3)])
def test_a_prompt_that_only_resembles_a_row_is_found_with_its_score(found, prompt, row):
    assert found[prompt].row == row
    assert 85 <= found[prompt].score < 100


def test_a_prompt_that_nobody_trained_on_stays(found):
    assert "brackets" not in found


@pytest.mark.parametrize("name", builtin_suites())
def test_the_suites_that_come_along_ask_nothing_that_the_shipped_examples_teach(name):
    trained = [
        user_text(row.example.instruction, row.example.input)
        for row in read_rows(shipped_examples())
        if row.example
    ]

    assert len(trained) >= 12
    assert find_contamination(read_suite(name), trained) == ()


HELD_OUT = [HeldOut("report", name, text) for name, text in ASKED.items()]


@pytest.fixture
def planned(put, tmp_path):
    """The five topics once as curated examples and once, a little reworded, as base rows."""

    def make(**roles):
        rows = [{"instruction": text, "output": f"answer {n}"} for n, text in enumerate(TRAINED)]
        put("trained.jsonl", rows)
        put("base.jsonl", [{"instruction": "Rotate a matrix.", "output": "zip(*matrix)"}])
        sources = (
            SourceSpec(path="trained.jsonl", role=roles.get("role", "base")),
            SourceSpec(path="base.jsonl", role="base"),
        )
        recipe = Recipe(name="replay", source=sources, split=SplitSpec(valid=0))
        return plan_mixture(recipe, tmp_path, held_out=roles.get("held_out", HELD_OUT))

    return make


def test_a_mix_leaves_out_the_base_rows_that_resemble_a_prompt(planned):
    plan = planned()

    gone = {one.row.line: one for one in plan.removed}
    assert set(gone) == {1, 2, 3, 4}
    assert {one.reason for one in gone.values()} == {"contamination"}
    assert "100 of 100 like the prompt 'factorial' of the suite report" in gone[1].evidence


def test_a_mix_tells_which_curated_rows_spoil_which_prompts(planned, check_of):
    check = check_of(planned(role="curated"), "contamination")

    assert check.verdict is Verdict.WARN
    assert "4 curated rows resemble 4 prompts of a suite" in check.message
    assert "trained.jsonl:1 is 100 like factorial of report" in check.evidence


def test_preflight_names_them_in_a_mixture_that_knew_of_no_suite(
    planned, tmp_path, model, tokens, check_of
):
    write_mixture(planned(held_out=()), tmp_path / "out")
    spec = TrainingSpec(model=str(model))

    looked = preflight(tmp_path / "out", spec, held_out=HELD_OUT, tokens=tokens)

    check = check_of(looked, "contamination")
    assert "4 prompts of 5 in report resemble a training row at 85 or above, 2 exactly" in (
        check.message
    )
    assert any(place.startswith("factorial is 100 like train.jsonl:") for place in check.evidence)
