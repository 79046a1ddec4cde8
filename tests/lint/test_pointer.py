"""Pointers into a record, and what is found where they lead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curator.example import Example
from curator.lint import make_linter
from curator.lint.fixing import fix_example
from curator.lint.pointer import text_at, texts_within
from curator.lint.secrets import SERVICES

VALUES = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(VALUES)
def test_every_text_is_found_where_its_pointer_leads(value):
    for pointer, text in texts_within(value):
        assert text_at(value, pointer) == text


def test_pointers_are_those_of_the_standard():
    value = {"a/b": "1", "m~n": ["2", {"": "3"}], "deep": {"x": [["4"]]}}
    assert list(texts_within(value)) == [
        ("/a~1b", "1"),
        ("/m~0n/0", "2"),
        ("/m~0n/1/", "3"),
        ("/deep/x/0/0", "4"),
    ]
    for pointer in ("/nowhere", "/m~0n/7", "/m~0n/-", "/a~1b/0", "/deep"):
        assert text_at(value, pointer) is None


def test_keys_are_texts_as_well_where_they_are_asked_for():
    value = {"a": {"b": "c"}, "d": [{"e": 1}]}
    assert list(texts_within(value, keys=True)) == [
        ("/a", "a"),
        ("/a/b", "b"),
        ("/a/b", "c"),
        ("/d", "d"),
        ("/d/0/e", "e"),
    ]


def test_a_secret_within_an_object_is_found_and_left_to_a_person():
    token = SERVICES[0].sample
    example = Example.new("Add.", output="x", notes=token, meta={"by": [{"key": token}]})
    linter = make_linter(select=["PRV002"])
    found = {one.pointer: one for one in linter.example(example)}
    assert found.keys() == {"/notes", "/meta/by/0/key"}
    assert found["/notes"].fix is not None
    assert found["/meta/by/0/key"].fix is None
    odd = Example({"self": token, "a/b": token})
    assert set(fix_example(odd, linter, unsafe=True).example.fields.values()) == {"REDACTED"}
    fixed = fix_example(example, linter, unsafe=True).example
    assert fixed.fields["notes"] == "REDACTED"
    assert fixed.fields["meta"] == {"by": [{"key": token}]}
