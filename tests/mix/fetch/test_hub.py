"""A dataset comes from the Hub with its licence and commit, whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import socket
import tomllib

import pytest

from curator.errors import ConfigError, InputError
from curator.mix import SplitSpec, plan_mixture, write_mixture
from curator.mix.fetch import KNOWN, fetch_dataset, note_path, read_origin
from tests.mix.fetch.conftest import COMMIT

ROWS = [{"instruction": f"do {n}", "input": "", "output": f"done {n}"} for n in range(200)]
ALPACA = json.dumps(ROWS).encode()


@pytest.fixture
def fetch(hub, tmp_path):
    def run(repo, **more):
        return fetch_dataset(
            repo, tmp_path / "data/raw", endpoint=hub.url, cache=tmp_path / "cache", **more
        )

    return run


@pytest.fixture
def alpaca(hub):
    name = KNOWN["code-alpaca"]
    hub.datasets[name] = {"README.md": b"hello", "code_alpaca_20k.json": ALPACA}
    hub.cards[name] = {"license": "cc-by-4.0"}
    return hub


@pytest.mark.parametrize("lfs", [False, True])
def test_the_rows_come_with_a_note_of_where_they_are_from(alpaca, fetch, lfs):
    alpaca.lfs = lfs

    fetched = fetch("code-alpaca")

    assert fetched.path.name == "code-alpaca.jsonl"
    assert [json.loads(line) for line in fetched.path.read_text().splitlines()] == ROWS
    note = tomllib.loads(note_path(fetched.path).read_text())
    assert note["origin"] == "sahil2801/CodeAlpaca-20k"
    assert (note["revision"], note["licence"], note["rows"]) == (COMMIT, "cc-by-4.0", 200)
    assert note["file_sha256"] == hashlib.sha256(ALPACA).hexdigest()
    assert note["sha256"] == hashlib.sha256(fetched.path.read_bytes()).hexdigest()


def test_the_commit_is_pinned_before_anything_is_downloaded(alpaca, fetch):
    fetch("code-alpaca")

    downloads = [path for method, path, _ in alpaca.asked if "/resolve/" in path]
    assert downloads
    assert all(f"/resolve/{COMMIT}/" in path for path in downloads)


def test_a_download_that_broke_off_goes_on_where_it_ended(alpaca, fetch, monkeypatch):
    # The library keeps whole pieces of ten million bytes; a smaller one makes the test small.
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1000)
    alpaca.cut_after = 3000

    fetched = fetch("code-alpaca")

    assert fetched.origin.rows == 200
    assert "bytes=3000-" in {asked for _, _, asked in alpaca.asked}


def test_what_is_here_already_is_not_fetched_again(alpaca, fetch):
    first = fetch("code-alpaca")
    before = len([1 for method, path, _ in alpaca.asked if method == "GET" and "resolve" in path])

    second = fetch("code-alpaca")

    after = len([1 for method, path, _ in alpaca.asked if method == "GET" and "resolve" in path])
    assert (first.new, second.new) == (True, False)
    assert after == before


def test_what_is_not_what_the_hub_has_is_refused(alpaca, fetch, tmp_path):
    alpaca.lie = True

    with pytest.raises(InputError, match="is not what the Hub has"):
        fetch("code-alpaca")

    assert not (tmp_path / "data").exists()


def test_a_split_is_chosen_by_the_names_of_files(hub, fetch):
    line = b'{"question": "q", "answer": "%s"}\n'
    hub.datasets["org/set"] = {
        "data/train-00000.jsonl": line % b"one",
        "data/train-00001.jsonl": line % b"two",
        "data/test-00000.jsonl": line % b"three",
    }

    train, test = fetch("org/set"), fetch("org/set", split="test")

    def outputs(fetched):
        return [json.loads(line)["output"] for line in fetched.path.read_text().splitlines()]

    assert (train.path.name, outputs(train)) == ("set.jsonl", ["one", "two"])
    assert (test.path.name, outputs(test)) == ("set-test.jsonl", ["three"])
    assert test.origin.licence == "unknown"
    assert test.origin.columns == {"instruction": "question", "output": "answer"}


def test_a_split_that_is_not_there_is_answered_with_the_files(hub, fetch):
    hub.datasets["org/set"] = {"train.jsonl": b"{}\n", "test.jsonl": b"{}\n"}

    with pytest.raises(ConfigError, match="no file of the split 'dev'") as caught:
        fetch("org/set", split="dev")

    assert "test.jsonl, train.jsonl" in caught.value.hint


def test_a_dataset_that_is_not_there_is_told(hub, fetch):
    with pytest.raises(InputError, match="no dataset org/none"):
        fetch("org/none")


def test_a_name_that_is_none_is_told(hub, fetch):
    with pytest.raises(InputError, match="no name of a dataset"):
        fetch("not a name/at all/no")


def test_without_a_network_one_sentence_says_so(tmp_path):
    with pytest.raises(InputError) as caught:
        fetch_dataset("org/set", tmp_path, endpoint="http://127.0.0.1:9")

    assert caught.value.message == "The Hub cannot be reached, so nothing was fetched."
    assert "curator fetch FILE" in caught.value.hint


def test_a_hub_that_says_nothing_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("curator.mix.fetch.hub._SILENT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(InputError, match="cannot be reached"):
            fetch_dataset("org/set", tmp_path, endpoint=endpoint)


def test_a_mixture_names_origin_and_licence(alpaca, fetch, recipe, tmp_path):
    fetch("code-alpaca")
    made = recipe(("data/raw/*.jsonl", "base"), split=SplitSpec(valid=0))

    manifest = write_mixture(plan_mixture(made, tmp_path), tmp_path / "out")

    [source] = manifest.sources
    assert source["origin"] == f"sahil2801/CodeAlpaca-20k@{COMMIT}"
    assert source["licence"] == "cc-by-4.0"


def test_a_note_of_other_content_is_no_note(alpaca, fetch):
    fetched = fetch("code-alpaca")
    assert read_origin(fetched.path) == fetched.origin

    fetched.path.write_text(fetched.path.read_text() + '{"instruction": "a", "output": "b"}\n')

    assert read_origin(fetched.path) is None
