"""TST010: an example that does not pass when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.ran import place_of
from curator.lint.rule import Hit, Record, RunRule
from curator.terminal import one_line

if TYPE_CHECKING:
    from curator.lint.execute import Execution


class TestFails(RunRule):
    """Solution, usage and test were run and did not pass.

    An assert failed, an exception ended them, or no assert was reached.

    Found with ``--run`` only. Of a program that took too long TST011 speaks, and of a comment
    that promises another output TST013.
    """

    __test__ = False  # so that pytest does not take it for a test

    code = "TST010"
    name = "test-fails"
    severity = Severity.ERROR
    why = "The answer is wrong, or its test is; either way the model learns what does not work."
    valid = (parts(),)
    invalid = (
        parts(test="assert double(1) == 3"),
        parts(solution=GOOD_SOLUTION.replace("number * 2", "number / 0")),
        parts(test="raise SystemExit\nassert double(1) == 2"),
    )

    def judge(self, record: Record, execution: Execution) -> Iterator[Hit]:
        """Yield one hit where the program did not pass, at the line it ended."""
        outcome = execution.outcome
        if outcome.passed or outcome.status.value == "timed out":
            return
        if any(not one.matched for one in outcome.comparisons):
            return
        words = one_line(outcome.message, 200).replace("`", "'").rstrip(".")
        yield Hit(f"It does not pass: {words}.", span=place_of(record, execution))
