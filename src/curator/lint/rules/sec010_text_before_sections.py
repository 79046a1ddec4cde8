"""SEC010: something before the first section."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import Case, output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


def _after(text: str) -> Case:
    good = parts().example
    assert good is not None
    return output(f"{text}\n\n{good.output}")


class TextBeforeSections(RecordRule):
    """Something stands before the first section of the answer.

    What begins with a line that is meant as a heading is left to SEC006 and SEC016.
    """

    code = "SEC010"
    name = "text-before-sections"
    severity = Severity.WARNING
    why = (
        "The first words of an answer are the ones that a model learns best, and they should be the"
        " first heading."
    )
    valid = (
        parts(),
        _after("\n"),
        output("There is no section here at all."),
        output("**Solution**\n\n```python\nprint(1)\n```\n\n### Usage\n"),
    )
    invalid = (
        _after("Doubling means to multiply by two."),
        _after("```python\nprint('first')\n```"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for all of it."""
        answer = record.answer
        start, end = answer.preamble
        if end <= start or not any(section.spec for section in answer.sections):
            return
        meant = min((one.span.start for one in record.misnamed), default=end)
        end = start + len(record.example.output[start : min(end, meant)].rstrip())
        if end > start:
            yield Hit("Something stands before the first section.", span=Span(start, end))
