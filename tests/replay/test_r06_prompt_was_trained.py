"""R6: the evaluation's one prompt, factorial, was among the training examples."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, Suite, builtin_suites, find_contamination, read_suite
from curator.example.chat import user_text
from curator.store import read_rows, shipped_examples

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
