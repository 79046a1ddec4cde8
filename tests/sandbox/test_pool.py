"""Many programs: all cores, results as they come, an end when asked."""

from __future__ import annotations

import threading
import time

import pytest

from curator.errors import SandboxError
from curator.sandbox import Backend, Kind, Limits, Program, Status, run, run_many

GOOD = Program("def one():\n    return 1\n", test="assert one() == 1\n")
STUCK = Program("", test="while True:\n    pass\n")


def test_every_program_gets_one_outcome(sealed, nothing_left):
    programs = [GOOD if number % 3 else Program("", test="assert 0") for number in range(12)]
    outcomes = list(run_many(programs, Limits(), 2, sealed))
    assert sorted(number for number, _ in outcomes) == list(range(12))
    assert all(outcome.passed == bool(number % 3) for number, outcome in outcomes)


def test_a_quick_one_does_not_wait_for_a_slow_one(sealed):
    results = run_many([STUCK, GOOD], Limits(seconds=60), 2, sealed)
    assert next(results)[0] == 1
    results.close()


def test_one_of_many_that_takes_too_long_times_out(sealed):
    [(_, outcome)] = run_many([STUCK], Limits(seconds=1), 2, sealed)
    assert outcome.status is Status.TIMED_OUT


def test_closing_ends_what_runs(sealed, nothing_left):
    results = run_many([GOOD, STUCK, STUCK], Limits(seconds=60), 2, sealed)
    assert next(results)[1].passed
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 10


def test_cancelling_ends_what_runs_and_yields_none_of_it(sealed, nothing_left):
    cancel = threading.Event()
    seen = []
    for number, _ in run_many([GOOD, STUCK, STUCK, GOOD], Limits(seconds=60), 2, sealed, cancel):
        seen.append(number)
        cancel.set()
    assert seen == [0]


def test_one_run_can_be_cancelled(sealed, nothing_left):
    cancel = threading.Event()
    cancel.set()
    outcome = run(STUCK, Limits(seconds=60), sealed, cancel)
    assert (outcome.status, outcome.message) == (Status.KILLED, "Cancelled.")


def test_programs_are_taken_as_they_are_needed(sealed):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield GOOD

    results = run_many(endless(), Limits(), 2, sealed)
    for _ in range(5):
        next(results)
    results.close()
    assert len(taken) < 20


def test_an_error_in_the_programs_reaches_the_reader(sealed):
    def broken():
        yield GOOD
        raise KeyError("no such row")

    with pytest.raises(KeyError, match="no such row"):
        list(run_many(broken(), Limits(), 2, sealed))


def test_without_a_sandbox_it_refuses_at_once():
    with pytest.raises(SandboxError):
        run_many([GOOD], backend=Backend(Kind.NONE, "There is none."))


@pytest.mark.slow
def test_a_thousand_in_a_row_leave_nothing(sealed, nothing_left):
    outcomes = list(run_many([GOOD] * 1000, backend=sealed))
    assert len(outcomes) == 1000
    assert all(outcome.passed for _, outcome in outcomes)
