"""`curator dupes` shows both sides, says which score and which row stays, and changes nothing."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from curator.cli import dupes

ROWS = [
    {"id": "one", "instruction": "Write a function to add two numbers.", "output": "a = 1"},
    {"id": "two", "instruction": "sum of 2 numbers", "output": "b = 1"},
    {"id": "three", "instruction": "Draw a red circle on a canvas.", "output": "c = 'x'"},
    {"id": "four", "instruction": "Draw a red octagon on a canvas.", "output": "draw(now)"},
]


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_text_shows_both_sides_with_their_differences_marked(curator, write):
    write("mine.jsonl", ROWS)

    result = curator("dupes", "mine.jsonl", "--threshold", "80")

    assert result.code == 1
    assert "- Draw a red ⟦circle⟧ on a canvas." in result.out
    assert "+ Draw a red ⟦octagon⟧ on a canvas." in result.out
    assert re.search(r"≈ 100\.0 +mine\.jsonl:1 +mine\.jsonl:2 +words", result.out)


def test_each_pair_names_its_score_and_what_was_compared(curator, write):
    write("mine.jsonl", ROWS)

    found = curator("dupes", "mine.jsonl", "--threshold", "80", "--format", "json").json

    assert [(pair["a"]["id"], pair["b"]["id"], pair["scorer"]) for pair in found["pairs"]] == [
        ("one", "two", "words"),
        ("three", "four", "ratio"),
    ]
    assert {pair["on"] for pair in found["pairs"]} == {"instruction"}
    assert found["stats"]["threshold"] == 80
    assert found["stats"]["complete"] is True


@pytest.mark.parametrize(
    ("on", "pairs"),
    [("instruction", [(1, 2)]), ("output", [(1, 2)]), ("both", [(1, 2)])],
)
def test_instructions_outputs_or_both_are_compared(curator, write, on, pairs):
    write("mine.jsonl", ROWS)

    found = curator("dupes", "mine.jsonl", "--on", on, "--format", "json").json

    assert [(pair["a"]["line"], pair["b"]["line"]) for pair in found["pairs"]] == pairs
    assert found["pairs"][0]["on"] == on


def test_one_scorer_can_be_asked_for_alone(curator, write):
    write("mine.jsonl", ROWS)

    assert curator("dupes", "mine.jsonl", "--scorer", "ratio").code == 0
    assert curator("dupes", "mine.jsonl", "--scorer", "words").code == 1


def test_csv_has_a_line_for_each_pair(curator, write):
    write("mine.jsonl", ROWS)

    out = curator("dupes", "mine.jsonl", "--threshold", "80", "--format", "csv").out

    lines = list(csv.DictReader(io.StringIO(out)))
    assert [(line["a_line"], line["b_id"], line["scorer"]) for line in lines] == [
        ("1", "two", "words"),
        ("3", "four", "ratio"),
    ]


def test_clusters_are_listed_with_their_rows(curator, write):
    write("mine.jsonl", ROWS)

    out = curator("dupes", "mine.jsonl", "--threshold", "80", "--clusters").out

    assert "≈ group 1: 2 rows" in out
    assert "mine.jsonl:4  Draw a red octagon on a canvas." in out


def test_keep_says_which_row_stays_and_why(curator, write):
    write("mine.jsonl", ROWS[:2])

    result = curator("dupes", "mine.jsonl", "--keep")

    assert "✗ mine.jsonl:2 leaves, mine.jsonl:1 stays:" in result.out
    assert "1 row would stay, 1 row would leave." in result.err


def test_rows_in_the_folder_of_curated_examples_stay(curator, write, tmp_path):
    (tmp_path / "data" / "custom").mkdir(parents=True)
    write("base.jsonl", [{**ROWS[0], "output": "longer " * 50}])
    write("data/custom/mine.jsonl", ROWS[:1])

    result = curator("dupes", "base.jsonl", "data/custom/mine.jsonl", "--keep", "--format", "json")

    (leaves,) = result.json["leaving"]
    assert leaves["row"]["path"] == "base.jsonl"
    assert leaves["reason"] == "curated before base"


def test_rows_are_written_to_new_files_and_sources_stay_as_they_are(curator, write, tmp_path):
    before = write("mine.jsonl", ROWS).read_bytes()

    result = curator("dupes", "mine.jsonl", "--keep", "stay.jsonl", "--drop-to", "go.jsonl")

    assert result.code == 1
    assert (tmp_path / "mine.jsonl").read_bytes() == before
    stay, go = rows_of(tmp_path / "stay.jsonl"), rows_of(tmp_path / "go.jsonl")
    assert sorted([*stay, *go], key=str) == sorted(ROWS, key=str)
    assert len(go) == 1


@pytest.mark.parametrize("option", ["--keep", "--drop-to"])
def test_a_file_that_is_there_is_not_written_over(curator, write, tmp_path, option):
    write("mine.jsonl", ROWS)
    before = write("precious.jsonl", ROWS[:1]).read_bytes()

    result = curator("dupes", "mine.jsonl", option, "precious.jsonl")

    assert result.code == 2
    assert "precious.jsonl" in result.err
    assert (tmp_path / "precious.jsonl").read_bytes() == before


def test_the_side_searched_against_is_never_proposed_for_removal(curator, write, tmp_path):
    write("base.jsonl", ROWS)
    write("suite.jsonl", ROWS[1:2])

    result = curator("dupes", "base.jsonl", "--against", "suite.jsonl", "--drop-to", "go.jsonl")

    assert result.code == 1
    assert [row["id"] for row in rows_of(tmp_path / "go.jsonl")] == ["one", "two"]
    assert "the other side is protected" in result.out


def test_multiplied_data_is_named(curator, write):
    write("mine.jsonl", [row for row in ROWS[1:3] for _ in range(3)])

    result = curator("dupes", "mine.jsonl")

    assert "6 rows are 2 examples, 3 times each." in result.err


def test_a_page_shows_pairs_and_lets_no_markup_through(curator, write, tmp_path):
    hostile = "<script>alert(1)</script> & the \x1b[2J canvas"
    write("mine.jsonl", [{**ROWS[2], "instruction": hostile + end} for end in ("", "es")])

    curator("dupes", "mine.jsonl", "--html", "twins.html")

    page = (tmp_path / "twins.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<mark>canvases</mark>" in page
    assert "<script" not in page
    assert "&lt;" in page
    assert "\x1b" not in page


def test_a_page_wants_a_name_of_a_page(curator, write, tmp_path):
    before = write("mine.jsonl", ROWS).read_bytes()

    assert curator("dupes", "mine.jsonl", "--html", "mine.jsonl").code == 2
    assert (tmp_path / "mine.jsonl").read_bytes() == before


def test_too_many_pairs_to_read_become_groups(curator, write):
    write("mine.jsonl", [ROWS[0]] * 150)

    result = curator("dupes", "mine.jsonl")

    assert result.out.startswith("≈ group 1: 150 rows")
    assert "11,175 pairs are too many to read" in result.err


@pytest.mark.parametrize("output_format", ["json", "csv"])
def test_too_many_pairs_to_list_are_chains_of_equal_rows(
    curator, write, tmp_path, monkeypatch, output_format
):
    monkeypatch.setattr(dupes, "_MOST_LISTED", 50)
    monkeypatch.setattr(dupes, "_MOST_PRINTED", 5)
    write("mine.jsonl", [ROWS[0]] * 12)

    result = curator("dupes", "mine.jsonl", "--format", output_format, "--html", "twins.html")

    if output_format == "json":
        assert [(p["a"]["line"], p["b"]["line"]) for p in result.json["pairs"]] == [
            (line, line + 1) for line in range(1, 12)
        ]
        assert result.json["stats"]["complete"] is False
    else:
        assert len(result.out.splitlines()) == 12
    assert "too many to list" in result.err
    page = (tmp_path / "twins.html").read_text("utf-8")
    assert page.count("<section>") == 5
    assert "66 pairs of twins, the first 5 of them" in page


def test_a_difference_far_into_a_text_is_shown(curator, write):
    long = "words that both of them have in common, " * 20
    write("mine.jsonl", [{"instruction": long + end, "output": "x"} for end in ("here", "there")])

    out = curator("dupes", "mine.jsonl").out

    assert "in common, ⟦here⟧" in out
    assert "in common, ⟦there⟧" in out
    assert len(out) < 500


def test_a_file_on_both_sides_is_protected(curator, write):
    write("base.jsonl", ROWS)
    write("mine.jsonl", ROWS[:1])

    both = curator("dupes", "base.jsonl", "mine.jsonl", "--against", "./mine.jsonl", "--keep")
    assert "✗ base.jsonl:1 leaves, ./mine.jsonl:1 stays" in both.out
    assert "✗ mine.jsonl" not in both.out
    assert "mine.jsonl is compared with, so its own rows are not searched." in both.err

    itself = curator("dupes", "mine.jsonl", "--against", "mine.jsonl")
    assert itself.code == 2
    assert "both sides" in itself.err


def test_files_are_written_before_results_are_printed(curator, write, tmp_path, monkeypatch):
    def nobody_reads(_found):
        raise BrokenPipeError

    monkeypatch.setattr(dupes, "_print_pairs", nobody_reads)
    write("mine.jsonl", ROWS)

    curator("dupes", "mine.jsonl", "--drop-to", "go.jsonl")

    assert len(rows_of(tmp_path / "go.jsonl")) == 1


def test_what_cannot_be_done_is_refused_before_the_work(curator, write):
    write("mine.jsonl", ROWS)

    result = curator("dupes", "mine.jsonl", "--threshold", "nan")
    assert (result.code, "nan is no score" in result.err) == (2, True)

    result = curator("dupes", "mine.jsonl", "--drop-to", "nowhere/go.jsonl")
    assert (result.code, result.out) == (2, "")
    assert "no folder" in result.err
