"""SEC006: a heading that nearly has the right title."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import Case, output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule


def _with(old: str, new: str) -> Case:
    good = parts().example
    assert good is not None
    return output(good.output.replace(old, new))


class MisspeltSection(RecordRule):
    """A heading nearly has the title of a section that is missing, or lacks its blank.

    "### Usage:", "### Sanity tests" and "###Usage" are not the headings that the profile asks for.
    """

    code = "SEC006"
    name = "misspelt-section"
    severity = Severity.ERROR
    why = (
        "The headings are the part of the format that a model picks up first and that programs look"
        " for; each variant is one more that it may write."
    )
    fix_safety = "Writes the heading as the profile has it; safe, since nothing else changes."
    valid = (parts(), _with("### Usage", "### Examples"))
    invalid = (
        _with("### Usage", "### Usage:"),
        _with("### Sanity test", "### Sanity tests"),
        _with("### Usage", "###Usage"),
        _with("### Solution", "### Soluton"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such heading."""
        for one in record.misnamed:
            if one.kind == "misspelt":
                heading = record.profile.heading(one.spec)
                yield Hit(
                    f"This should be the heading `{heading}`.",
                    span=one.span,
                    fix=Fix(f"Write {heading}", "/output", *one.span, heading, Safety.SAFE),
                )
