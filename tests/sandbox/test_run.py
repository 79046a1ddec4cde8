"""What passes, what does not, and where an outcome points."""

from __future__ import annotations

import pytest

from curator.errors import SandboxError
from curator.sandbox import Backend, Kind, Limits, Program, Status, run


def test_asserts_that_hold_pass(test_of):
    outcome = test_of("assert double(2) == 4\nassert double(0) == 0\n")
    assert outcome.status is Status.PASSED
    assert (outcome.asserts, outcome.asserts_written) == (2, 2)
    assert outcome.seconds > 0
    assert outcome.peak_memory > 1 << 20


def test_an_assert_that_fails_points_at_its_line(test_of):
    outcome = test_of("assert double(2) == 4\n\nassert double(2) == 5, 'two'\n")
    assert outcome.status is Status.FAILED
    assert outcome.message == "assert double(2) == 5, 'two' failed: two"
    assert outcome.where == "Sanity test, line 3"


def test_an_exception_points_at_the_solution_and_tells_who_called(test_of):
    outcome = test_of("assert double(None) == 4\n")
    assert outcome.message.startswith("TypeError: ")
    assert outcome.where == "Solution, line 2"
    assert [(place.section, place.line) for place in outcome.trace] == [
        ("Sanity test", 1),
        ("Solution", 2),
    ]


def test_a_section_that_is_not_there_is_said_to_be_missing(sealed):
    outcome = run(Program("x = 1\n"), Limits(), sealed)
    assert (outcome.section, outcome.message) == ("Sanity test", "There is none to run.")


@pytest.mark.parametrize(
    ("test", "status"),
    [
        ("import sys\nsys.exit(0)\nassert double(1) == 2", Status.EXITED_EARLY),
        ("import os\nos._exit(0)\nassert double(1) == 2", Status.EXITED_EARLY),
        ("print(double(1) == 2)", Status.FAILED),
        ("def test_it():\n    assert double(1) == 2", Status.FAILED),
        ("try:\n    assert double(1) == 3\nexcept AssertionError:\n    pass\nassert True",
         Status.FAILED),
        ("import contextlib\nwith contextlib.suppress(AssertionError):\n    assert 0\nassert 1",
         Status.FAILED),
        ("raise StopIteration", Status.EXITED_EARLY),
        ("assert double(1) == 2\nimport atexit, os\natexit.register(os._exit, 3)", Status.FAILED),
        ("assert (", Status.FAILED),
    ],
)  # fmt: skip
def test_what_looks_like_success_does_not_pass(test_of, test, status):
    assert test_of(test).status is status


def test_without_a_sandbox_it_refuses_and_says_what_to_install():
    none = Backend(Kind.NONE, "There is no sandbox here.", hint="Install bubblewrap.")
    with pytest.raises(SandboxError, match="Install bubblewrap"):
        run(Program("", test="assert True"), Limits(), none)
