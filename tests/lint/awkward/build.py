"""What an awkward row is, and how one is written down in a few lines."""

from __future__ import annotations

import json
from dataclasses import dataclass

INSTRUCTION = "Write a function that doubles a number."
SOLUTION = '''def double(number: int) -> int:
    """Return twice the number.

    Args:
        number: The number to double.

    Returns:
        Twice the number.
    """
    return number * 2'''
USAGE = "print(double(4))  # Output: 8"
TEST = "assert double(0) == 0\nassert double(-3) == -6"


@dataclass(frozen=True)
class Awkward:
    """A row and what should be said about it.

    Attributes:
        name: Why it is awkward.
        line: The row as it stands in a file.
        codes: The codes of all findings, each once.
        profile: The profile it is read against.
    """

    name: str
    line: bytes
    codes: frozenset[str]
    profile: str = "runnable-first"


def answer(solution: str = SOLUTION, usage: str = USAGE, test: str = TEST) -> str:
    return (
        f"### Solution\n\n```python\n{solution}\n```\n\n### Usage\n\n```python\n{usage}\n```\n\n"
        f"### Sanity test\n\n```python\n{test}\n```\n"
    )


def row(
    name: str,
    codes: str = "",
    *,
    instruction: str = INSTRUCTION,
    input: str = "",  # noqa: A002 - the field's own name
    output: str | None = None,
    profile: str = "runnable-first",
    more: dict[str, object] | None = None,
    **parts: str,
) -> Awkward:
    """A row of an answer, good but for what is given; `codes` are separated by blanks."""
    fields = {
        "instruction": instruction,
        "input": input,
        "output": answer(**parts) if output is None else output,
        **(more or {}),
    }
    return Awkward(name, json.dumps(fields).encode(), frozenset(codes.split()), profile)


def line(name: str, codes: str, text: str | bytes) -> Awkward:
    """A row given as the line of the file."""
    raw = text.encode() if isinstance(text, str) else text
    return Awkward(name, raw, frozenset(codes.split()))
