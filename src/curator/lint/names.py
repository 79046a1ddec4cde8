"""Names across the sections of an answer: what pyflakes says of them, run as one program.

Usage and test see what the solution defined, and often import again what they use. So the blocks
are joined in the order they run, and only two kinds of message are taken: names that nothing
defines, and imports that nothing uses. Redefinitions across sections are no fault here.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from curator.example import CodeBlock, Span
from curator.example.code import LINE_END, parse_python
from curator.lint.record import Record


@dataclass(frozen=True, slots=True)
class NameProblem:
    """A name that pyflakes speaks about.

    Attributes:
        kind: "undefined" or "unused".
        name: The name, or for an import what it imports.
        block: The block it stands in.
        line: Its line in the block, from 1.
        span: Where it stands in the output: the name, or the import statement.
    """

    kind: str
    name: str
    block: CodeBlock
    line: int
    span: Span


def name_problems(record: Record) -> tuple[NameProblem, ...]:
    """Return what pyflakes says of an answer's names; costs about 150 µs."""
    cached: tuple[NameProblem, ...] | None = record.__dict__.get("_name_problems")
    if cached is None:
        cached = _judged(record.program) if record.program else ()
        record.__dict__["_name_problems"] = cached
    return cached


def _judged(blocks: Sequence[CodeBlock]) -> tuple[NameProblem, ...]:
    from pyflakes import checker, messages

    texts = [LINE_END.sub("\n", block.code) for block in blocks]
    # A future import may stand first in each section, and nowhere else in one program.
    joined = parse_python("\n".join(texts))
    if isinstance(joined, SyntaxError):
        return ()
    found: list[NameProblem] = []
    kinds = {messages.UndefinedName: "undefined", messages.UnusedImport: "unused"}
    for message in checker.Checker(joined).messages:
        kind = kinds.get(type(message))
        if kind is None:
            continue
        name = str(message.message_args[0])
        if kind == "unused" and _is_used_by_being_there(name):
            continue
        block, line = _place(blocks, texts, message.lineno)
        start = block.offset(line, message.col)
        found.append(NameProblem(kind, name, block, line, _span(block, line, start, name, kind)))
    return tuple(found)


def _is_used_by_being_there(name: str) -> bool:
    """Return whether an import is a future one, or a wildcard, of which COD011 speaks."""
    return name.startswith("__future__") or name.endswith(".*")


def _place(blocks: Sequence[CodeBlock], texts: Sequence[str], line: int) -> tuple[CodeBlock, int]:
    """Return the block, and the line in it, of a line of the joined program."""
    for block, text in zip(blocks, texts, strict=True):
        count = text.count("\n") + 1
        if line <= count:
            return block, line
        line -= count
    return blocks[-1], texts[-1].count("\n") + 1


def _span(block: CodeBlock, line: int, start: int, name: str, kind: str) -> Span:
    if kind == "undefined":
        return Span(start, min(start + len(name), block.span.end))
    statement = import_at(block, line)
    return block.locate(statement) if statement is not None else Span(start, start)


def import_at(block: CodeBlock, line: int) -> ast.Import | ast.ImportFrom | None:
    """Return the import statement that begins at a line of a block."""
    if isinstance(block.tree, SyntaxError):
        return None
    return next(
        (
            node
            for node in ast.walk(block.tree)
            if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno == line
        ),
        None,
    )
