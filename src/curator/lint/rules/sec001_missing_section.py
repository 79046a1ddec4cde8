"""SEC001: a section that the profile asks for is not there."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.example.answer import LONGEST
from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class MissingSection(RecordRule):
    """A section that the profile asks for is not in the answer.

    Sections are read from Markdown structure, so a heading inside a code block does not count. Of a
    heading that is only misspelt or in bold, SEC006 and SEC016 speak, and of an output that is too
    large to be read, REC013.
    """

    code = "SEC001"
    name = "missing-section"
    severity = Severity.ERROR
    why = (
        "The sections are the behaviour that the examples teach; every answer without one teaches"
        " the model that leaving it out is fine."
    )
    valid = (parts(),)
    invalid = (
        output("def double(number):\n    return number * 2\n"),
        output("```python\n# the headings stand in a comment\n### Solution:\n```\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each section that is missing."""
        end = len(record.example.output)
        if end > LONGEST:
            return
        misnamed = {one.spec.key for one in record.misnamed}
        for spec in record.profile.section:
            if record.answer.section(spec.key) is None and spec.key not in misnamed:
                heading = record.profile.heading(spec)
                yield Hit(f"The section `{heading}` is missing.", span=Span(end, end))
