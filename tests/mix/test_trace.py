"""Each row can be followed to its source, and each row of a source to where it went."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.mix import SplitSpec, plan_mixture, trace_row, write_mixture


@pytest.fixture
def built(tmp_path, write, row, recipe):
    like = row(1)["instruction"] + "!"
    write("mine.jsonl", [row(1, id="one"), row(2), row(1, id="again")])
    write("base.jsonl", [row(n) for n in range(10, 20)] + [row(9, instruction=like)])
    made = recipe(
        ("mine.jsonl", "curated", {"repeat": 2}),
        ("base.jsonl", "base", {"limit": 8}),
        split=SplitSpec(valid=0.2),
    )
    plan = plan_mixture(made, tmp_path)
    write_mixture(plan, tmp_path / "out")
    return plan


def test_every_row_of_every_split_is_followed_to_its_line(built, tmp_path):
    for split in ("train", "valid"):
        rows = getattr(built, split)
        assert rows
        for number, row in enumerate(rows, start=1):
            found = trace_row(tmp_path / "out", f"{split}:{number}")
            assert (found.path, found.line, found.role) == (row.path, row.line, row.role)
            assert found.asked == row.example.instruction
            assert (split, number, row.copy) in [(p.split, p.row, p.copy) for p in found.places]


def test_a_bare_number_is_a_training_row(built, tmp_path):
    folder = tmp_path / "out"

    assert trace_row(folder, "1") == trace_row(folder, "train:1")
    assert trace_row(folder, "1") == trace_row(folder, "train.jsonl:1")


@pytest.mark.parametrize("asked", ["mine.jsonl:1", "one"])
def test_a_row_of_a_source_is_followed_to_all_its_copies(built, tmp_path, asked):
    found = trace_row(tmp_path / "out", asked)

    assert sorted(place.copy for place in found.places) == [1, 2]
    assert {place.split for place in found.places} == {"train"}


@pytest.mark.parametrize(
    ("asked", "reason", "kept"),
    [
        ("mine.jsonl:3", "exact duplicate", "mine.jsonl:1"),
        ("again", "exact duplicate", "mine.jsonl:1"),
        ("base.jsonl:11", "twin", "mine.jsonl:1"),
    ],
)
def test_a_row_that_was_left_out_says_why_and_what_stays(built, tmp_path, asked, reason, kept):
    found = trace_row(tmp_path / "out", asked)

    assert (found.left_out.reason, found.left_out.kept) == (reason, kept)
    assert found.places == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [("0", "no row 0 in train"), ("valid:99", "no row 99 in valid"), ("x.jsonl:1", "x.jsonl:1")],
)
def test_a_row_that_is_not_there_is_told(built, tmp_path, asked, said):
    with pytest.raises(ConfigError, match=said):
        trace_row(tmp_path / "out", asked)


def test_every_curated_row_has_a_destination(built):
    where = {(row.path, row.line): told for row, told in built.destinations()}

    assert where == {
        ("mine.jsonl", 1): "train × 2",
        ("mine.jsonl", 2): "train × 2",
        ("mine.jsonl", 3): "left out: exact duplicate, as mine.jsonl:1 stays",
    }
