"""A record keeps every key in its place and reads its three texts leniently."""

from __future__ import annotations

import pytest

from curator.example import Example


def test_keys_keep_their_order_and_new_ones_go_last():
    record = Example({"z": 1, "output": "o", "instruction": "i"}).replace(output="p", a=2)
    assert list(record.fields.items()) == [
        *(("z", 1), ("output", "p"), ("instruction", "i")),
        ("a", 2),
    ]


def test_a_new_example_has_its_id_first():
    record = Example.new("i", "n", "o", id="x", tags=["t"])
    assert list(record.fields) == ["id", "tags", "instruction", "input", "output"]


def test_a_missing_or_mistyped_text_reads_as_empty():
    record = Example({"instruction": 3, "output": None})
    assert (record.instruction, record.input, record.output) == ("", "", "")


@pytest.mark.parametrize(
    ("value", "identity"), [("x", "x"), (7, "7"), (True, None), (None, None), ([1], None)]
)
def test_an_id_is_a_string_or_a_number(value: object, identity: str | None):
    assert Example({"id": value}).id == identity


def test_a_record_does_not_change_when_its_source_does():
    source = {"instruction": "i"}
    record = Example(source)
    source["instruction"] = "j"
    assert record.instruction == "i"
    with pytest.raises(TypeError):
        record.fields["instruction"] = "j"  # type: ignore[index]


def test_the_hash_is_that_of_the_texts_alone():
    one, other = Example.new("i", "", "o", id="1"), Example.new("i", "", "o", id="2")
    assert one.content_hash == other.content_hash
    assert one != other
    assert Example.new("i", "o").content_hash != Example.new("i", "", "o").content_hash
    assert Example.new("\ud800").content_hash


def test_equal_records_can_stand_in_for_one_another():
    assert Example.new("i") == Example.new("i")
    assert len({Example.new("i"), Example.new("i")}) == 1
