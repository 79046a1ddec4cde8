"""SEC007: a section that must hold code and holds none."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class SectionWithoutCode(RecordRule):
    """A section that must hold code has no code block, or an empty one.

    Code that stands in a section without a fence around it is prose to a Markdown reader.
    """

    code = "SEC007"
    name = "section-without-code"
    severity = Severity.ERROR
    needs = "sections"
    why = (
        "The profile asks for code in this section; a heading with nothing to run under it teaches"
        " the model that the heading is enough."
    )
    valid = (parts(), output("There is no section here at all."))
    invalid = (
        output("### Solution\n\ndef double(number):\n    return number * 2\n"),
        parts(usage=""),
        parts(test="\n\n"),
        output("### Solution\n\n### Usage\n\nCall it.\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such section, at its heading or its empty block."""
        for section in record.answer.sections:
            spec = section.spec
            if spec is None or not spec.code:
                continue
            if section.code is None:
                yield Hit(
                    f"The section `{spec.title}` has no block of {spec.code} code.",
                    span=section.heading,
                )
            elif not section.code.text.strip():
                yield Hit(
                    f"The code block of the section `{spec.title}` is empty.",
                    span=section.code.span,
                )
