"""TST002: a test that never uses the solution."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import names_read
from curator.lint.rule import Hit, Record, RecordRule


class TestNeverCallsSolution(RecordRule):
    """Nothing that the solution defines is used in the test.

    Any use counts as a call: passing a function on, deriving from a class, a decorator; but not
    that of a copy that the test defines itself. A solution that defines nothing, or cannot be read,
    is left to other rules.
    """

    __test__ = False  # so that pytest does not take it for a test

    code = "TST002"
    name = "test-never-calls-solution"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "Such a test passes however wrong the solution is: it tests the language, and teaches that"
        " an assert of any kind will do."
    )
    valid = (
        parts(),
        parts(test="assert list(map(double, [1])) == [2]"),
        parts(test="double = staticmethod(double)\nassert double(1) == 2"),
        parts(solution="print(1)", test="assert 1 + 1 == 2"),
    )
    invalid = (
        parts(test="assert 4 * 2 == 8"),
        parts(test="def double(number):\n    return 2\n\nassert True"),
        parts(test="double = 2\nassert 'double' != 'single'"),
        parts(test="def double(number):\n    return number * 2\n\nassert double(2) == 4"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the tests as a whole, at the first."""
        trees: list[ast.Module] = []
        blocks = [block for block in record.answer.blocks("test") if block.text.strip()]
        for block in blocks:
            if isinstance(block.tree, SyntaxError):
                return
            trees.append(block.tree)
        if not trees or not record.names:
            return
        used = {name for tree in trees for name in names_read(tree)}
        if not used & record.names:
            listed = ", ".join(f"`{name}`" for name in sorted(record.names)[:3])
            more = ", …" if len(record.names) > 3 else ""
            yield Hit(
                f"The test never uses what the solution defines: {listed}{more}.",
                span=blocks[0].span,
            )
