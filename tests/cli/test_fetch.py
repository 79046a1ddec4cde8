"""Base data from the shell."""

from __future__ import annotations

import json

import pytest

ROW = {"prompt": "a", "completion": "b"}


def test_a_file_is_taken_into_the_project(curator, write, tmp_path):
    write("downloads/rows.jsonl", [ROW, ROW])

    result = curator("fetch", "downloads/rows.jsonl", "--licence", "mit")

    path = tmp_path / "data/raw/rows.jsonl"
    assert (result.code, result.out) == (0, f"{path}\n")
    assert "2 rows of rows.jsonl, licence mit." in result.err
    assert json.loads(path.read_text().splitlines()[0])["instruction"] == "a"
    assert (tmp_path / "data/raw/rows.source.toml").is_file()


def test_as_json_it_tells_the_origin(curator, write):
    write("rows.jsonl", [ROW])

    told = curator("fetch", "rows.jsonl", "--to", "base", "--format", "json").json

    assert (told["rows"], told["licence"], told["new"]) == (1, "unknown", True)
    assert told["origin"] == "rows.jsonl"


def test_without_a_network_one_sentence_says_so(curator, monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", "http://127.0.0.1:9")

    result = curator("fetch", "code-alpaca")

    assert (result.code, result.out) == (2, "")
    [said, hint] = result.err.splitlines()
    assert said == "Cannot read: The Hub cannot be reached, so nothing was fetched."
    assert "curator fetch FILE" in hint
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name one thing"),
        (["a.jsonl", "--dataset", "a/b"], "Name one thing"),
        (["none.jsonl"], "no file 'none.jsonl'"),
        (["rows.jsonl", "--column", "prompt"], "says nothing"),
        (["rows.jsonl", "--column", "output=completion"], "both needed"),
        (["rows.jsonl", "--column", "instruction=x", "--column", "output=completion"], "no column"),
    ],
)
def test_what_it_cannot_use_is_told(curator, write, arguments, said):
    write("rows.jsonl", [ROW])

    result = curator("fetch", *arguments)

    assert result.code == 2
    assert said in result.err
