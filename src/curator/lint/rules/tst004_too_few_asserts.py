"""TST004: fewer asserts than the profile asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.shapes import TWO_ASSERTS


class TooFewAsserts(RecordRule):
    """The test has asserts, but fewer than the profile asks for.

    Of a test without any, TST001 speaks.
    """

    code = "TST004"
    name = "too-few-asserts"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "One assert is soon true by accident; what a test is worth is part of what the examples"
        " teach."
    )
    valid = (
        parts(test="assert double(1) == 2"),
        parts(profile=TWO_ASSERTS),
        parts(test="double(1)", profile=TWO_ASSERTS),
    )
    invalid = (parts(test="assert double(1) == 2", profile=TWO_ASSERTS),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the test as a whole."""
        wanted = record.profile.test.min_asserts
        for block in record.answer.blocks("test"):
            if isinstance(block.tree, SyntaxError):
                continue
            count = sum(isinstance(node, ast.Assert) for node in ast.walk(block.tree))
            if 0 < count < wanted:
                yield Hit(
                    f"The test has {count} of the {wanted} asserts that the profile asks for.",
                    span=block.span,
                )
