"""SEC005: a section that the profile does not have."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.headings import stands_in
from curator.lint.rule import Hit, Record, RecordRule
from curator.terminal import one_line


class UnknownSection(RecordRule):
    """A heading begins a section that the profile does not have.

    Smaller headings within a section are free. A heading that stands where a section of the
    profile is missing is not spoken of here: SEC001 and SEC006 do.
    """

    code = "SEC005"
    name = "unknown-section"
    severity = Severity.WARNING
    needs = "sections"
    why = (
        "The model learns that an answer may go on with more sections, and where the shape varies"
        " it varies in what it writes."
    )
    valid = (
        parts(),
        parts(usage="print(double(4))\n### Not a heading"),
        output("# Doubling\n\nThere is no section of the profile here."),
        output("### Solution\n\n#### A smaller heading\n\n### Example\n\n### Sanity test\n"),
    )
    invalid = (
        output("### Solution\n\n### Usage\n\n### Sanity test\n\n### Explanation\n\nIt doubles.\n"),
        output("# Doubling\n\n### Solution\n\n### Usage\n\n### Sanity test\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such heading."""
        sections = record.answer.sections
        if not any(section.spec for section in sections):
            return
        misnamed = {one.span for one in record.misnamed}
        for section in sections:
            if section.spec is not None or section.heading in misnamed:
                continue
            if stands_in(record.answer, section) is None:
                title = one_line(section.title, 60).replace("`", "'")
                yield Hit(f"The profile has no section `{title}`.", span=section.heading)
