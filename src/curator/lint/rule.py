"""What a rule is: one class, in one file, with its documentation and its own test cases.

A rule's class docstring says what it finds; `Rule.why` says why that harms training; `Rule.valid`
and `Rule.invalid` are the examples of its page and the cases of its test. `lint/rules/` holds one
file a rule, named after its code.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec

from curator.example import CodeBlock, Span
from curator.example.docstring import Definition
from curator.lint.case import Case
from curator.lint.finding import Fix, Severity
from curator.lint.record import Record
from curator.store import Row
from curator.store.decode import ProblemKind

if TYPE_CHECKING:
    from curator.lint.collection import Collection
    from curator.lint.execute import Execution

__all__ = [
    "WHOLE",
    "Hit",
    "Line",
    "ProblemRule",
    "Record",
    "RecordRule",
    "RowRule",
    "Rule",
    "RuleOptions",
    "RunRule",
    "SetRule",
    "asked_arguments",
    "docstring_span",
]

WHOLE = Span(0, 0)
_KINDS = (str, str, Span, Fix | None)


class Hit(msgspec.Struct, frozen=True):
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

    def __post_init__(self) -> None:
        # A rule of a project that passes something else is told here, in the rule.
        given: tuple[Any, ...] = (self.message, self.pointer, self.span, self.fix)
        if not all(map(isinstance, given, _KINDS)):
            raise TypeError("a Hit is a message, a pointer, a Span and perhaps a Fix")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file, readable or not.

    Attributes:
        row: The row.
        bom: Whether a byte order mark stands before it.
    """

    row: Row
    bom: bool = False


#: Values that options may have: how many; a part of a whole; a likeness.
Count = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Score = Annotated[float, msgspec.Meta(ge=0, le=100)]


class RuleOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What ``[lint.options.CODE]`` may say of a rule; by itself, nothing.

    Attributes:
        files: The options that name a file, which a project means relative to its own folder.
    """

    files: ClassVar[tuple[str, ...]] = ()


class Rule:
    """What every rule has. A rule derives from one of the scopes below.

    Attributes:
        code: Family and number; its meaning never changes.
        name: The same in words, for reading.
        severity: How much its findings matter, unless the settings say otherwise.
        why: Why what it finds harms training, in a sentence or two.
        fix_safety: What its fix does and whether it is safe; empty where it has none.
        scope: What it looks at: "line", "record", "set" or "run".
        options_type: What can be set about it; the docstring's Attributes part is its page's.
        valid: Rows it must not speak about.
        invalid: Rows it must speak about.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    why: ClassVar[str]
    fix_safety: ClassVar[str] = ""
    scope: ClassVar[str]
    options_type: ClassVar[type[RuleOptions]] = RuleOptions
    valid: ClassVar[tuple[Case, ...]]
    invalid: ClassVar[tuple[Case, ...]]

    def __init__(self, options: Any = None) -> None:
        self.options: Any = self.options_type() if options is None else options


class RowRule(Rule, ABC):
    """A rule about a row as it stands in the file, readable or not."""

    scope = "line"

    @abstractmethod
    def check(self, line: Line) -> Iterator[Hit]:
        """Yield what is wrong with `line`."""


class ProblemRule(RowRule):
    """A rule about rows that cannot be read, by the kind of their problem.

    Attributes:
        kinds: The kinds it speaks about.
    """

    kinds: ClassVar[frozenset[ProblemKind]]

    def check(self, line: Line) -> Iterator[Hit]:
        """Yield the row's problem if it is of this rule's kinds."""
        problem = line.row.problem
        if problem is not None and problem.kind in self.kinds:
            place = max(problem.column - 1, 0)
            yield Hit(problem.message, pointer="", span=Span(place, place))


class RecordRule(Rule, ABC):
    """A rule about one example.

    Attributes:
        needs: What an answer must have for the rule to be asked at all: "sections", "code", which
            is a block of Python, or nothing. Most base data has neither, and is quicker so.
    """

    scope = "record"
    needs: ClassVar[Literal["", "sections", "code"]] = ""

    @abstractmethod
    def check(self, record: Record) -> Iterator[Hit]:
        """Yield what is wrong with `record`."""


class SetRule(Rule, ABC):
    """A rule about all rows together."""

    scope = "set"

    @abstractmethod
    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield what is wrong, each time with the number of the row it is said of, from 0."""


class RunRule(Rule, ABC):
    """A rule about what an example does when it runs; asked only with ``--run``."""

    scope = "run"

    @abstractmethod
    def judge(self, record: Record, execution: Execution) -> Iterator[Hit]:
        """Yield what is wrong with how `record` ran."""


def asked_arguments(definition: Definition) -> tuple[tuple[str, ast.arg], ...]:
    """Return the parameters that a docstring must document: name, with its stars, and node.

    A parameter that begins with an underscore is there because the caller passes it, and needs no
    entry.
    """
    return tuple(
        (name, node) for name, node in definition.arguments if not name.strip("*").startswith("_")
    )


def docstring_span(block: CodeBlock, definition: Definition) -> Span:
    """Return where a docstring stands with its quotes, or where the name does if there is none."""
    node = definition.docstring_node
    return block.locate(node) if node else block.locate_name(definition.node)
