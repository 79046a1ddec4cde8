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
from functools import cached_property
from typing import ClassVar, TypeGuard

from curator.example import Answer, CodeBlock, Example, Profile, Span, parse
from curator.example.docstring import Definition, Docstring, definitions, read_docstring
from curator.lint.case import Case
from curator.lint.finding import Fix, Severity
from curator.store import Row
from curator.store.decode import ProblemKind

WHOLE = Span(0, 0)

_DOCUMENTED_ELSEWHERE = frozenset({"setter", "deleter", "overload", "override"})


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
    def documented(self) -> tuple[tuple[CodeBlock, Definition, Docstring], ...]:
        """The public definitions that have a docstring, each with its block and what it says."""
        found = []
        for block, definition in self.definitions:
            if not self.asks_for_docstring(definition):
                continue
            docstring = self.docstring(definition)
            if docstring is not None and (definition.docstring or "").strip():
                found.append((block, definition, docstring))
        return tuple(found)

    def asks_for_docstring(self, definition: Definition) -> bool:
        """Return whether a definition should have a docstring of its own.

        Private and special methods need none, and neither do a property's setter and deleter,
        overloads and overrides, whose documentation is read elsewhere.
        """
        return definition.public and not definition.decorators & _DOCUMENTED_ELSEWHERE

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the solution defines or assigns at its top level."""
        trees = [block.tree for block in self.answer.blocks("solution")]
        return frozenset(
            name for tree in trees if isinstance(tree, ast.Module) for name in _bound(tree)
        )

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


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines or assigns, those inside definitions left out."""
    pending: list[ast.AST] = [*tree.body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (n.id for n in ast.walk(target) if _is_stored(n))
        else:
            pending.extend(n for n in ast.iter_child_nodes(node) if isinstance(n, _BLOCKS))


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


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


class ProblemRule(RowRule):
    """A rule about rows that cannot be read, by the kind of their problem.

    Attributes:
        kinds: The kinds it speaks about.
    """

    kinds: ClassVar[frozenset[ProblemKind]]

    def check(self, row: Row) -> Iterator[Hit]:
        """Yield the row's problem if it is of this rule's kinds."""
        if row.problem is not None and row.problem.kind in self.kinds:
            place = max(row.problem.column - 1, 0)
            yield Hit(row.problem.message, pointer="", span=Span(place, place))


class RecordRule(Rule, ABC):
    """A rule about one example."""

    @abstractmethod
    def check(self, record: Record) -> Iterator[Hit]:
        """Yield what is wrong with `record`."""
