"""One studio at a time edits a file, and the others know who it is."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curator.errors import StoreError
from curator.example import Example
from curator.store import ExampleFile, Holder
from curator.store.lock import acquire, holder_of

ROWS = b'{"id": "a"}\n{"id": "b"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(ROWS)
    return path


def test_the_second_is_read_only_and_knows_who_has_it(held, path):
    held()
    second = ExampleFile.open(path)
    holder = second.hold()
    assert isinstance(holder, Holder)
    assert (holder.pid, holder.host) == (os.getpid(), platform.node())
    assert second.read_only
    assert holder.words.startswith(f"process {os.getpid()} on this machine, since 20")


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.insert(0, Example({})),
        lambda f: f.replace(0, Example({})),
        lambda f: f.replace_raw(0, "x"),
        lambda f: f.delete(0),
        lambda f: f.move(0, 1),
        lambda f: f.duplicate(0),
        lambda f: f.undo(),
        lambda f: f.redo(),
        lambda f: f.save(),
        lambda f: f.adopt(f.merge(), "mine"),
    ],
)
def test_a_read_only_file_refuses_every_change(held, path, change):
    held()
    second = ExampleFile.open(path)
    second.hold()
    with pytest.raises(StoreError, match=f"read-only: process {os.getpid()}"):
        change(second)
    assert second.to_bytes() == ROWS
    assert not second.dirty


def test_it_is_free_when_the_first_one_closes(held, path):
    first = held()
    second = ExampleFile.open(path)
    second.hold()
    first.close()
    assert second.hold() is None
    assert not second.read_only
    second.close()
    assert holder_of(path) is None


def test_a_link_leads_to_the_same_lock(held, path, tmp_path):
    held()
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    assert ExampleFile.open(link).hold() is not None


def test_a_file_that_is_not_held_is_free_for_all(path):
    first, second = ExampleFile.open(path), ExampleFile.open(path)
    first.delete(0)
    second.delete(0)
    assert not second.read_only


def test_a_dead_holder_holds_nothing(path):
    code = (
        "import sys; from pathlib import Path; from curator.store import ExampleFile\n"
        "file = ExampleFile.open(Path(sys.argv[1])); file.hold(); print('held', flush=True)\n"
        "sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"held\n"
        file = ExampleFile.open(path)
        assert file.hold().pid == process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert file.hold() is None
    assert not file.read_only
    file.close()


@pytest.mark.parametrize("words", [b"", b"{", b"[1]", b'{"pid": "x"}', b'{"pid": 1}', b"\xff"])
def test_a_lock_that_says_nothing_is_still_a_lock(held, path, state, words):
    held()
    (lock,) = (state / "locks").iterdir()
    lock.write_bytes(words)
    holder = acquire(path)
    assert isinstance(holder, Holder)
    assert holder.words == "another process"


def test_words_of_a_lock_cannot_act_on_a_terminal():
    assert "\x1b" not in Holder(1, "\x1b]52;c;x\x07", "\x1b[2J").words


def test_no_lock_is_no_reason_not_to_edit(path, state, monkeypatch):
    monkeypatch.setenv("CURATOR_STATE_DIR", str(path / "below a file"))
    file = ExampleFile.open(path)
    assert file.hold() is None
    file.delete(0)
    assert file.journal_problem == "Not a directory"
    file.save()
    assert path.read_bytes() == b'{"id": "b"}\n'


def test_the_state_folder_is_that_of_the_system(monkeypatch, tmp_path):
    from curator.store.statefolder import state_folder

    monkeypatch.delenv("CURATOR_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder().name == "curator"
    if sys.platform == "linux":
        assert state_folder() == tmp_path / "curator"
