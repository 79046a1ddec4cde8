"""COD002: a solution that defines nothing."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class NothingDefined(RecordRule):
    """The solution defines no function, no class and no name, so nothing in it can be used."""

    code = "COD002"
    name = "nothing-defined"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "Usage and test have nothing to call: such an answer does its work once, where a solution"
        " is something to take away and use."
    )
    valid = (
        parts(),
        parts(solution="double = lambda number: number * 2"),
        parts(solution="if True:\n    def double(number):\n        return number * 2"),
    )
    invalid = (
        parts(solution="print(4 * 2)"),
        parts(solution="import math\n\nfor n in range(3):\n    print(math.exp(n))"),
        parts(solution="# To be written."),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the whole solution, at its first block."""
        blocks = record.answer.blocks("solution")
        if any(isinstance(block.tree, SyntaxError) for block in blocks):
            return
        filled = [block for block in blocks if block.text.strip()]
        if filled and not record.names:
            yield Hit(
                "The solution defines no function, no class and no name.", span=filled[0].span
            )
