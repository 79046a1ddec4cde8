"""Outputs that usage comments promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.sandbox import Program, Status, run
from curator.sandbox.expected import agree, compare, promises

SOLUTION = "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\n"


@pytest.mark.parametrize(
    ("usage", "found"),
    [
        ("print(1)  # Output: 1", [(1, "1")]),
        ("f(1)  # -> 1", [(1, "1")]),
        ("x = f(1)  # => 1", [(1, "1")]),
        ("print(1)\n# Output: 1", [(2, "1")]),
        ("print(1)\n# Output:\n# 1\n#  2\nprint(2)", [(2, "1\n 2")]),
        ("for i in a:\n    print(i)\n# Expected output: 0", [(3, "0")]),
        ("for i in a:\n    print(i)  # Output: 0", []),
        ("def f():\n    pass\n# Output: 0", []),
        ("if __name__ == '__main__':\n    print(1)  # Output: 1", [(2, "1")]),
        ("print(1)  # the output", []),
        ("print('# Output: 2')", []),
        ("print(  # Output: 1\n    1)", [(1, "1")]),
        ("print(1)\n# Output: 1\n# Output: 2", [(2, "1")]),
        ("print(", []),
        ("# Output: 1\nprint(1)", []),
    ],
)
def test_which_comments_are_promises(usage, found):
    assert [(promise.line, promise.text) for promise in promises(usage)] == found


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("120", "120\n", True),
        ("120", "121\n", False),
        ("a\nb", "a  \nb\n\n", True),
        ("{1, 2}", "{2, 1}", True),
        ("[1, ...]", "[1, 2, 3]", True),
        ("hello", "'hello'", True),
        ("'hello'", "'hello'", True),
        ("[1,2]", "[1, 2]", True),
        ("1", "True", False),
        ("", "x", False),
    ],
)
def test_what_agrees(expected, actual, same):
    assert agree(expected, actual) is same


@given(st.text())
def test_a_text_agrees_with_itself(text):
    assert agree(text, text)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text):
    assert isinstance(promises(text + "# Output: 1"), tuple)


def test_real_outputs_are_compared(sealed):
    usage = "print(fact(5))  # Output: 120\nfact(4)  # -> 24\nx = fact(3)  # -> 6\n"
    outcome = run(Program(SOLUTION, usage, needs_assert=False), backend=sealed)
    assert outcome.status is Status.PASSED
    assert [comparison.matched for comparison in outcome.comparisons] == [True] * 3
    assert outcome.stdout == "120\n"
    assert "3 promised outputs kept" in outcome.message


HEARD = {
    "by a logging handler": """
import logging, sys
logging.basicConfig(stream=sys.stdout)
logging.warning("low")  # Output: WARNING:root:low
""",
    "as bytes": """
import sys
sys.stdout.buffer.write(b"low")  # Output: low
""",
    "as lines": """
import sys
sys.stdout.writelines(["lo", "w"])  # Output: low
""",
    "by a coroutine": """
import asyncio
async def main():
    print("low")
asyncio.run(main())  # Output: low
""",
}


@pytest.mark.parametrize("how", HEARD)
def test_what_is_written_is_heard_however_it_is_written(sealed, how):
    outcome = run(Program(SOLUTION, HEARD[how], needs_assert=False), backend=sealed)
    assert outcome.passed, outcome
    assert len(outcome.comparisons) == 1


def test_a_value_is_its_text_whatever_its_repr_returns(sealed):
    usage = (
        "class Text(str):\n"
        "    def __getitem__(self, key):\n        return 'kept'\n"
        "    def __str__(self):\n        return 'kept'\n"
        "class Thing:\n"
        "    def __repr__(self):\n        return Text('broken')\n"
        "Thing()  # -> kept\n"
    )
    outcome = run(Program("", usage, needs_assert=False), backend=sealed)
    assert outcome.message == "Promises 'kept', and it is 'broken'."


def test_a_broken_promise_fails_at_its_comment(sealed):
    usage = "print(1)\nprint(fact(3))\n# Output: 7\n"
    outcome = run(Program(SOLUTION, usage, needs_assert=False), backend=sealed)
    assert outcome.status is Status.FAILED
    assert outcome.where == "Usage, line 3"
    assert outcome.comparisons[0].actual == "6\n"


def test_a_promise_under_the_main_guard_is_compared(sealed):
    usage = "if __name__ == '__main__':\n    n = 4\n    print(fact(n))  # Output: 25\n"
    assert run(Program(SOLUTION, usage, needs_assert=False), backend=sealed).line == 3


def test_a_usage_that_prints_without_a_promise_only_has_to_end(sealed):
    outcome = run(Program(SOLUTION, "print(fact(3))\n", needs_assert=False), backend=sealed)
    assert (outcome.status, outcome.message) == (Status.PASSED, "Ran to its end.")


def test_an_output_that_never_came_is_not_compared():
    assert compare("print(1)  # Output: 1", {}) == ()
