"""SEC002: sections that stand in another order than the profile's."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


def _answer(*sections: tuple[str, str]) -> str:
    return "\n".join(f"### {title}\n\n```python\n{code}\n```\n" for title, code in sections)


class SectionOrder(RecordRule):
    """A section stands after one that it should stand before."""

    code = "SEC002"
    name = "section-order"
    severity = Severity.ERROR
    needs = "sections"
    why = (
        "A model writes from first to last: where the order varies, it cannot know what comes next,"
        " and a test or a usage before the solution cannot run."
    )
    valid = (
        parts(),
        output(_answer(("Solution", GOOD_SOLUTION), ("Sanity test", GOOD_TEST))),
    )
    invalid = (
        output(
            _answer(("Solution", GOOD_SOLUTION), ("Sanity test", GOOD_TEST), ("Usage", GOOD_USAGE))
        ),
        output(
            _answer(("Sanity test", GOOD_TEST), ("Usage", GOOD_USAGE), ("Solution", GOOD_SOLUTION))
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each section that comes too late, at its heading."""
        order = {spec.key: place for place, spec in enumerate(record.profile.section)}
        latest = -1
        before = ""
        for spec in dict.fromkeys(s.spec for s in record.answer.sections if s.spec):
            section = record.answer.section(spec.key)
            if order[spec.key] > latest:
                latest, before = order[spec.key], spec.title
            elif section is not None:
                yield Hit(
                    f"The section `{spec.title}` stands after `{before}` and belongs before it.",
                    span=section.heading,
                )
