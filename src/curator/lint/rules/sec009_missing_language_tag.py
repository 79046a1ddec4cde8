"""SEC009: a fence that does not say which language is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule

_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*(?:\r\n|\r|\n)$")


class MissingLanguageTag(RecordRule):
    """The code of a section stands in a fence without a language."""

    code = "SEC009"
    name = "missing-language-tag"
    severity = Severity.WARNING
    needs = "sections"
    why = (
        "Readers and programs find code by its tag; where some examples leave it out, so will the"
        " model."
    )
    fix_safety = "Writes the language that the profile gives the section; safe."
    valid = (parts(), output("### Usage\n\n```py\nprint(1)\n```\n"), output("```\nfree\n```\n"))
    invalid = (
        output("### Usage\n\n```\nprint(1)\n```\n"),
        output("### Usage\n\n~~~~\nprint(1)\n~~~~\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such block, at its opening fence."""
        text = record.example.output
        for section in record.answer.sections:
            spec, block = section.spec, section.code
            if spec is None or not spec.code or block is None or block.language:
                continue
            opening = _OPENING.search(text, section.body.start, block.span.start)
            if opening is None:
                continue
            yield Hit(
                f"The fence of the section `{spec.title}` names no language.",
                span=Span(*opening.span(1)),
                fix=Fix(
                    f"Write {spec.code} after the fence",
                    "/output",
                    opening.end(1),
                    opening.end(1),
                    spec.code,
                    Safety.SAFE,
                ),
            )
