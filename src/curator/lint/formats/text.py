"""Findings as a compiler shows them: where, what, and the line itself with carets under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from curator.lint.finding import Finding, Safety, Severity
from curator.lint.formats.base import Format, RawOf, paint
from curator.store.rows import row_from_bytes
from curator.terminal import one_line, visible

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDTH = 100
_BEFORE = 40


class Text(Format):
    """Findings with the offending line, in several lines each."""

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:
        """Return some findings."""
        pieces: list[str] = []
        row: tuple[str, int] | None = None
        texts = _Texts(None)
        for one in findings:
            if (one.path, one.line) != row:
                # Findings of one row come together, so each row is read once.
                row, texts = (one.path, one.line), _Texts(raw_of(one))
            pieces.append(self._one(one, texts))
        return "".join(pieces)

    def _one(self, finding: Finding, texts: _Texts) -> str:
        start = paint(f"{visible(finding.path)}:{finding.line}", "bold", color=self.color)
        kind = paint(f"{finding.severity}[{finding.code}]", finding.severity, color=self.color)
        name = (
            paint(f"  [{one_line(finding.id, 40)}]", "dim", color=self.color) if finding.id else ""
        )
        lines = [f"{start}: {kind} {finding.name}: {visible(finding.message)}{name}"]
        place = (finding.pointer, finding.start, finding.end, finding.severity)
        if place not in texts.excerpts:
            text = texts.of(finding)
            texts.excerpts[place] = self._excerpt(finding, text) if text is not None else []
        lines += texts.excerpts[place]
        fix = finding.fix
        if fix is not None:
            kinds = {
                Safety.SAFE: "--fix",
                Safety.UNSAFE: "--unsafe-fixes",
                Safety.DISPLAY: "by hand",
            }
            lines.append(f"   = fix: {visible(fix.title)} ({kinds[fix.safety]})")
        return "\n".join(lines) + "\n\n"

    def _excerpt(self, finding: Finding, text: str) -> list[str]:
        """Return the line that a finding begins in, and carets under what it is about."""
        begin, line, number = _line_at(text, finding.start)
        column = finding.start - begin
        stop = max(min(finding.end - begin, len(line)), column)
        field = visible(finding.pointer.lstrip("/")) or "row"
        where = f"  --> {field}, line {number}, column {column + 1}"
        # A long line is cut around what it is about.
        first = max(0, column - _BEFORE) if len(line) > _WIDTH else 0
        shown = visible(line[first : first + _WIDTH])
        before = visible(line[first:column])
        marked = visible(line[column : min(stop, first + _WIDTH)])
        carets = "^" * max(1, _cells(marked))
        head, tail = "…" if first else "", "…" if len(line) > first + _WIDTH else ""
        pad = " " * (_cells(before) + len(head))
        gutter = str(number)
        blank = " " * len(gutter)
        return [
            where,
            f" {blank} |",
            f" {gutter} | {head}{shown}{tail}",
            f" {blank} | {pad}{paint(carets, finding.severity, color=self.color)}",
        ]


class _Texts:
    """The texts of a row, read when the first of them is asked for.

    Args:
        raw: The row, or None where it is gone.

    Attributes:
        excerpts: What was shown of them so far: three sections may be missing at one place.
    """

    def __init__(self, raw: bytes | None) -> None:
        self.excerpts: dict[tuple[str, int, int, Severity], list[str]] = {}
        self._raw = raw
        self._fields: Mapping[str, Any] | None = None

    def of(self, finding: Finding) -> str | None:
        """Return the text that a finding's span counts in, or None where it is about no text."""
        if self._raw is None or not (finding.start or finding.end):
            return None
        if not finding.pointer:
            return self._raw.decode("utf-8", "surrogateescape")
        if self._fields is None:
            example = row_from_bytes(self._raw, line=1, start=0).example
            self._fields = example.fields if example is not None else {}
        key = finding.pointer.removeprefix("/").replace("~1", "/").replace("~0", "~")
        value = self._fields.get(key)
        return value if isinstance(value, str) else None


def _line_at(text: str, offset: int) -> tuple[int, str, int]:
    """Return the line that holds a character: where it begins, its text, its number from 1."""
    if "\r" not in text and (offset < len(text) or not text.endswith("\n")):
        begin = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        return begin, text[begin : len(text) if end < 0 else end], text.count("\n", 0, begin) + 1
    begin, number = 0, 1
    for match in _LINE_END.finditer(text):
        if match.end() > offset:
            return begin, text[begin : match.start()], number
        begin, number = match.end(), number + 1
    if begin == len(text) and number > 1 and offset == len(text):
        # After the last line end there is nothing to show: the line before it is meant.
        earlier = _LINE_END.split(text[:begin])
        last = earlier[-2]
        end = len(text) - (2 if text.endswith("\r\n") else 1)
        return end - len(last), last, number - 1
    return begin, text[begin:], number


def _cells(text: str) -> int:
    """Return how many terminal cells a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
