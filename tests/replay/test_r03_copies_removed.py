"""R3: 64 examples × 3 were merged with 1,000 rows and then de-duplicated: 6.0%, reported as 16%."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from curator.cli import app
from curator.mix import Verdict


@pytest.fixture
def files(put, base, perfect):
    put("base.jsonl", base(1000))
    put("perfect.jsonl", perfect(64))
    put("perfect_3x.jsonl", perfect(64) * 3)
    put("merged_final.jsonl", [*(perfect(64) * 3), *base(1000)])


def test_of_1192_rows_1064_are_distinct_and_the_128_that_go_are_the_copies(files, mixed):
    planned = mixed(("perfect_3x.jsonl", "curated"), ("base.jsonl", "base"), valid=0)

    assert sum(source.rows for source in planned.sources) == 1192
    assert len(planned.train) == 1064
    assert Counter(gone.reason for gone in planned.removed) == {"exact duplicate": 128}
    assert {gone.row.path for gone in planned.removed} == {"perfect_3x.jsonl"}


def test_the_share_that_trained_was_6_percent(files, mixed, check_of):
    planned = mixed(("perfect_3x.jsonl", "curated"), ("base.jsonl", "base"), valid=0)

    assert f"{planned.curated_share:.1%}" == "6.0%"
    assert "64 of 1,064 training rows (6.0%): 64 examples" in check_of(planned, "share").message


def test_the_plan_says_that_192_rows_are_64_examples_three_times(files, mixed, check_of):
    planned = mixed(("perfect_3x.jsonl", "curated"), ("base.jsonl", "base"), valid=0)

    check = check_of(planned, "multiplied")
    assert check.verdict is Verdict.WARN
    assert "perfect_3x.jsonl: These 192 rows are 64 examples 3 times." in check.message
    assert "`repeat`" in check.remedy


def test_the_command_says_it_too(files, tmp_path, capsys):
    (tmp_path / "recipe.toml").write_text(
        'name = "story"\n[[source]]\npath = "perfect_3x.jsonl"\nrole = "curated"\n'
        '[[source]]\npath = "base.jsonl"\nrole = "base"\n[split]\nvalid = 0.0\n'
        # The texts of this replay are stand-ins without the shape that lint would ask of them.
        '[lint]\ncurated = "off"\n'
    )

    code = app.main(
        lambda file: 0,
        ["mix", str(tmp_path / "recipe.toml"), "--dry-run", "--format", "json"],
    )

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["train"] == 1064
    assert len(told["removed"]) == 128
    assert told["curated"]["share"] == pytest.approx(0.0602, abs=5e-5)
    assert any("64 examples 3 times" in check["message"] for check in told["checks"])


def test_copies_that_were_merged_beforehand_are_found_all_the_same(files, mixed):
    planned = mixed(("merged_final.jsonl", "base"), valid=0)

    assert (planned.sources[0].rows, planned.sources[0].exact_duplicates) == (1192, 128)
    assert len(planned.train) == 1064


def test_repeating_in_the_recipe_gives_the_16_percent_that_were_meant(files, mixed, check_of):
    planned = mixed(("perfect.jsonl", "curated", {"repeat": 3}), ("base.jsonl", "base"), valid=0)

    assert (len(planned.train), planned.curated_rows) == (1192, 192)
    assert f"{planned.curated_share:.0%}" == "16%"
    assert planned.removed == ()


def test_repeats_come_after_the_split_so_that_no_copy_is_held_out(files, mixed):
    planned = mixed(
        ("perfect.jsonl", "curated", {"repeat": 3}),
        ("base.jsonl", "base"),
        valid=0.1,
        curated_in_valid="proportional",
    )

    trained = {row.example.content_hash for row in planned.train}
    assert {row.role for row in planned.valid} == {"curated", "base"}
    assert not trained & {row.example.content_hash for row in planned.valid}
