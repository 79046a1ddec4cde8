"""A row's bytes are an example or the reason why they are none; nothing is raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curator.example import Example
from curator.store import Problem, decode, encode

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
almost_json = st.text(alphabet='{}[]":,\\u0dEeN a1.-\n\t', max_size=30).map(str.encode)


@settings(max_examples=400)
@given(
    st.binary(max_size=40)
    | st.text(alphabet='{}[]":,\\u0dEeN a1.-\n\t', max_size=30).map(str.encode)
)
@example(b"\x00")
@example(b"[" * 200_000)
@example(b'{"a":' * 200_000)
@example(b'{"a": ' + b"1" * 5000 + b"}")
@example(b"\xff\xfe{\x00")
def test_any_bytes_are_an_example_or_a_problem(raw: bytes):
    read = decode(raw)
    if isinstance(read, Problem):
        assert read.message.endswith(".")
        assert 0 <= read.column <= len(raw) + 1
    else:
        assert decode(encode(read)) == read


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"a": "cut', "Unterminated string."),
        ('{"a": "\t"}', "Invalid control character."),
        ('{"a": "\\q"}', "Invalid \\escape."),
        ('{"a" 1}', "Expecting ':' delimiter."),
    ],
)
def test_what_is_wrong_is_a_whole_sentence(line: str, what: str):
    read = decode(line.encode())
    assert isinstance(read, Problem)
    assert read.message == f"Not valid JSON: {what}"


@given(st.dictionaries(st.text(), values, max_size=4))
def test_an_example_is_read_as_it_was_written(fields: dict[str, object]):
    read = decode(encode(Example(fields)))
    assert isinstance(read, Example)
    assert json.dumps(dict(read.fields)) == json.dumps(fields)


@pytest.mark.parametrize(
    ("line", "kind", "column"),
    [
        ("", "blank", 0),
        (" \t\r", "blank", 0),
        ('{"a": 1', "json", 8),
        ('{"a": 1} trailing', "json", 10),
        ("{'a': 1}", "json", 2),
        ('{"é": 1, }', "json", 10),
        ('{"a": 1} {"b": 2}', "several", 10),
        ('{"a": 1}[]', "several", 9),
        ("[1]", "not-object", 0),
        ('"text"', "not-object", 0),
        ("null", "not-object", 0),
        ('{"a": 1, "b": {"a": 2}, "a": 3}', "duplicate-key", 25),
        ('{"x": {"a": [], "a": 3}}', "duplicate-key", 17),
        ('{"x": "a", "é": "a", "\\u00e9": 3}', "duplicate-key", 22),
        ('{"a": NaN}', "constant", 7),
        ('{"NaN": "NaN", "b": [-Infinity]}', "constant", 22),
        ('{"a": 1e999}', "constant", 7),
        ('{"a": "\\ud800"}', "unicode", 0),
        ('{"\\udfff": 1}', "unicode", 0),
        ('{"a": {"b": ["\\ud800"]}}', "unicode", 0),
    ],
)
def test_a_problem_has_its_kind_and_its_place(line: str, kind: str, column: int):
    read = decode(line.encode())
    assert isinstance(read, Problem)
    assert (read.kind, read.column) == (kind, column)


def test_bytes_that_are_not_utf8_are_placed_by_characters():
    read = decode('{"é": "'.encode() + b"\xe9" + b'"}')
    assert read == Problem("encoding", "This line is not UTF-8 text: invalid continuation byte.", 8)


def test_a_surrogate_pair_is_a_character():
    read = decode(b'{"a": "\\ud83d\\ude00"}')
    assert isinstance(read, Example)
    assert read.fields["a"] == "😀"


def test_half_a_pair_is_written_as_an_escape_and_not_lost():
    raw = encode(Example.new(output="é\ud83d"))
    assert raw.endswith('"é\\ud83d"}'.encode())
    assert isinstance(decode(raw), Problem)


def test_a_key_that_attacks_the_terminal_is_shown_as_text():
    read = decode(b'{"\\u001b[2J": 1, "\\u001b[2J": 2}')
    assert isinstance(read, Problem)
    assert "␛[2J" in read.message
