"""TST012: a test that passes with nothing behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.ran import place_of
from curator.lint.rule import Hit, Record, RunRule
from curator.terminal import one_line

if TYPE_CHECKING:
    from curator.lint.execute import Execution


class VacuousTest(RunRule):
    """The test passes as well when the bodies of the solution's functions are emptied.

    Found with ``--run`` only.
    """

    code = "TST012"
    name = "vacuous-test"
    severity = Severity.ERROR
    why = (
        "A test that does not notice that the solution is gone proves nothing about it, and teaches"
        " the look of a test."
    )
    valid = (parts(),)
    invalid = (parts(test="assert callable(double)"),)

    def judge(self, record: Record, execution: Execution) -> Iterator[Hit]:
        """Yield one hit where the test is vacuous, at the test."""
        vacuity = execution.vacuity
        if vacuity is not None and vacuity.vacuous:
            words = one_line(vacuity.message, 200).replace("`", "'").rstrip(".")
            yield Hit(f"The test says nothing: {words}.", span=place_of(record, execution))
