"""SEC015: a section's code under the tag of another language."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.terminal import one_line


class WrongLanguageTag(RecordRule):
    """The code of a section stands in a fence that names another language than the profile's."""

    code = "SEC015"
    name = "wrong-language-tag"
    severity = Severity.WARNING
    needs = "sections"
    why = (
        "Either the tag is wrong, and teaches the model to mislabel its code, or the code is in a"
        " language that was not asked for."
    )
    valid = (parts(), output("### Usage\n\n```py\nprint(1)\n```\n"))
    invalid = (output("### Usage\n\n```javascript\nconsole.log(1);\n```\n"),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such block, at its tag."""
        text = record.example.output
        for section in record.answer.sections:
            spec, block = section.spec, section.code
            if spec is None or not spec.code or block is None or not block.language:
                continue
            if block.language.casefold() == spec.code or (
                spec.code == "python" and block.is_python
            ):
                continue
            start = max(text.rfind(block.language, 0, block.span.start), section.body.start)
            language = one_line(block.language, 40).replace("`", "'")
            yield Hit(
                f"The fence says `{language}`, and the section `{spec.title}` holds {spec.code}.",
                span=Span(start, start + len(block.language)),
            )
