"""TST001: a test that asserts nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class NoAssert(RecordRule):
    """The test holds no ``assert`` statement.

    Printing a value leaves the judging to a reader, and so does a comment that says what comes out.
    """

    code = "TST001"
    name = "no-assert"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "A test without an assert passes whatever the solution does, so it teaches the look of a"
        " test and not the use of one."
    )
    valid = (
        parts(),
        parts(test="def test_double():\n    assert double(1) == 2\n\ntest_double()"),
    )
    invalid = (
        parts(test="print(double(1))  # 2"),
        parts(test="# assert double(1) == 2"),
        parts(test="text = 'assert double(1) == 2'\ndouble(1) == 2"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such test block."""
        if record.profile.test.min_asserts < 1:
            return
        for block in record.answer.blocks("test"):
            tree = block.tree
            if isinstance(tree, SyntaxError) or not block.text.strip():
                continue
            if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
                yield Hit("The test has no `assert` statement.", span=block.span)
