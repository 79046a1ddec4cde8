"""SEC003: a section that is there more than once."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import GOOD_TEST, Case, output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


def _with_another_test() -> Case:
    good = parts().example
    assert good is not None
    return output(f"{good.output}\n### Sanity test\n\n```python\n{GOOD_TEST}\n```\n")


class DuplicatedSection(RecordRule):
    """A section of the profile stands in the answer more than once.

    Only the first is read by the other rules and run by the sandbox.
    """

    code = "SEC003"
    name = "duplicated-section"
    severity = Severity.ERROR
    needs = "sections"
    why = (
        "A second section of the same name teaches the model to go round in circles instead of"
        " ending its answer."
    )
    valid = (
        parts(),
        parts(test="# ### Sanity test\nassert double(1) == 2"),
    )
    invalid = (_with_another_test(),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each repetition, at its heading."""
        seen: set[str] = set()
        for section in record.answer.sections:
            if section.spec is None:
                continue
            if section.spec.key in seen:
                yield Hit(
                    f"The section `{section.spec.title}` is here more than once.",
                    span=section.heading,
                )
            seen.add(section.spec.key)
