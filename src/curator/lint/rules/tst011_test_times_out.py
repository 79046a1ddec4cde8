"""TST011: an example that does not come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.ran import place_of
from curator.lint.rule import Hit, Record, RunRule

if TYPE_CHECKING:
    from curator.lint.execute import Execution


class TestTimesOut(RunRule):
    """Solution, usage and test were run and were not done within the time allowed.

    Found with ``--run`` only.
    """

    __test__ = False  # so that pytest does not take it for a test

    code = "TST011"
    name = "test-times-out"
    severity = Severity.ERROR
    why = (
        "Either the code never ends or it is far slower than it need be, and the model learns it"
        " as a good answer."
    )
    valid = (parts(),)
    invalid = (parts(test="while True:\n    pass\nassert double(1) == 2"),)

    def judge(self, record: Record, execution: Execution) -> Iterator[Hit]:
        """Yield one hit where time ran out, at the line it was at."""
        outcome = execution.outcome
        if outcome.status.value == "timed out":
            yield Hit("It was not done in the time allowed.", span=place_of(record, execution))
