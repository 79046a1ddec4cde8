"""COD007: a usage that never uses the solution."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import names_read
from curator.lint.rule import Hit, Record, RecordRule


class UsageWithoutSolution(RecordRule):
    """Nothing that the solution defines is used in the usage.

    Any use counts, but not that of a copy that the usage defines itself. A solution that defines
    nothing, or cannot be read, is left to other rules.
    """

    code = "COD007"
    name = "usage-without-solution"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "The section is there to show how the solution is called; without it the model learns that"
        " any code will do there."
    )
    valid = (
        parts(),
        parts(usage="print(list(map(double, [1])))"),
        parts(solution="print(1)", usage="print(2)"),
    )
    invalid = (
        parts(usage="print(4 * 2)"),
        parts(usage="# double(4)\nprint('double(4)')"),
        parts(usage="double = 4 * 2\nprint(double)"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the usage as a whole."""
        blocks = [block for block in record.answer.blocks("usage") if block.text.strip()]
        if not blocks or not record.names:
            return
        used: set[str] = set()
        for block in blocks:
            if isinstance(block.tree, SyntaxError):
                return
            used |= names_read(block.tree)
        if not used & record.names:
            listed = ", ".join(f"`{name}`" for name in sorted(record.names)[:3])
            more = ", …" if len(record.names) > 3 else ""
            yield Hit(
                f"The usage never uses what the solution defines: {listed}{more}.",
                span=blocks[0].span,
            )
