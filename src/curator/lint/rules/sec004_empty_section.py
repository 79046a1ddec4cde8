"""SEC004: a section with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import output
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.shapes import THINKING, thinking


class EmptySection(RecordRule):
    """A section of prose has nothing under its heading.

    Of a section that must hold code, SEC007 speaks.
    """

    code = "SEC004"
    name = "empty-section"
    severity = Severity.ERROR
    needs = "sections"
    why = "A bare heading teaches the model that writing the heading is all that is asked for."
    valid = (thinking(), output("### Solution\n\n### Usage\n"))
    invalid = (thinking(""), output("### Thinking\n\n### Solution\n", THINKING))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such section, at its heading."""
        text = record.example.output
        for section in record.answer.sections:
            spec = section.spec
            if spec is not None and not spec.code and not text[slice(*section.body)].strip():
                yield Hit(f"The section `{spec.title}` is empty.", span=section.heading)
