"""SEC014: more code in a section than its first block."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class SeveralCodeBlocks(RecordRule):
    """A section that must hold code has a second block of that language.

    Only the first block of a section is read by the other rules and run by the sandbox. Blocks of
    another language, such as what a program prints, are free.
    """

    code = "SEC014"
    name = "several-code-blocks"
    severity = Severity.WARNING
    needs = "sections"
    why = (
        "What stands in the second block is run by nobody, so it trains unproven; one block a"
        " section is what can be copied whole."
    )
    valid = (
        parts(),
        output("### Usage\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n"),
        output("### Notes\n\n```python\n1\n```\n\n```python\n2\n```\n"),
    )
    invalid = (output("### Usage\n\n```python\nprint(1)\n```\n\n```python\nprint(2)\n```\n"),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each further block."""
        for section in record.answer.sections:
            spec = section.spec
            if spec is None or not spec.code:
                continue
            # What follows a line that stands for the next heading belongs to that one.
            end = min(
                (m.span.start for m in record.misnamed if m.span.start > section.body.start),
                default=section.body.end,
            )
            for block in section.blocks[1:]:
                same = block.language == spec.code or (spec.code == "python" and block.is_python)
                if same and block.span.start < end:
                    yield Hit(
                        f"This is the second block of {spec.code} in the section `{spec.title}`.",
                        span=block.span,
                    )
