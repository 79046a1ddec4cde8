"""The way that seals nothing still ends programs in time and cleans up."""

from __future__ import annotations

import contextlib
import os
import select

import pytest

from curator.sandbox import Limits, Program, Status, run, unsafe

SOLUTION = "def double(number):\n    return number * 2\n"


def test_it_runs_and_says_that_it_is_not_sealed():
    outcome = run(Program(SOLUTION, test="assert double(1) == 2"), backend=unsafe())
    assert outcome.passed
    assert not outcome.sealed
    assert not unsafe().sealed


def test_time_runs_out_there_too():
    outcome = run(
        Program(SOLUTION, test="while True:\n    pass\n"), Limits(seconds=0.5), backend=unsafe()
    )
    assert outcome.status is Status.TIMED_OUT


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux tells when a process ends")
def test_what_a_program_starts_ends_with_it():
    started = (
        "import os, time\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    while True:\n"
        "        time.sleep(0.01)\n"
        "print(child)\n"
    )
    outcome = run(Program(SOLUTION, test=started + "assert double(1) == 2"), backend=unsafe())
    assert outcome.passed
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(int(outcome.stdout))
        try:
            assert select.select([descriptor], [], [], 10)[0]
        finally:
            os.close(descriptor)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(int(outcome.stdout), 0)


def test_early_exits_do_not_pass_there_either():
    outcome = run(
        Program(SOLUTION, test="import os\nos._exit(0)\nassert double(1) == 2"), backend=unsafe()
    )
    assert outcome.status is Status.EXITED_EARLY
