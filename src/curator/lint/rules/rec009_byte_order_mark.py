"""REC009: a byte order mark at the beginning of the file."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Line, RowRule


class ByteOrderMark(RowRule):
    """The file begins with a byte order mark, which UTF-8 does not need."""

    code = "REC009"
    name = "byte-order-mark"
    severity = Severity.WARNING
    why = (
        "Curator passes over it, but other readers take it for the first character of the first"
        " row and then cannot read that row, so one example is lost."
    )
    valid = (parts(),)
    invalid = (raw('{"instruction": "Add.", "output": "x"}', bom=True),)

    def check(self, line: Line) -> Iterator[Hit]:
        """Yield one hit at the first row of such a file."""
        if line.bom:
            yield Hit("The file begins with a byte order mark.", pointer="")
