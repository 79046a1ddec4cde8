"""Answers are kept one by one, up to a size, and trouble with the file is no trouble."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from curator.evaluate.cache import (
    CompletionCache,
    Remembered,
    answer_key,
    cache_path,
    model_identity,
)

ANSWER = Remembered("### Solution 🙂", 7, truncated=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "answers.sqlite"


def test_what_was_put_is_there_the_next_time(path):
    CompletionCache(path).put(b"a", ANSWER)

    again = CompletionCache(path)
    assert again.get(b"a") == ANSWER
    assert again.get(b"b") is None


def test_a_kill_loses_nothing_that_was_put(path):
    program = (
        "import os, sys; from pathlib import Path\n"
        "from curator.evaluate.cache import CompletionCache, Remembered\n"
        "cache = CompletionCache(Path(sys.argv[1]))\n"
        "cache.put(b'a', Remembered('text', 1, False))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)

    assert ended.returncode == -9
    assert CompletionCache(path).get(b"a") == Remembered("text", 1, truncated=False)


def test_beyond_its_size_those_used_longest_ago_go(path):
    cache = CompletionCache(path)
    for number in range(10):
        cache.put(b"%d" % number, Remembered("x" * 100, number, truncated=False))
    cache.close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE completions SET used = CAST(key AS INTEGER)")
    database.close()

    smaller = CompletionCache(path, largest=500)
    kept = [number for number in range(10) if smaller.get(b"%d" % number)]

    assert kept == list(range(10 - len(kept), 10))
    assert 0 < len(kept) < 5


def test_a_broken_file_is_begun_anew(path):
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 100)
    cache = CompletionCache(path)
    cache.put(b"a", ANSWER)

    assert cache.get(b"a") == ANSWER


def test_a_broken_answer_is_none(path):
    cache = CompletionCache(path)
    cache.put(b"a", ANSWER)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE completions SET value = x'00'")
    database.close()

    assert cache.get(b"a") is None


def test_where_nothing_can_be_kept_nothing_is(path):
    path.parent.write_text("a file where the folder should be")
    cache = CompletionCache(path)
    cache.put(b"a", ANSWER)

    assert cache.get(b"a") is None
    cache.close()


def test_a_file_that_somebody_else_writes_is_left_to_them(path, monkeypatch):
    CompletionCache(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0}))

    cache = CompletionCache(path)
    cache.put(b"a", ANSWER)
    assert cache.get(b"a") is None

    other.execute("ROLLBACK")
    other.close()
    assert path.stat().st_size > 0


def test_a_key_is_of_everything_that_decides_and_of_its_order():
    keys = {
        answer_key("m", "", [1, 2], 5),
        answer_key("m", "", [2, 1], 5),
        answer_key("m", "a", [1, 2], 5),
        answer_key("m", "", [1, 2], 6),
        answer_key("m", "", [1], 2, 5),
    }
    assert len(keys) == 5
    assert answer_key("m", "", [1, 2], 5) in keys


def test_a_model_is_known_by_its_weights_and_not_by_its_readme(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    first = model_identity(str(tmp_path))
    (tmp_path / "README.md").write_text("words")
    assert model_identity(str(tmp_path)) == first

    (tmp_path / "model.safetensors").write_bytes(b"weightz")
    assert model_identity(str(tmp_path)) != first


def test_a_model_of_the_hub_is_known_by_its_commit(tmp_path, monkeypatch):
    commit = tmp_path / "snapshots" / "abc123" / "config.json"
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: str(commit))

    assert model_identity("org/name") == "org/name@abc123"


def test_the_folder_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("CURATOR_CACHE_DIR", str(tmp_path))
    assert cache_path() == tmp_path / "completions.sqlite"

    monkeypatch.delenv("CURATOR_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path))
    assert "curator" in cache_path().parts
