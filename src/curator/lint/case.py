"""Rows that a rule must, or must not, speak about: the examples of its page and of its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from curator.example import DEFAULT_PROFILE, Example, Profile, load_profile, render
from curator.store import decode, encode


@dataclass(frozen=True)
class Case:
    """One row that a rule must, or must not, speak about; or a set of them.

    Attributes:
        raw: The row as a line of the file.
        example: The row's example, or None where it cannot be read.
        profile: What the row is read against, where it is not the default profile.
        others: The other rows of the set, before this one; only rules about sets read them.
        options: Options of the rule, as ``curator.toml`` would give them.
        held_out: Prompts of a suite, for rules about sets.
        bom: Whether a byte order mark stands before the row.
    """

    raw: str
    example: Example | None
    profile: Profile | None = None
    others: tuple[Case, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    held_out: tuple[str, ...] = ()
    bom: bool = False

    @property
    def shape(self) -> Profile:
        """The profile the row is read against."""
        return self.profile or load_profile()


def case(example: Example, profile: Profile | None = None, **options: Any) -> Case:
    """Return the case of a whole example.

    Args:
        example: The example.
        profile: What it is read against; the default profile where it is None.
        **options: Options of the rule.
    """
    return Case(encode(example).decode("utf-8"), example, profile, options=options)


def raw(line: str, *, bom: bool = False) -> Case:
    """Return the case of a line of the file; a byte that is not UTF-8 stands as a surrogate."""
    read = decode(line.encode("utf-8", "surrogateescape"))
    return Case(line, read if isinstance(read, Example) else None, bom=bom)


def output(text: str, profile: Profile | None = None, **options: Any) -> Case:
    """Return the case of an answer given as it is."""
    return case(asking("Write a function that doubles a number.", output=text), profile, **options)


def asking(
    instruction: str,
    input: str = "",  # noqa: A002 - the field's own name
    output: str = "",
    **more: Any,
) -> Example:
    """Return an example; without an output, one in the default profile."""
    text = output or render(
        {"solution": GOOD_SOLUTION, "usage": GOOD_USAGE, "test": GOOD_TEST}, load_profile()
    )
    return Example.new(instruction=instruction, input=input, output=text, **more)


def several(*cases: Case, held_out: tuple[str, ...] = (), **options: Any) -> Case:
    """Return the case of a set; the last row is the one that is spoken about."""
    last = cases[-1]
    return Case(last.raw, last.example, others=cases[:-1], options=dict(options), held_out=held_out)


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


def parts(
    *,
    solution: str = GOOD_SOLUTION,
    usage: str = GOOD_USAGE,
    test: str = GOOD_TEST,
    profile: str | Profile = DEFAULT_PROFILE,
    **options: Any,
) -> Case:
    """Return the case of an answer in a profile's shape, good but for what is given."""
    shape = load_profile(profile) if isinstance(profile, str) else profile
    text = render({"solution": solution, "usage": usage, "test": test}, shape)
    return output(text, None if profile == DEFAULT_PROFILE else shape, **options)
