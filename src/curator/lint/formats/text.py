"""Findings as a compiler shows them: where, what, and the line itself with carets under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from curator.lint.finding import Finding, Safety, Severity
from curator.lint.formats.base import Format, RawOf, paint
from curator.lint.pointer import text_at
from curator.store.rows import row_from_bytes
from curator.terminal import one_line, visible

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDTH = 100
_BEFORE = 40
_MENDS = {
    Safety.SAFE: "--fix",
    Safety.UNSAFE: "--unsafe-fixes",
    Safety.DISPLAY: "by hand",
}
_FIELDS = msgspec.json.Decoder(dict[str, Any])


class Text(Format):
    """Findings with the offending line, in several lines each."""

    def __init__(self, *, color: bool = False) -> None:
        super().__init__(color=color)
        self._kinds: dict[tuple[str, Severity], str] = {}

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:
        """Return some findings."""
        return self.joined(findings, self.pieces(findings, raw_of))

    def joined(self, findings: Sequence[Finding], pieces: Sequence[str]) -> str:
        """Return findings as text, each with its place before its piece."""
        path, shown, line = "", "", -1
        whole: list[str] = []
        for one, piece in zip(findings, pieces, strict=True):
            if one.line != line or one.path != path:
                if one.path != path:
                    path, shown = one.path, visible(one.path)
                line = one.line
                start = paint(f"{shown}:{line}", "bold", color=self.color)
            whole.append(f"{start}: {piece}")
        return "".join(whole)

    def pieces(self, findings: Sequence[Finding], raw_of: RawOf) -> list[str]:
        """Return what is shown of each finding, wherever its row stands."""
        pieces: list[str] = []
        path, line = "", -1
        texts = _Texts(None)
        for one in findings:
            if one.line != line or one.path != path:
                # Findings of one row come together, so each row is read once.
                path, line, texts = one.path, one.line, _Texts(raw_of(one))
            place = (one.pointer, one.start, one.end, one.severity)
            excerpt = texts.excerpts.get(place)
            if excerpt is None:
                text = texts.of(one)
                excerpt = self._excerpt(one, text) if text is not None else ""
                texts.excerpts[place] = excerpt
            name = paint(f"  [{one_line(one.id, 40)}]", "dim", color=self.color) if one.id else ""
            fix = one.fix
            mend = f"   = fix: {visible(fix.title)} ({_MENDS[fix.safety]})\n" if fix else ""
            kind = self._kinds.get((one.code, one.severity)) or self._kind(one)
            pieces.append(f"{kind}{visible(one.message)}{name}\n{excerpt}{mend}\n")
        return pieces

    def _kind(self, finding: Finding) -> str:
        """Return what a finding's code says of it, the same for all of the code."""
        code = paint(f"{finding.severity}[{finding.code}]", finding.severity, color=self.color)
        kind = self._kinds[finding.code, finding.severity] = f"{code} {finding.name}: "
        return kind

    def _excerpt(self, finding: Finding, text: str) -> str:
        """Return the line that a finding begins in, and carets under what it is about."""
        begin, line, number = _line_at(text, finding.start)
        column = finding.start - begin
        stop = max(min(finding.end - begin, len(line)), column)
        field = visible(finding.pointer.lstrip("/")) or "row"
        blank = " " * len(str(number))
        head, tail = "", ""
        if len(line) <= _WIDTH and line.isascii() and line.isprintable():
            # What nearly every line is: it is shown as it stands, a cell a character. What is about
            # the line's end may stand behind the line break, where nothing is drawn.
            shown, before, wide = line, min(column, len(line)), stop - column
        else:
            # A long line is cut around what it is about.
            first = max(0, column - _BEFORE) if len(line) > _WIDTH else 0
            shown = visible(line[first : first + _WIDTH])
            head, tail = "…" if first else "", "…" if len(line) > first + _WIDTH else ""
            before = _cells(visible(line[first:column])) + len(head)
            wide = _cells(visible(line[column : min(stop, first + _WIDTH)]))
        carets = paint("^" * (wide or 1), finding.severity, color=self.color)
        return (
            f"  --> {field}, line {number}, column {column + 1}\n"
            f" {blank} |\n"
            f" {number} | {head}{shown}{tail}\n"
            f" {blank} | {' ' * before}{carets}\n"
        )


class _Texts:
    """The texts of a row, read when the first of them is asked for.

    Args:
        raw: The row, or None where it is gone.

    Attributes:
        excerpts: What was shown of them so far: three sections may be missing at one place.
    """

    def __init__(self, raw: bytes | None) -> None:
        self.excerpts: dict[tuple[str, int, int, Severity], str] = {}
        self._raw = raw
        self._fields: Mapping[str, Any] | None = None

    def of(self, finding: Finding) -> str | None:
        """Return the text that a finding's span counts in, or None where it is about no text."""
        if self._raw is None or not (finding.start or finding.end):
            return None
        if not finding.pointer:
            return self._raw.decode("utf-8", "surrogateescape")
        if self._fields is None:
            self._fields = _fields_of(self._raw)
        return text_at(self._fields, finding.pointer)


def _fields_of(raw: bytes) -> Mapping[str, Any]:
    """Return the fields of a row that a rule has looked into, so that it is known to be sound."""
    try:
        return _FIELDS.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Stricter than our own reader in a few numbers.
        example = row_from_bytes(raw, line=1, start=0).example
        return example.fields if example is not None else {}


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
