"""TST013: a usage whose comments promise another output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.ran import line_span
from curator.lint.rule import Hit, Record, RunRule
from curator.terminal import one_line

if TYPE_CHECKING:
    from curator.lint.execute import Execution


class UsageOutputDiffers(RunRule):
    """A line of the usage prints something else than the comment on it says.

    Found with ``--run`` only.
    """

    code = "TST013"
    name = "usage-output-differs"
    severity = Severity.ERROR
    why = (
        "The comment is what the model learns about what its code does; a wrong one teaches it to"
        " guess."
    )
    valid = (parts(),)
    invalid = (parts(usage="print(double(4))  # Output: 9"),)

    def judge(self, record: Record, execution: Execution) -> Iterator[Hit]:
        """Yield one hit for each such line."""
        blocks = record.answer.blocks("usage")
        for one in execution.outcome.comparisons:
            if not one.matched and blocks:
                said = one_line(one.expected, 60).replace("`", "'")
                real = one_line(one.actual, 60).replace("`", "'")
                yield Hit(
                    f"The comment promises `{said}`, and the output is `{real}`.",
                    span=line_span(blocks[0], one.line),
                )
