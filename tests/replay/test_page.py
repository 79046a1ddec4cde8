"""docs/replay.md shows what the commands really print, and nothing of the machine it ran on."""

from __future__ import annotations

import json
import re

import pytest

from tests.replay.page import BLOCK, MOMENT, PAGE, retold
from tests.replay.story import FACTORIAL, base_rows, prepare, shipped

TEXT = PAGE.read_text("utf-8")
BLOCKS = list(BLOCK.finditer(TEXT))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("story") / "not" / "there yet"
    prepare(made)
    return made


def test_whoever_follows_the_page_has_every_file_that_it_names(folder):
    made_on_the_way = {"plan.txt", "train.txt"}
    commands = " ".join(block["command"] for block in BLOCKS)
    named = set(re.findall(r"[\w-]+\.(?:jsonl|toml|txt)", commands)) - made_on_the_way
    assert len(named) >= 9
    assert {name for name in named if not (folder / name).is_file()} == set()
    assert (folder / "tiny-model" / "config.json").is_file()


def test_the_page_says_what_the_commands_print_today(folder):
    assert retold(TEXT, folder, long=False) == TEXT, "run python -m tests.replay.page"


def test_every_command_of_the_page_printed_something():
    assert len(BLOCKS) == TEXT.count("```console\n") >= 12
    assert [block["command"] for block in BLOCKS if not block["printed"].strip()] == []


def test_what_only_the_script_runs_is_the_smaller_part():
    assert 2 * sum(bool(block["long"]) for block in BLOCKS) < len(BLOCKS)


@pytest.mark.parametrize(
    "trace",
    [
        r"Traceback|Error:",
        r"(?<!\w)/(tmp|home|root|Users|var|private)/",
        r"\b\d+(\.\d+)? (s|ms|seconds|tokens/s)\b",
        MOMENT.pattern,
    ],
    ids=["a failure", "a path", "a duration", "a moment"],
)
def test_nothing_depends_on_where_and_when_it_was_made(trace):
    assert [block["command"] for block in BLOCKS if re.search(trace, block["printed"])] == []


def test_one_of_a_thing_is_not_many():
    many = r"(?<![\d,.-])1 (rows|sources|examples|prompts|files|iterations|points|copies)\b"
    assert [block["command"] for block in BLOCKS if re.search(many, block["printed"])] == []


def test_a_changed_output_would_be_noticed(folder):
    stale = TEXT.replace("perfect-3x.jsonl:192\n", "perfect-3x.jsonl:191\n")
    assert stale != TEXT
    counted = BLOCK.search(stale)[0]
    assert retold(counted, folder, long=False) == BLOCK.search(TEXT)[0]


@pytest.mark.parametrize(
    "figure",
    [
        "All 20 curated examples train.",
        "(1.0%): 20 examples.",
        "These 192 rows are 64 examples 3 times.",
        "left out: 128 exact duplicate",
        "train 1,042   valid 22",
        "show each curated example 0.38 times",
        "1,042 rows leave 2 over in batches of 4",
        "(16.4%): 64 examples.",
        "1 of 1, 100% (21–100%)\n3 of 5, 60% (23–88%)",
        "rank                8\nscale               2\ndropout             0.05",
    ],
)
def test_a_figure_of_the_report_comes_out(figure):
    assert any(figure in block["printed"] for block in BLOCKS)


def test_the_base_rows_of_the_story_are_all_different():
    asked = [row["instruction"] for row in base_rows(2000)]
    assert len(asked) == 2000
    assert len({json.dumps(row) for row in base_rows(2000)}) == 2000
    assert base_rows(1000) == base_rows(2000)[:1000]
    assert base_rows(644) == shipped("data/raw/sample.jsonl")
    assert FACTORIAL["instruction"] not in asked
