"""SEC013: a heading in other capitals than the profile's."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import Case, output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule


def _with(new: str) -> Case:
    good = parts().example
    assert good is not None
    return output(good.output.replace("### Sanity test", new))


class WrongCapitals(RecordRule):
    """A section's title is written in other capitals than the profile's."""

    code = "SEC013"
    name = "wrong-capitals"
    severity = Severity.WARNING
    needs = "sections"
    why = (
        "Programs look for the heading as the profile has it, and a model that has met both"
        " spellings writes either."
    )
    fix_safety = "Writes the heading as the profile has it; safe, since nothing else changes."
    valid = (parts(), _with("###   Sanity   test"))
    invalid = (_with("### Sanity Test"), _with("### SANITY TEST"))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such heading."""
        for section in record.answer.sections:
            if section.spec is None or " ".join(section.title.split()) == section.spec.title:
                continue
            heading = f"{'#' * section.level} {section.spec.title}"
            yield Hit(
                f"The title should be written `{section.spec.title}`.",
                span=section.heading,
                fix=Fix(f"Write {heading}", "/output", *section.heading, heading, Safety.SAFE),
            )
