"""TXT008: an answer that only says the question again."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Example, Span
from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class AnswerRepeatsInstruction(RecordRule):
    """The output is the instruction again, or begins with the whole of it."""

    code = "TXT008"
    name = "answer-repeats-instruction"
    severity = Severity.WARNING
    why = "The model learns to give back what it was given, which looks like an answer and is none."
    valid = (
        parts(),
        case(Example.new(instruction="Say yes.", output="Yes.")),
        case(Example.new(instruction="Add", output="Addition of numbers")),
    )
    invalid = (
        case(asking("Double the number four.", output="Double the number four.")),
        case(asking("Double the number four.", output="  Double the number four.\n\n8")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit at what is repeated."""
        asked = record.example.instruction.strip()
        text = record.example.output
        start = len(text) - len(text.lstrip())
        if len(asked) < 12 or not text.startswith(asked, start):
            return
        after = text[start + len(asked) : start + len(asked) + 1]
        if not after.isalnum():
            yield Hit(
                "The output says the instruction again.", span=Span(start, start + len(asked))
            )
