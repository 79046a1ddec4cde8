"""REC013: an output that is too large to be an answer."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.example.answer import LONGEST
from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class OversizedOutput(RecordRule):
    """The output has more than a million characters.

    So large an output is not read as an answer: its sections and its code are asked nothing. What
    is asked of any text, such as whether it holds a key, is asked of it too.
    """

    code = "REC013"
    name = "oversized-output"
    severity = Severity.ERROR
    why = "Something went wrong where it was made; no trainer reads more than its beginning."
    valid = (parts(), output("word " * 1000))
    invalid = (output("x" * (LONGEST + 1)),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the output, where it becomes too long."""
        length = len(record.example.output)
        if length > LONGEST:
            yield Hit(
                f"The output has {length:,} characters; more than {LONGEST:,} are not read as an"
                " answer.",
                span=Span(LONGEST, LONGEST),
            )
