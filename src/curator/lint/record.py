"""One example as the rules see it: read once, shared by all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TypeGuard

from curator.example import Answer, CodeBlock, Example, Profile, Span, parse
from curator.example.docstring import Definition, Docstring, definitions, read_docstring
from curator.example.profile import Role
from curator.lint.headings import Misnamed, misnamed_sections
from curator.lint.pointer import texts_within
from curator.lint.prose import prose_spans

_DOCUMENTED_ELSEWHERE = frozenset({"setter", "deleter", "overload", "override"})
_ROLES: tuple[Role, ...] = ("solution", "usage", "test")
# What a heading begins with, in a list or a quotation as well. Most number signs are none: they
# begin a comment behind code.
_HEADING = re.compile(r"^[ \t>*+\-0-9.)]*#{1,6}(?:[ \t]|$)", re.MULTILINE)
# A line of dashes underlines the heading above it.
_UNDERLINE = re.compile(r"\n[ \t>*+-]{0,8}(?:-+|=+)[ \t]*(?:\n|\Z)")
_TEXTS = ("instruction", "input", "output")


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
        text = self.example.output
        marked = "```" in text or "~~~" in text or "\r" in text
        if marked or ("#" in text and _HEADING.search(text)) or _UNDERLINE.search(text):
            return parse(text, self.profile)
        # Neither a heading nor a fence can be in it, so there is nothing for a parser to find.
        start = len(text) - len(text.lstrip())
        return Answer(text, self.profile, (), Span(start, max(start, len(text.rstrip()))))

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The three texts that train, empty ones left out, each with its JSON pointer."""
        example = self.example
        pairs = zip(_TEXTS, (example.instruction, example.input, example.output), strict=True)
        return tuple((f"/{key}", text) for key, text in pairs if text)

    @cached_property
    def all_texts(self) -> tuple[tuple[str, str], ...]:
        """Every text of the record, however deep, with its JSON pointer: all are published."""
        fields = self.example.fields
        others = {key: value for key, value in fields.items() if key not in _TEXTS}
        return (*self.texts, *((at, text) for at, text in texts_within(others) if text))

    @cached_property
    def everything(self) -> str:
        """All texts of the record in one, to see at once what cannot be in any of them."""
        found: list[str] = []
        for value in self.example.fields.values():
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, dict | list):
                found += [text for _, text in texts_within(value)]
        return "\n".join(found)

    @cached_property
    def prose(self) -> tuple[Span, ...]:
        """The parts of the output outside of its code, in order."""
        return prose_spans(self.answer)

    @cached_property
    def misnamed(self) -> tuple[Misnamed, ...]:
        """The lines that are meant as a heading of the profile and are none."""
        return misnamed_sections(self.answer, self.prose)

    @cached_property
    def code_blocks(self) -> tuple[CodeBlock, ...]:
        """The first code block of every section that must hold code, in order of the answer."""
        return tuple(
            section.code
            for section in self.answer.sections
            if section.spec and section.spec.code == "python" and section.code
        )

    @cached_property
    def python_blocks(self) -> tuple[CodeBlock, ...]:
        """Every block that should be Python, by its section or by its fence."""
        blocks = self.answer.all_blocks
        if not blocks:
            return ()
        wanted = {id(block) for block in self.code_blocks}
        return tuple(block for block in blocks if id(block) in wanted or block.is_python)

    @cached_property
    def trees(self) -> tuple[tuple[CodeBlock, ast.Module], ...]:
        """The blocks of Python that can be read, each with its syntax tree."""
        return tuple(
            (block, block.tree)
            for block in self.python_blocks
            if isinstance(block.tree, ast.Module)
        )

    @cached_property
    def program(self) -> tuple[CodeBlock, ...] | None:
        """Solution, usage and test in the order they run, or None where one cannot be read.

        Without a solution there is no program: what is missing would be found in its users.
        """
        if not self.code_blocks:
            return None
        blocks = tuple(block for role in _ROLES for block in self.answer.blocks(role))
        if not self.answer.blocks("solution") or any(
            isinstance(block.tree, SyntaxError) for block in blocks
        ):
            return None
        return blocks

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
    def abstract_classes(self) -> frozenset[str]:
        """The solution's classes whose methods need no body: protocols, abstract ones, bases."""
        classes = [d.node for _, d in self.definitions if isinstance(d.node, ast.ClassDef)]
        own = {node.name for node in classes}
        found = set()
        for node in classes:
            bases = {_last_name(base) for base in (*node.bases, *(k.value for k in node.keywords))}
            if bases & {"Protocol", "ABC", "ABCMeta"}:
                found.add(node.name)
            found |= bases & own
        return frozenset(found)

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


def _last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, brackets left out; empty for anything else."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


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
