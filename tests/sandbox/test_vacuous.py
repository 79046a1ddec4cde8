"""A test that would pass with nothing behind it is found, with what was tried."""

from __future__ import annotations

import pytest

from curator.sandbox import Program, check_vacuous, mutants

SOLUTION = '''
def area(side):
    """Return the area."""
    return side * side


class Box:
    def __init__(self, side):
        self.side = side

    async def volume(self):
        return self.side ** 3


half = lambda number: number / 2
'''


@pytest.mark.parametrize(
    ("test", "vacuous", "message"),
    [
        ("assert area(2) == 4", False, "the test fails"),
        ("assert half(2) == 1", False, "the test fails"),
        ("import asyncio\nassert asyncio.run(Box(2).volume()) == 8", False, "the test fails"),
        ("assert area(2) or True", True, "functions emptied"),
        ("assert isinstance(Box(1), Box)", True, "functions emptied"),
        ("assert callable(area)", True, "never calls"),
        ("assert 2 * 2 == 4", True, "names nothing"),
    ],
)
def test_what_is_vacuous(sealed, test, vacuous, message):
    found = check_vacuous(Program(SOLUTION, test=test), backend=sealed)
    assert found.vacuous is vacuous
    assert message in found.message


def test_what_was_tried_is_told(sealed):
    tried = check_vacuous(Program(SOLUTION, test="assert callable(area)"), backend=sealed).tried
    assert [trial.outcome is not None for trial in tried] == [False, True, True]
    assert "returns None" in tried[1].what


def test_no_sandbox_is_needed_where_names_tell():
    assert check_vacuous(Program(SOLUTION, test="assert 1")).tried[0].outcome is None


def test_a_test_that_uses_the_usage_section_keeps_it(sealed):
    program = Program(SOLUTION, usage="found = area(3)  # -> 9\n", test="assert found == 9\n")
    assert not check_vacuous(program, backend=sealed).vacuous
    loose = Program(SOLUTION, usage="found = area(3)  # -> 9\n", test="assert found or 1\n")
    assert check_vacuous(loose, backend=sealed).vacuous


def test_a_solution_that_does_not_load_when_emptied_proves_nothing(sealed):
    program = Program("def size():\n    return 3\nTABLE = [0] * size()\n", test="assert TABLE\n")
    found = check_vacuous(program, backend=sealed)
    assert (found.vacuous, found.message) == (
        False,
        "The emptied solution does not load, so nothing follows.",
    )


def test_without_functions_there_is_nothing_to_empty():
    found = check_vacuous(Program("LIMIT = 3\n", test="assert LIMIT == 3\n"))
    assert (found.vacuous, found.message) == (False, "The solution has no function to empty.")


def test_code_that_cannot_be_read_is_left_alone():
    assert check_vacuous(Program("def (", test="assert 1")).tried == ()


def test_hollow_keeps_the_docstring_and_all_that_is_outside_functions():
    hollow = mutants.hollow(SOLUTION)
    assert hollow is not None
    space: dict[str, object] = {}
    exec(hollow, space)
    assert space["area"](3) is None  # type: ignore[operator]
    assert space["area"].__doc__ == "Return the area."
    assert space["half"](3) is None  # type: ignore[operator]


def test_names_are_found_under_conditions_too():
    code = (
        "import os\nx: int = 1\na, b = 1, 2\n"
        "try:\n    def f(): pass\nexcept E:\n    class C: pass\n"
    )
    assert mutants.names(code) == {"x", "a", "b", "f", "C"}
