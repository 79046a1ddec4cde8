"""SEC011: a heading of another level than the profile's."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import Case, output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule


def _with(new: str) -> Case:
    good = parts().example
    assert good is not None
    return output(good.output.replace("### Usage", new))


class WrongHeadingLevel(RecordRule):
    """A section's heading is larger or smaller than the profile asks for."""

    code = "SEC011"
    name = "wrong-heading-level"
    severity = Severity.ERROR
    needs = "sections"
    why = (
        "Programs look for the heading as the profile has it, and a model that has met both levels"
        " writes either."
    )
    fix_safety = "Writes the heading as the profile has it; safe, since nothing else changes."
    valid = (parts(), _with("### Usage\n\n## In a script"), _with("### Usage ###"))
    invalid = (_with("## Usage"), _with("##### Usage"), _with("Usage\n====="))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such heading."""
        for section in record.answer.sections:
            if section.spec is None or section.level == record.profile.level:
                continue
            heading = record.profile.heading(section.spec)
            yield Hit(
                f"The heading `{section.spec.title}` has level {section.level}, and level"
                f" {record.profile.level} is asked for.",
                span=section.heading,
                fix=Fix(f"Write {heading}", "/output", *section.heading, heading, Safety.SAFE),
            )
