"""A row as texts to edit, and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.example import Example, load_profile, render
from curator.lint import Finding, Severity
from curator.store import Row, decode, encode
from curator.tui.panes.author.draft import ROW, Draft, location, open_row, place
from curator.tui.panes.author.template import outline
from tests.tui.helpers import output, record

PROFILE = load_profile()


def opened(fields, **options):
    example = Example(fields)
    raw = encode(example).decode("utf-8", "surrogatepass")
    return open_row(Row(1, 0, len(raw), example), raw, PROFILE, **options)


def test_an_answer_of_the_profile_opens_as_its_parts():
    draft = opened(record("Double it.", output()))
    assert draft.form == "parts"
    assert draft.texts["part-usage"] == "print(double(4))  # Output: 8"
    assert draft.can_switch


def test_an_answer_that_would_lose_something_opens_as_markdown_with_the_reason():
    draft = opened(record("Double it.", f"Sure!\n{output()}"))
    assert draft.form == "raw"
    assert "byte for byte" in draft.reason
    assert not draft.can_switch


def test_an_empty_answer_opens_as_empty_parts():
    assert opened(record("Double it.", "")).texts["part-solution"] == ""


@pytest.mark.parametrize("text", ["a\rb", "a\u2028b", "\x1b[31m", "\x0c", "\u202e", "\x85", "\0"])
def test_text_that_an_editor_would_lose_opens_as_the_row_with_escapes(text):
    draft = opened(record(f"Say {text}.", output()))
    assert draft.form == "row"
    assert not draft.read_only
    assert draft.texts[ROW].isprintable()
    assert decode(draft.texts[ROW].encode()) == draft.example


def test_a_broken_row_opens_as_its_line_with_the_reason():
    raw = '{"instruction": "cut off'
    problem = decode(raw.encode())
    draft = open_row(Row(1, 0, len(raw), None, problem), raw, PROFILE)
    assert draft.texts == {ROW: raw}
    assert draft.reason == problem.message


def test_a_broken_row_that_cannot_be_typed_is_shown_and_not_edited():
    raw = '{"instruction": \x0c "cut off'
    draft = open_row(Row(1, 0, len(raw), None, decode(raw.encode())), raw, PROFILE)
    assert draft.read_only
    assert "\x0c" not in draft.texts[ROW]


def test_an_edit_changes_its_own_field_and_no_other():
    draft = opened({"note": 7, "instruction": 3, "input": "", "output": output()})
    texts = dict(draft.texts) | {"input": "given"}
    assert list(draft.edited(texts, PROFILE).fields.items()) == [
        ("note", 7),
        ("instruction", 3),
        ("input", "given"),
        ("output", output()),
    ]


@given(st.text(), st.text(), st.text())
def test_opening_and_leaving_any_row_changes_nothing(instruction, answer, solution):
    for text in (answer, render({"solution": solution}, PROFILE)):
        draft = opened({"instruction": instruction, "input": "", "output": text})
        assert not draft.changed(draft.texts)
        if draft.form != "row":
            assert draft.edited(draft.texts, PROFILE) == draft.example
        for shown in draft.texts.values():
            assert "\n".join(shown.split("\n")) == shown
            assert len(shown.splitlines()) <= shown.count("\n") + 1


def finding(pointer, start, end):
    return Finding("DOC005", "x", Severity.ERROR, "m", "", 1, None, pointer, start, end)


def test_a_finding_in_the_output_stands_in_its_part():
    text = output()
    draft = opened(record("Double it.", text))
    start = text.index("assert double(-3)")
    found = place(finding("/output", start, start + 6), draft, text, PROFILE)
    assert found == ("part-test", 22, 28)
    heading = text.index("### Usage")
    assert place(finding("/output", heading, heading + 9), draft, text, PROFILE)[:2] == (
        "part-usage",
        0,
    )


def test_a_finding_in_a_field_stands_where_it_counts():
    draft = opened(record("Double it.", output()), prefer_raw=True)
    assert place(finding("/instruction", 2, 4), draft, output(), PROFILE) == ("instruction", 2, 4)
    assert place(finding("/output", 9, 12), draft, output(), PROFILE) == ("output", 9, 12)
    assert place(finding("/tags", 1, 2), draft, output(), PROFILE) == ("instruction", 0, 0)
    parts = Draft("parts", {"instruction": "", "part-solution": ""})
    other = finding("/part-solution", 1, 2)
    assert place(other, parts, output(), PROFILE) == ("instruction", 0, 0)


def test_location_counts_lines_and_columns_from_zero():
    assert [location("ab\ncd", offset) for offset in (0, 2, 3, 5)] == [
        (0, 0),
        (0, 2),
        (1, 0),
        (1, 2),
    ]


def test_the_template_has_every_section_and_opens_as_parts():
    draft = opened(outline(PROFILE).fields)
    assert draft.form == "parts"
    assert all(draft.texts[f"part-{spec.key}"] for spec in PROFILE.section)
    assert json.loads(encode(outline(PROFILE)))["instruction"] == ""
