"""Processes that lint: they end with the run, and whatever ends them is told."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import CancelledError
from multiprocessing.connection import Connection

import pytest

from curator.errors import CuratorError
from curator.example import load_profile
from curator.lint.batch import lint_work
from curator.lint.linter import LinterSpec, linter_of
from curator.lint.workers import Workers

ROWS = [b'{"instruction": "Sort", "input": "", "output": "x "}', b"{"]

ENDED = """
import os, signal
from curator.example import load_profile
from curator.lint.linter import LinterSpec
from curator.lint.workers import Workers

signal.signal(signal.SIGINT, signal.default_int_handler)
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
workers = Workers(LinterSpec(profile=load_profile()), 2)
try:
    workers.lint([b"{"], bom=False, ignore=())
except KeyboardInterrupt:
    print("interrupted")
workers.lint([b"{"], bom=False, ignore=())()
print("linted", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_begin_undisturbed_and_end_with_one_that_is_killed():
    # They hold the other end of its standard output, which is read to its end only without them.
    child = subprocess.Popen(
        [sys.executable, "-c", ENDED], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, _ = child.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        raise
    # Ctrl-C while they begin, where that is a fork, comes right after it.
    assert said == ("interrupted\n" if sys.platform == "linux" else "") + "linted\n"
    assert child.returncode == -signal.SIGKILL


def test_one_that_somebody_ends_is_told_in_words():
    workers = Workers(LinterSpec(profile=load_profile()), 1)
    try:
        workers.lint(ROWS, bom=False, ignore=())()
        [process] = workers._processes
        process.kill()
        process.join()
        with pytest.raises(CuratorError, match="ended before its work was done") as told:
            workers.lint(ROWS, bom=False, ignore=())()
        assert "--jobs 1" in str(told.value)
    finally:
        workers.close()


def test_one_that_is_killed_in_the_middle_of_its_result_is_told_and_the_others_go_on(monkeypatch):
    """What it had written of the result stays in its pipe; the rest is waited for by nobody."""
    workers = Workers(LinterSpec(profile=load_profile()), 2)
    many = [b'{"instruction": "Sort", "output": "%d"}' % number for number in range(600)]
    pipes, go_on, receive = [], threading.Event(), Connection.recv

    def later(pipe):
        pipes.append(pipe)
        go_on.wait(20)
        return receive(pipe)

    monkeypatch.setattr(Connection, "recv", later)
    try:
        results = [workers.lint(many, bom=False, ignore=()) for _ in range(2)]
        while len(pipes) < 2 or not all(pipe.poll(0.01) for pipe in pipes):
            pass
        # Nobody has read anything, and no pipe holds so much: both are in the middle of it.
        os.kill(workers._processes[0].pid, signal.SIGKILL)
        go_on.set()
        told = []
        for result in results:
            try:
                assert len(result()) > 1 << 18
            except CuratorError as error:
                told.append(error.message)
        assert told == ["A process that was linting ended before its work was done."]
    finally:
        go_on.set()
        workers.close()


def test_one_that_is_stopped_does_not_keep_the_run_from_being_broken_off():
    workers = Workers(LinterSpec(profile=load_profile()), 1)
    workers.lint(ROWS, bom=False, ignore=())()
    [process] = workers._processes
    os.kill(process.pid, signal.SIGSTOP)
    result = workers.lint(ROWS, bom=False, ignore=())
    workers.close()
    with pytest.raises((CuratorError, CancelledError)):
        result()


def test_beside_other_threads_processes_start_anew_and_find_the_same():
    spec = LinterSpec(profile=load_profile(), ignore=("SEC",))
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        workers = Workers(spec, 1)
        try:
            found = workers.lint(ROWS, bom=False, ignore=("TXT005",))()
            [process] = workers._processes
            assert isinstance(process, multiprocessing.get_context("spawn").Process)
        finally:
            workers.close()
    finally:
        over.set()
        other.join()
    import msgspec

    from curator.lint.batch import Batch

    alone = lint_work(linter_of(spec).without(["TXT005"]), ROWS, bom=False)
    assert {one.code for one in alone.found} >= {"TXT001", "REC001"}
    assert msgspec.msgpack.decode(found, type=Batch).found == alone.found
