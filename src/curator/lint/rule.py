"""What a rule is: one class, in one file, with its documentation and its own test cases.

A rule's class docstring says what it finds; `Rule.why` says why that harms training; `Rule.valid`
and `Rule.invalid` are the examples of its page and the cases of its test. `lint/rules/` holds one
file a rule, named after its code.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from curator.example import Answer, CodeBlock, Example, Profile, Span, parse, render
from curator.example.docstring import Definition, Docstring, definitions, read_docstring
from curator.lint.finding import Fix, Severity
from curator.store import Row, decode

WHOLE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields: a finding without its address, which the engine knows.

    Attributes:
        message: What is wrong, in one sentence.
        pointer: JSON pointer of the field; empty for the row as a whole.
        span: Where in the field's text.
        fix: A change that resolves it.
    """

    message: str
    pointer: str = "/output"
    span: Span = WHOLE
    fix: Fix | None = None


class Record:
    """One example as the rules of a record see it: read once, shared by all of them.

    Args:
        example: The example.
        profile: The shape its answer must have.
    """

    def __init__(self, example: Example, profile: Profile) -> None:
        self.example = example
        self.profile = profile

    @cached_property
    def answer(self) -> Answer:
        """The output read against the profile."""
        return parse(self.example.output, self.profile)

    @cached_property
    def code_blocks(self) -> tuple[CodeBlock, ...]:
        """The first code block of every section that must hold code, in order of the answer."""
        return tuple(
            section.code
            for section in self.answer.sections
            if section.spec and section.spec.code == "python" and section.code
        )

    @cached_property
    def definitions(self) -> tuple[tuple[CodeBlock, Definition], ...]:
        """What the solution defines, each with the block it stands in."""
        found: list[tuple[CodeBlock, Definition]] = []
        for block in self.answer.blocks("solution"):
            if not isinstance(block.tree, SyntaxError):
                found.extend((block, definition) for definition in definitions(block.tree))
        return tuple(found)

    @cached_property
    def _docstrings(self) -> dict[int, Docstring | None]:
        return {}

    def docstring(self, definition: Definition) -> Docstring | None:
        """Return the parsed docstring of a definition, or None where it has none."""
        key = id(definition)
        if key not in self._docstrings:
            text = definition.docstring
            style = self.profile.docstring.style
            self._docstrings[key] = read_docstring(text, style) if text is not None else None
        return self._docstrings[key]


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
    from curator.store import encode

    return Case(encode(example).decode("utf-8"), example)


def raw(line: str) -> Case:
    """Return the case of a line of the file, which need not be readable."""
    read = decode(line.encode("utf-8", "surrogatepass"))
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
    from curator.example import load_profile

    return output(render({"solution": solution, "usage": usage, "test": test}, load_profile()))


class Rule:
    """What every rule has. A rule derives from `RowRule` or `RecordRule`.

    Attributes:
        code: Family and number; its meaning never changes.
        name: The same in words, for reading.
        severity: How much its findings matter, unless the settings say otherwise.
        why: Why what it finds harms training, in a sentence or two.
        fix_safety: What its fix does and whether it is safe; empty where it has none.
        valid: Rows it must not speak about.
        invalid: Rows it must speak about.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    why: ClassVar[str]
    fix_safety: ClassVar[str] = ""
    valid: ClassVar[tuple[Case, ...]]
    invalid: ClassVar[tuple[Case, ...]]


class RowRule(Rule, ABC):
    """A rule about a row as it stands in the file, readable or not."""

    @abstractmethod
    def check(self, row: Row) -> Iterator[Hit]:
        """Yield what is wrong with `row`."""


class RecordRule(Rule, ABC):
    """A rule about one example."""

    @abstractmethod
    def check(self, record: Record) -> Iterator[Hit]:
        """Yield what is wrong with `record`."""
