"""TXT005: blanks at the end of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import asking, case, output, parts
from curator.lint.finding import Edit, Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule

_TRAILING = re.compile(r"[ \t]+(?=\r?\n|\Z)")
_BREAK = re.compile(r"(?<=\S) {2}")


class TrailingBlanks(RecordRule):
    """Lines of the instruction or the output end with blanks or tabs.

    Two blanks at the end of a line of prose are Markdown's line break, and stay.
    """

    code = "TXT005"
    name = "trailing-blanks"
    severity = Severity.INFO
    why = (
        "They are tokens like any others: the model learns to write blanks that nobody sees, and at"
        " the end of an instruction they change how the answer begins."
    )
    fix_safety = (
        "Removes them. Safe in prose and at the end of the instruction; in code it is safe as long"
        " as no string spans lines there, and unsafe otherwise."
    )
    valid = (parts(), output("First line  \nand second.\n"), parts(usage="x = double(1)\n\ny = x"))
    invalid = (
        case(asking("Write a function that doubles a number. ")),
        parts(usage="print(double(4)) \nprint(double(5))"),
        output("Two blanks and a tab \t\nand more."),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each of the two texts, at the first such line."""
        for pointer, text in record.texts:
            if pointer == "/input" or not text.strip():
                continue
            found = list(_TRAILING.finditer(text)) if _may_trail(text) else []
            if pointer == "/output":
                found = [one for one in found if not self._is_break(record, text, one)]
            if not found:
                continue
            more = f"; {len(found):,} lines do" if len(found) > 1 else ""
            yield Hit(
                f"This line ends with blanks{more}.",
                pointer=pointer,
                span=Span(*found[0].span()),
                fix=Fix.of(
                    "Remove the blanks",
                    text,
                    [Edit(one.start(), one.end(), "") for one in found],
                    self._safety(record, pointer, found),
                    pointer,
                ),
            )

    @staticmethod
    def _is_break(record: Record, text: str, match: re.Match[str]) -> bool:
        if _BREAK.fullmatch(text, match.start(), match.end()) is None:
            return False
        return any(span.start <= match.start() < span.end for span in record.prose)

    @staticmethod
    def _safety(record: Record, pointer: str, found: list[re.Match[str]]) -> Safety:
        if pointer != "/output":
            return Safety.SAFE
        for block in record.answer.all_blocks:
            touched = any(block.span.start <= one.start() <= block.span.end for one in found)
            if touched and ('"""' in block.text or "'''" in block.text or not block.is_python):
                return Safety.UNSAFE
        return Safety.SAFE


def _may_trail(text: str) -> bool:
    return text[-1] in " \t" or " \n" in text or "\t\n" in text or (" \r" in text or "\t\r" in text)
