"""Where in an answer a program ended, for the rules about examples that ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from curator.example import CodeBlock, Span
from curator.example.code import LINE_END
from curator.lint.record import Record

if TYPE_CHECKING:
    from curator.lint.execute import Execution


def place_of(record: Record, execution: Execution, fallback: str = "test") -> Span:
    """Return the line that an outcome points at, or the block of a role."""
    outcome = execution.outcome
    for spec in record.profile.section:
        if spec.title == outcome.section and outcome.line:
            section = record.answer.section(spec.key)
            if section is not None and section.code is not None:
                return line_span(section.code, outcome.line)
    blocks = record.answer.blocks("usage" if fallback == "usage" else "test")
    return blocks[0].span if blocks else Span(0, 0)


def line_span(block: CodeBlock, line: int) -> Span:
    """Return a line of a block, its indentation and line end left out."""
    start = block.offset(line)
    text = LINE_END.split(block.text[start - block.span.start :], maxsplit=1)[0]
    indent = len(text) - len(text.lstrip())
    return Span(min(start + indent, block.span.end), min(start + len(text), block.span.end))
