"""REC004: an instruction or an output that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Example, Span
from curator.lint.case import case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

# Characters without width, which `str.strip` leaves standing.
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


class EmptyField(RecordRule):
    """The instruction or the output is empty, or holds only blanks.

    Characters without width, such as U+200B, count as blanks.
    """

    code = "REC004"
    name = "empty-field"
    severity = Severity.ERROR
    why = (
        "An empty output teaches the model to answer nothing, and an empty instruction teaches it"
        " to give this answer to anything."
    )
    valid = (parts(), case(Example.new(instruction="Say yes.", output="yes")))
    invalid = (
        case(Example.new(instruction="Write a function that doubles a number.", output="")),
        case(Example.new(instruction=" \n", output="def double(number): ...")),
        case(Example.new(instruction="Double a number.", output="\u200b\n")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each of the two that is blank."""
        for key in ("instruction", "output"):
            value = record.example.fields.get(key)
            if isinstance(value, str) and not value.strip().strip(_UNSEEN).strip():
                yield Hit(f"The {key} is empty.", pointer=f"/{key}", span=Span(0, len(value)))
