"""DOC002: a docstring that does not begin with a summary."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, docstring_span


class NoSummary(RecordRule):
    """A docstring begins with its parts and never says what the thing does."""

    code = "DOC002"
    name = "no-summary"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "The summary is the one line that every reader reads; lists of arguments do not say what a"
        " function is for."
    )
    valid = (
        parts(),
        parts(solution='def stop():\n    """\n    Stop at once.\n    """\n'),
    )
    invalid = (
        parts(
            solution='def double(number):\n    """\n    Args:\n        number: What to double.\n\n'
            '    Returns:\n        Twice that.\n    """\n    return number * 2'
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each docstring without a summary, at the docstring."""
        if "summary" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            if not docstring.summary.strip():
                yield Hit(
                    f"The docstring of `{definition.qualname}` has no summary.",
                    span=docstring_span(block, definition),
                )
