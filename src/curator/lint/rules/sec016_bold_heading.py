"""SEC016: a line in bold where a heading belongs."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import Case, output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule


def _with(new: str) -> Case:
    good = parts().example
    assert good is not None
    return output(good.output.replace("### Usage", new))


class BoldHeading(RecordRule):
    """A line in bold stands for the heading of a section that is missing."""

    code = "SEC016"
    name = "bold-heading"
    severity = Severity.ERROR
    why = (
        "It looks like a heading and is none: whoever reads the structure finds no section, and the"
        " model learns to imitate the look."
    )
    fix_safety = "Writes the heading in its place; safe, since nothing else changes."
    valid = (parts(), _with("### Usage\n\n**Usage**"), parts(usage='print("""\n**Usage**\n""")'))
    invalid = (_with("**Usage**"), _with("__Usage:__"), _with("**Usage**:"))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such line."""
        for one in record.misnamed:
            if one.kind == "bold":
                heading = record.profile.heading(one.spec)
                yield Hit(
                    f"This line should be the heading `{heading}`.",
                    span=one.span,
                    fix=Fix(f"Write {heading}", "/output", *one.span, heading, Safety.SAFE),
                )
