"""A mistake of the person is a sentence or two: what, where, what next; exit 2, nothing written."""

from __future__ import annotations

import errno
import json

import pytest

RECIPE = 'name = "a"\n[[source]]\npath = "{}"\nrole = "base"\n'
SUITE = 'name = "mine"\n[[prompt]]\nid = "a"\ninstruction = "b"\n'
ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


@pytest.fixture
def place(tmp_path):
    """A folder with one of everything that can be wrong."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "wide.jsonl").write_bytes('{"instruction": "a"}\n'.encode("utf-16"))
    (tmp_path / "wide.toml").write_bytes('name = "é"'.encode("utf-16"))
    (tmp_path / "broken.json").write_text('[{"instruction": "a"}, {"instr')
    (tmp_path / "good.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "key.toml").write_text(RECIPE.format("good.jsonl") + "repaet = 3\n")
    (tmp_path / "lost.toml").write_text(RECIPE.format("none.jsonl"))
    (tmp_path / "into.toml").write_text(RECIPE.format("folder"))
    (tmp_path / "wide-source.toml").write_text(RECIPE.format("wide.jsonl"))
    (tmp_path / "hollow.toml").write_text(RECIPE.format("empty.jsonl"))
    (tmp_path / "good.toml").write_text(RECIPE.format("good.jsonl"))
    (tmp_path / "empty-suite.toml").write_text('name = "mine"\nprompt = []\n')
    (tmp_path / "wide-suite.jsonl").write_bytes('{"id": "a"}\n'.encode("utf-16"))
    (tmp_path / "torn-suite.jsonl").write_text('{"id": "a", "instruction": "b"}\n{"id"\n')
    (tmp_path / "spec.toml").write_text("rnak = 4\n")
    mixture = tmp_path / "mixture"
    mixture.mkdir()
    (mixture / "train.jsonl").write_text(json.dumps(ROW) + "\n")
    (mixture / "valid.jsonl").write_text("")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "train.jsonl").write_text(json.dumps(ROW) + "\n{oh\n")
    (damaged / "valid.jsonl").write_text("")
    (tmp_path / "runs" / "torn").mkdir(parents=True)
    (tmp_path / "runs" / "torn" / "run.json").write_text("{")
    model = tmp_path / "no-model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    return tmp_path


def snapshot(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


TRAIN = ("train", "mixture", "--model", "no-model")
CASES = {
    "lint: a missing file": (["lint", "none.jsonl"], "none.jsonl", "no such file"),
    "lint: nearly its name": (["lint", "folder/../god.jsonl"], "god.jsonl", "../good.jsonl`?"),
    "lint: nothing like it": (["lint", "x.py"], "x.py", "begins in the current folder"),
    "lint: no such folder": (["lint", "none/x.jsonl"], "none/x.jsonl", "no folder none either"),
    "lint: a folder": (["lint", "folder"], "folder", "is a folder"),
    "lint: another encoding": (["lint", "wide.jsonl"], "wide.jsonl", "UTF-8"),
    "lint: a broken array": (["lint", "broken.json"], "broken.json:1", "malformed"),
    "lint: an unknown rule": (["lint", "--select", "SEK001", "good.jsonl"], "SEK001", "SEC001"),
    "lint: an unknown profile": (["lint", "--profile", "none", "good.jsonl"], "none", "Built in"),
    "lint: no profile": (["lint", "--profile", "none.toml", "good.jsonl"], "none.toml", "profile"),
    "run: a missing file": (["run", "none.jsonl"], "none.jsonl", "no such file"),
    "dupes: a missing file": (["dupes", "none.jsonl"], "none.jsonl", "no such file"),
    "dupes: against a folder": (["dupes", "good.jsonl", "--against", "folder"], "folder", "folder"),
    "rule: an unknown rule": (["rule", "missing-secton"], "missing-secton", "missing-section, "),
    "mix: a missing recipe": (["mix", "none.toml", "--out", "o"], "none.toml", "a recipe"),
    "mix: a folder": (["mix", "folder", "--out", "o"], "folder", "not a recipe"),
    "mix: another encoding": (["mix", "wide.toml", "--out", "o"], "wide.toml", "UTF-8"),
    "mix: an unknown key": (["mix", "key.toml", "--out", "o"], "key.toml", "`repeat`"),
    "mix: no TOML": (["mix", "good.jsonl", "--out", "o"], "good.jsonl", "Not valid TOML"),
    "mix: a source that is not there": (["mix", "lost.toml", "--out", "o"], "none.jsonl", "recipe"),
    "mix: a source that is a folder": (["mix", "into.toml", "--out", "o"], "folder", "is a folder"),
    "mix: a source of another encoding": (
        ["mix", "wide-source.toml", "--out", "o"],
        "wide.jsonl",
        "UTF-8",
    ),
    "mix: into a folder of something else": (
        ["mix", "good.toml", "--out", "folder/../no-model"],
        "no-model",
        "new folder",
    ),
    "mix: into a file": (["mix", "good.toml", "--out", "good.jsonl"], "good.jsonl", "is a file"),
    "mix: below a file": (["mix", "good.toml", "--out", "good.jsonl/o"], "good.jsonl/o", "written"),
    "mix: nothing to train on": (["mix", "hollow.toml", "--out", "o"], "No row", "train on"),
    "train: no mixture": (["train", "none"], "none", "curator mix"),
    "train: a folder that is none": (["train", "folder"], "folder", "curator mix"),
    "train: a file": (["train", "good.jsonl"], "good.jsonl", "curator mix"),
    "train: a damaged mixture": (["train", "damaged"], "damaged/train.jsonl:2", "curator mix"),
    "train: a model that is none": ([*TRAIN], "no-model", "model"),
    "train: a model that is not there": (
        ["train", "mixture", "--model", "./none"],
        "./none",
        "Hub id",
    ),
    "train: a file for a model": (
        ["train", "mixture", "--model", "good.jsonl"],
        "good.jsonl",
        "not a model folder",
    ),
    "train: an impossible rank": ([*TRAIN, "--rank", "0"], "`rank`", "at least 1"),
    "train: an unknown key": ([*TRAIN, "--spec", "spec.toml"], "spec.toml", "`rank`"),
    "train: no spec": ([*TRAIN, "--spec", "none.toml"], "none.toml", "a training spec"),
    "eval: no run": (["eval", "--run", "none"], "none", "run"),
    "eval: no runs yet": (
        ["eval", "--run", "latest", "--runs", "folder"],
        "folder: There are no runs yet",
        "`curator train MIXTURE`",
    ),
    "eval: an unknown suite": (["eval", "--run", "a", "--suite", "none"], "none", "Built in"),
    "eval: an empty suite": (
        ["eval", "--run", "a", "--suite", "empty-suite.toml"],
        "empty-suite.toml",
        "[[prompt]]",
    ),
    "eval: an empty suite of lines": (
        ["eval", "--run", "a", "--suite", "empty.jsonl"],
        "empty.jsonl",
        'Each line is a prompt: {"id"',
    ),
    "eval: a suite of lines that is missing": (
        ["eval", "--run", "a", "--suite", "torn-suit.jsonl"],
        "torn-suit.jsonl: There is no such file",
        "`torn-suite.jsonl`?",
    ),
    "eval: a torn suite": (
        ["eval", "--run", "a", "--suite", "torn-suite.jsonl"],
        "torn-suite.jsonl:2",
        "Each line is a prompt",
    ),
    "eval: a suite of another encoding": (
        ["eval", "--run", "a", "--suite", "wide-suite.jsonl"],
        "wide-suite.jsonl",
        "Save it as UTF-8.",
    ),
    "eval: a torn run": (["eval", "--run", "torn"], "torn/run.json", "`curator runs`"),
    "eval: a folder for a suite": (["eval", "--run", "a", "--suite", "folder"], "folder", "suite"),
    "bundle: no run": (["bundle", "none", "--out", "o"], "none", "run"),
    "demo: a folder that is used": (["demo", "--out", "mixture"], "mixture", "new one"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_and_where_and_what_next(curator, place, case):
    arguments, where, words = CASES[case]
    before = snapshot(place)

    result = curator(*arguments)

    assert result.code == 2
    assert where in result.err
    assert words in result.err
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 2
    assert snapshot(place) == before


@pytest.mark.parametrize(
    "text", ["[lint]\nselct = []\n", "profile = 3\n", "oh no", 'profile = "none"\n']
)
def test_settings_that_do_not_hold_together_stop_a_command(curator, place, text):
    (place / "curator.toml").write_text(text)

    result = curator("lint", "good.jsonl")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Configuration: ")


def test_a_rule_that_the_settings_misspell_is_named(curator, place):
    (place / "curator.toml").write_text('[lint]\nselect = ["SEK"]\n')

    assert "SEK" in curator("lint", "good.jsonl").err


def test_a_file_without_one_readable_row_is_refused_where_nothing_else_would_say_so(
    curator, tmp_path
):
    (tmp_path / "latin.jsonl").write_bytes('{"instruction": "é"}\n'.encode("latin-1"))
    for command in ("dupes", "run"):
        result = curator(command, "latin.jsonl")
        assert (result.code, result.out) == (2, "")
        assert "latin.jsonl:1: No row of this file can be read." in result.err


def test_a_file_without_an_example_is_no_pass(curator, tmp_path):
    (tmp_path / "empty.jsonl").write_bytes(b"")
    result = curator("run", "empty.jsonl")
    assert result.code == 2
    assert "There is no example to run." in result.err


def test_a_file_in_the_place_of_the_runs_is_said(curator, tmp_path):
    (tmp_path / "README.md").write_text("text")
    result = curator("runs", "--runs", "README.md")
    assert result.code == 2
    assert "This is a file" in result.err


def test_no_result_is_begun_where_a_path_cannot_be_read(curator, tmp_path):
    (tmp_path / "ok.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    result = curator("lint", "ok.jsonl", "missing.jsonl", "--format", "json")
    assert (result.code, result.out) == (2, "")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "private/mine.jsonl"),
            "Cannot read: private/mine.jsonl: Permission denied.\n",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "Cannot save: No space left on device.\n",
        ),
    ],
)
def test_what_the_system_refuses_is_one_sentence(curator, tmp_path, monkeypatch, error, said):
    def refuse(*_arguments, **_options):
        raise error

    monkeypatch.setattr("curator.cli.inputs.read_rows", refuse)
    result = curator("dupes", "private/mine.jsonl")
    assert result.code == 2
    assert result.err == said


def test_a_demo_checks_its_model_before_it_writes(curator, tmp_path):
    result = curator("demo", "--model", "./nowhere", "--out", "made")
    assert result.code == 2
    assert not (tmp_path / "made").exists()
