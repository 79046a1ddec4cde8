"""docs/writing-examples.md shows what the commands really say, and counts what is really there."""

from __future__ import annotations

import pytest

from tests.data.page import KINDS, PAGE, Pair, curator, read_pairs, retold, row, spread

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return read_pairs(TEXT)


def test_there_are_six_pairs_of_both_commands(pairs):
    assert [pair.number for pair in pairs] == list("123456")
    assert [pair.command for pair in pairs] == ["lint"] * 3 + ["run"] * 3
    assert len({pair.printed for pair in pairs}) == 6


def test_the_page_says_what_the_commands_print_today():
    assert retold(TEXT) == TEXT, "run python -m tests.data.page"


def test_what_comes_after_is_clean_and_passes(pairs, tmp_path):
    answers = "".join(row(pair.asked, pair.after) for pair in pairs)
    (tmp_path / "after.jsonl").write_text(answers, encoding="utf-8")

    for command in ("lint", "run"):
        done = curator(tmp_path, command, "after.jsonl")
        assert done.returncode == 0, done.stdout


def test_a_changed_output_would_be_noticed(pairs):
    stale = TEXT.replace(pairs[0].printed, "nothing at all\n")
    assert stale != TEXT
    assert read_pairs(stale)[0].printed == "nothing at all\n"


def test_an_example_counts_for_each_of_its_kinds():
    counts = spread([["strings", "regex"], ["numbers"], ["unheard-of"]])
    assert counts["strings and text formatting"] == counts["numbers"] == 1
    assert counts["parsing and regular expressions"] == 1
    assert sum(counts.values()) == 3
    assert list(counts) == list(KINDS)
