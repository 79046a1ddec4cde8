"""COD009: an except that catches everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_TRY = "try:\n    double(2)\nexcept{}:\n    {}"


class BareExcept(RecordRule):
    """An ``except:`` names no exception and does not raise again."""

    code = "COD009"
    name = "bare-except"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "It hides typing errors and stops Ctrl-C as well as what it was meant for; examples are"
        " read as good practice."
    )
    valid = (
        parts(),
        parts(usage=_TRY.format(" TypeError", "pass")),
        parts(usage=_TRY.format("", "print('no')\n    raise")),
    )
    invalid = (parts(usage=_TRY.format("", "pass")),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each, at the word."""
        for block, tree in record.trees:
            if "except" not in block.text:
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.ExceptHandler) and node.type is None:
                    raised = (one for part in node.body for one in ast.walk(part))
                    if not any(isinstance(one, ast.Raise) for one in raised):
                        start = block.offset(node.lineno, node.col_offset)
                        yield Hit(
                            "This catches every exception there is.",
                            span=Span(start, min(start + len("except"), block.span.end)),
                        )
