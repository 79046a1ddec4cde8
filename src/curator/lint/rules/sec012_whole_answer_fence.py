"""SEC012: one fence around the whole answer."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span, render
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, output, parts
from curator.lint.finding import Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule


class WholeAnswerFence(RecordRule):
    """One fence stands around the whole answer, with the headings inside.

    Such an answer is unwrapped before it is read, so the other rules judge it like any other.
    """

    code = "SEC012"
    name = "whole-answer-fence"
    severity = Severity.INFO
    why = (
        "Inside a fence the headings are code: they do not show as headings, and the block as a"
        " whole is no program that could be copied and run."
    )
    fix_safety = (
        "Gives each section a fence of its own; safe, since the code stays as it is. Offered where"
        " every section is there once, in order, and nothing else would be lost."
    )
    valid = (
        parts(),
        output(f"```python\n{GOOD_SOLUTION}\n# Usage\n{GOOD_USAGE}\n```\n"),
    )
    invalid = (
        output(
            f"```python\n### Solution\n\n{GOOD_SOLUTION}\n\n### Usage\n\n{GOOD_USAGE}\n\n"
            f"### Sanity test\n\n{GOOD_TEST}\n```"
        ),
        output(f"~~~\n### Solution\n\n{GOOD_SOLUTION}\n~~~\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the fence, with a fix where the answer is otherwise whole."""
        fence = record.answer.fence
        if fence is not None:
            text = record.example.output
            start = len(text) - len(text.lstrip())
            yield Hit(
                "One fence stands around the whole answer.",
                span=Span(start, len(text[: fence.span.start].rstrip("\r\n"))),
                fix=_fix(record),
            )


def _fix(record: Record) -> Fix | None:
    """Return the answer with a fence in each section, or None if anything would be lost."""
    answer = record.answer
    specs = record.profile.section
    if tuple(section.spec for section in answer.sections) != specs or answer.preamble.end > (
        answer.preamble.start
    ):
        return None
    written: dict[str, str] = {}
    for section, spec in zip(answer.sections, specs, strict=True):
        if not spec.code or section.prose or len(section.blocks) != 1:
            return None
        written[spec.key] = section.blocks[0].code
    return Fix(
        title="Give each section a fence of its own",
        pointer="/output",
        start=0,
        end=len(record.example.output),
        text=render(written, record.profile),
        safety=Safety.SAFE,
    )
