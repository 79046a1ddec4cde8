"""What is in a clipboard, as examples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.example import load_profile
from curator.tui.panes.author.clipboard import examples_in
from tests.tui.helpers import THREE, output

PROFILE = load_profile()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(row) for row in THREE),
        json.dumps(THREE),
        json.dumps(THREE, indent=2),
        "\ufeff" + "\r\n".join(json.dumps(row) for row in THREE) + "\r\n",
    ],
    ids=["lines", "array", "indented", "windows"],
)
def test_examples_come_as_lines_or_as_an_array(text):
    assert [dict(one.fields) for one in examples_in(text, PROFILE)] == list(THREE)


def test_one_object_over_several_lines_is_one_example():
    [one] = examples_in(json.dumps(THREE[0], indent=2), PROFILE)
    assert dict(one.fields) == THREE[0]


def test_an_answer_becomes_the_output_of_a_new_example():
    [one] = examples_in(output(), PROFILE)
    assert (one.instruction, one.output) == ("", output())


@pytest.mark.parametrize("text", ["Reverse a list.", "{broken", "[1, 2", "[x] a task\n[ ] another"])
def test_any_other_text_becomes_an_instruction(text):
    [one] = examples_in(text, PROFILE)
    assert one.instruction == text


def test_nothing_gives_nothing():
    assert examples_in(" \n ", PROFILE) == ()


@given(st.text())
def test_any_text_at_all_is_taken(text):
    assert all(one.fields for one in examples_in(text, PROFILE))
