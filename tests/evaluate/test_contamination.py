"""A shared run of words betrays a prompt that neither equals a row nor resembles it as a whole."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, Suite, find_contamination

LONG = (
    "Given the readings of a thermometer for every hour of a week, return the longest stretch of"
    " hours in which it never got colder."
)
SHORT = "Sum the digits of every second number in it."
SUITE = Suite(
    name="mine",
    prompt=(
        Prompt(id="long", instruction=LONG),
        Prompt(id="nine-words", instruction=SHORT),
        Prompt(id="seven-words", instruction="Reverse the words of a given sentence."),
    ),
)
#: Thirteen words of it, in other capitals and without its punctuation, amid others.
EMBEDDED = (
    "You are a careful engineer. THE READINGS of a thermometer for every hour of a week return the"
    " longest and most boring table. Explain each step in detail and compare it with two others."
)


def test_thirteen_words_in_a_row_are_found_with_the_row_and_the_words():
    (one,) = find_contamination(SUITE, ["Write a web server.", EMBEDDED])

    assert (one.prompt, one.kind, one.row) == ("long", "ngram", 1)
    assert one.shared == "the readings of a thermometer for every hour of a week return the"
    assert one.reason == "shares 13 words in a row with training row 2"


def test_twelve_words_in_a_row_are_not():
    assert find_contamination(SUITE, [EMBEDDED.replace("return the longest", "and longest")]) == ()


def test_a_prompt_of_nine_words_is_found_when_all_of_it_is_there():
    within = (
        f"Before you begin, read this twice: {SHORT} Then write it down and hand it in at once."
    )

    assert [one.prompt for one in find_contamination(SUITE, [within])] == ["nine-words"]
    assert find_contamination(SUITE, [within.replace("second", "third")]) == ()


def test_a_prompt_of_fewer_than_eight_words_is_too_common_to_be_found_so():
    within = f"First this, then {SUITE.prompt[2].instruction} After that, a hundred other things."

    assert find_contamination(SUITE, [within]) == ()


def test_a_prompt_that_stands_in_an_answer_is_found():
    (one,) = find_contamination(
        SUITE, ["Set an exam."], rows=[f"Set an exam.\n1. {LONG}\n2. Rest."]
    )

    assert (one.prompt, one.kind, one.text) == ("long", "ngram", "Set an exam.")


def test_a_turn_of_phrase_that_many_rows_share_is_none():
    rows = [f"{EMBEDDED} Case {number}." for number in range(10)]

    assert len(find_contamination(SUITE, rows)) == 1
    assert find_contamination(SUITE, [*rows, f"{EMBEDDED} One more."]) == ()


def test_copies_of_a_row_do_not_make_a_phrase_common():
    assert len(find_contamination(SUITE, [EMBEDDED] * 30)) == 1


@pytest.mark.parametrize(
    ("row", "kind"),
    [(LONG.upper(), "exact"), (LONG.replace("colder", "warmer"), "twin"), (EMBEDDED, "ngram")],
)
def test_the_gravest_reason_is_told(row, kind):
    (one,) = find_contamination(SUITE, [row])

    assert (one.prompt, one.kind) == ("long", kind)
    assert one.to_json()["kind"] == kind
