"""The child has a pipe of its own, hears commands, and its death is explained."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import termios
import threading

import pytest

from curator.train.child import explain_death, last_words, start_child

PROGRAM = """
import json, os, signal, sys
pipe = int(sys.argv[-1])
print("printed", sys.argv[1:-2])
os.write(pipe, json.dumps({"group": os.getpgid(0), "pid": os.getpid()}).encode() + b"\\n")
for line in sys.stdin:
    command = json.loads(line)["command"]
    if command == "die":
        print("\\x1b[31mno room left", flush=True)
        os.write(pipe, b'{"half')
        os.kill(os.getpid(), signal.SIGKILL)
    os.write(pipe, json.dumps({"heard": command}).encode() + b"\\n")
os.write(pipe, b"end of input\\n")
"""


@pytest.fixture
def child(tmp_path, monkeypatch):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "parrot.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    child = start_child("parrot", ["one"], log=tmp_path / "log.txt")
    yield child
    child.close()


def test_it_speaks_on_its_pipe_and_prints_to_its_log(child):
    lines = child.lines()
    next(lines)
    child.send({"command": "hello"})

    assert next(lines) == b'{"heard": "hello"}'
    child.close(grace=10)
    assert child.wait() == 0
    assert child.log.read_text() == "printed ['one']\n"


def test_ctrl_c_in_the_terminal_does_not_reach_it(child):
    said = next(child.lines())

    assert str(os.getpgid(0)).encode() not in said
    assert os.getpgid(child.pid) == child.pid


def test_a_violent_death_is_explained_with_safe_last_words(child):
    child.send({"command": "die"})

    lines = list(child.lines())

    assert len(lines) == 1, "half a line is no line"
    death = child.death()
    assert "SIGKILL" in death.message
    assert "␛[31mno room left" in death.message
    assert "batch_size" in death.hint


def test_waiting_for_a_word_can_be_cancelled(child):
    cancel = threading.Event()
    lines = child.lines(cancel)
    next(lines)

    cancel.set()

    assert list(lines) == []


def test_a_child_that_is_gone_hears_nothing_and_hurts_nobody(child):
    child.kill()
    child.wait()

    child.send({"command": "hello"})

    assert child.wait() == -signal.SIGKILL


def test_a_child_that_we_killed_is_not_said_to_have_run_out_of_memory(child):
    child.kill()

    death = child.death()

    assert "as asked" in death.message
    assert "memory" not in death.message + death.hint
    assert death.cause == "killed"


@pytest.mark.parametrize(
    ("status", "log", "word"),
    [
        (-signal.SIGABRT, "[METAL] out of memory", "SIGABRT"),
        (-signal.SIGSEGV, "", "SIGSEGV"),
        (1, "std::bad_alloc", "out of memory"),
        (3, "ModuleNotFoundError: no mlx", "status 3"),
    ],
)
def test_deaths_are_told_apart(tmp_path, status, log, word):
    (tmp_path / "log.txt").write_text(log)

    death = explain_death(status, tmp_path / "log.txt")

    assert word in death.message
    assert log in death.message
    assert death.hint


def test_of_several_workers_the_one_that_ended_by_itself_is_named(tmp_path):
    log = tmp_path / "log.txt"
    ended = "\x1b[33m[WARN] Node with rank {} exited with code {} \x1b[0m\n"
    log.write_text(ended.format(1, -9) + "ring lost\n" + ended.format(0, -15))
    assert last_words(log) == "[WARN] Node with rank 1 exited with code -9"
    assert explain_death(0, log).cause == "worker"

    log.write_text(ended.format(0, -15) + ended.format(1, -15))
    assert last_words(log) == "[WARN] Node with rank 0 exited with code -15"

    before = log.stat().st_size
    log.write_text(log.read_text() + "no luck\n")
    assert last_words(log, before) == "no luck"
    assert explain_death(0, log, since=before).cause == "crashed"


def test_a_log_that_is_not_there_has_no_last_words(tmp_path):
    assert last_words(tmp_path / "log.txt") == ""


def test_a_child_that_says_nothing_is_not_waited_for_longer_than_said(child):
    lines = child.lines(patience=0.05)
    with pytest.raises(TimeoutError, match="said nothing for"):
        list(lines)


def waiting(child):
    """Return how many bytes of what a child said nobody has read."""
    return struct.unpack("i", fcntl.ioctl(child._reader, termios.FIONREAD, b"\0" * 4))[0]


@pytest.mark.parametrize("together", [True, False])
def test_what_was_said_before_a_cancel_can_be_read_after_it(child, together):
    next(child.lines())
    cancel = threading.Event()
    said = b"".join(b'{"heard": "%s"}\n' % word for word in (b"one", b"two", b"three"))
    child.send({"command": "one"})
    if together:
        child.send({"command": "two"})
        child.send({"command": "three"})
        while waiting(child) < len(said):
            select.select([child._reader], [], [], 10)

    heard = []
    for line in child.lines(cancel):
        heard.append(line)
        cancel.set()
    if not together:
        child.send({"command": "two"})
        child.send({"command": "three"})
    rest = child.lines()

    assert heard == [b'{"heard": "one"}']
    assert [next(rest), next(rest)] == [b'{"heard": "two"}', b'{"heard": "three"}']
