"""Rows that a rule must, or must not, speak about: the examples of its page and of its tests."""

from __future__ import annotations

from dataclasses import dataclass

from curator.example import Example, load_profile, render
from curator.store import decode, encode


@dataclass(frozen=True)
class Case:
    """One row that a rule must, or must not, speak about.

    Attributes:
        raw: The row as a line of the file.
        example: The row's example, or None where it cannot be read.
    """

    raw: str
    example: Example | None


def case(example: Example) -> Case:
    """Return the case of a whole example."""
    return Case(encode(example).decode("utf-8"), example)


def raw(line: str) -> Case:
    """Return the case of a line of the file; a byte that is not UTF-8 stands as a surrogate."""
    read = decode(line.encode("utf-8", "surrogateescape"))
    return Case(line, read if isinstance(read, Example) else None)


def output(text: str) -> Case:
    """Return the case of an answer given as it is."""
    return case(Example.new(instruction="Write a function that doubles a number.", output=text))


GOOD_SOLUTION = '''def double(number: int) -> int:
    """Return twice the number.

    Args:
        number: The number to double.

    Returns:
        Twice the number.
    """
    return number * 2'''
GOOD_USAGE = "print(double(4))  # Output: 8"
GOOD_TEST = "assert double(0) == 0\nassert double(-3) == -6"


def parts(*, solution: str = GOOD_SOLUTION, usage: str = GOOD_USAGE, test: str = GOOD_TEST) -> Case:
    """Return the case of an answer in the default profile, good but for what is given."""
    return output(render({"solution": solution, "usage": usage, "test": test}, load_profile()))
