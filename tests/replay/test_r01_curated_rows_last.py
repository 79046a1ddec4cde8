"""R1: the 20 curated rows stood last, and the tail went to validation: 19 of 20 never trained."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.mix import Verdict, write_mixture
from curator.preflight import preflight
from curator.train import TrainingSpec

HELD_OUT = 20 / 2020


@pytest.fixture
def files(put, base, perfect):
    put("base.jsonl", base(2000))
    put("perfect.jsonl", perfect(20))
    # What was done: one file, the curated rows at its end.
    put("merged.jsonl", [*base(2000), *perfect(20)])


def test_the_tail_of_the_merged_file_is_the_curated_rows(files, tmp_path):
    tail = (tmp_path / "merged.jsonl").read_text().splitlines()[-round(HELD_OUT * 2020) :]

    assert sum('"perfect answer' in line for line in tail) == 20


def test_a_recipe_that_says_which_rows_are_curated_trains_all_of_them(files, mixed, check_of):
    planned = mixed(("base.jsonl", "base"), ("perfect.jsonl", "curated"), valid=HELD_OUT)

    assert planned.curated_training == 20
    assert (len(planned.valid), {row.role for row in planned.valid}) == (20, {"base"})
    assert check_of(planned, "curated-train").message == "All 20 curated examples train."


def test_where_fewer_than_all_would_train_the_mixture_is_refused(files, mixed, check_of, tmp_path):
    planned = mixed(
        ("base.jsonl", "base"),
        ("perfect.jsonl", "curated"),
        valid=0.5,
        curated_in_valid="proportional",
    )

    check = check_of(planned, "curated-train")
    assert check.verdict is Verdict.ERROR
    assert f"{planned.curated_training} of 20 curated examples train" in check.message
    with pytest.raises(ConfigError, match="of 20 curated examples train"):
        write_mixture(planned, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_whoever_wants_it_so_can_say_so(files, mixed, tmp_path):
    planned = mixed(
        ("base.jsonl", "base"),
        ("perfect.jsonl", "curated"),
        valid=0.5,
        curated_in_valid="proportional",
    )

    manifest = write_mixture(planned, tmp_path / "out", allow=["curated-train"])

    assert manifest.counts["curated_examples"] < 20


def test_even_in_one_file_the_place_of_a_row_does_not_decide(files, mixed):
    planned = mixed(("merged.jsonl", "base"), valid=HELD_OUT)

    held_out = [row.example.output for row in planned.valid]
    assert len(held_out) == 20
    assert sum(text.startswith("perfect") for text in held_out) <= 4


def test_preflight_refuses_such_a_mixture_once_more(
    files, mixed, tmp_path, model, tokens, check_of
):
    planned = mixed(
        ("base.jsonl", "base"),
        ("perfect.jsonl", "curated"),
        valid=0.5,
        curated_in_valid="proportional",
    )
    write_mixture(planned, tmp_path / "out", allow=["curated-train"])

    looked = preflight(tmp_path / "out", TrainingSpec(model=str(model)), held_out=(), tokens=tokens)

    check = check_of(looked, "curated-missing")
    assert check in looked.standing()
    assert f"{20 - planned.curated_training} curated rows will not train" in check.message
    assert "perfect.jsonl:" in check.evidence[0]
