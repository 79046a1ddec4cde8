"""What a rule says about an example.

These are `msgspec` structs and not dataclasses because a large file has hundreds of thousands of
findings: they are made four times as fast, and the cache reads them back without any code of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest, rising."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Safety(StrEnum):
    """Whether a fix can be applied without reading it."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Edit(msgspec.Struct, frozen=True, array_like=True):
    """One replacement within a text.

    Attributes:
        start: First character to replace.
        end: The character after the last.
        text: What to put there.
    """

    start: int
    end: int
    text: str


class Fix(msgspec.Struct, frozen=True, array_like=True):
    """A change to one text of the record that resolves a finding.

    Attributes:
        title: What it does, as a command: "Add the section".
        pointer: JSON pointer of the text it changes.
        start: First character to replace.
        end: The character after the last.
        text: What to put there.
        safety: Whether it may be applied unread.
    """

    title: str
    pointer: str
    start: int
    end: int
    text: str
    safety: Safety

    @classmethod
    def of(
        cls, title: str, text: str, edits: Sequence[Edit], safety: Safety, pointer: str = "/output"
    ) -> Fix:
        """Return the fix that makes several edits of one text at once.

        Args:
            title: What it does, as a command.
            text: The text that is edited.
            edits: The edits, which must not overlap.
            safety: Whether it may be applied unread.
            pointer: JSON pointer of the text.
        """
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        start, end = ordered[0].start, ordered[-1].end
        pieces, place = [], start
        for edit in ordered:
            pieces += [text[place : edit.start], edit.text]
            place = edit.end
        return cls(title, pointer, start, end, "".join(pieces), safety)


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing a rule found.

    Attributes:
        code: The rule's code, which never changes its meaning.
        name: The rule's name.
        severity: How much it matters.
        message: What is wrong, in one sentence that may quote the example.
        path: The file, as the caller named it; empty for an example that is in no file.
        line: The row's line in the file, from 1; 0 for an example that is in no file.
        id: The example's own id, where it has one.
        pointer: JSON pointer of the field, empty for the row as a whole.
        start: First character within that field's text (within the row where `pointer` is empty).
        end: The character after the last.
        fix: A change that resolves it, where the rule knows one.
        digest: Hash of the row's content, by which a baseline knows it; empty outside of files.
        crashed: Whether this is no finding but a rule that broke down over the row.
    """

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    line: int
    id: str | None
    pointer: str
    start: int
    end: int
    fix: Fix | None = None
    digest: str = ""
    crashed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values, in the documented order."""
        values: dict[str, Any] = msgspec.to_builtins(self.public)
        return values

    @property
    def public(self) -> Public:
        """The finding as it is told to other programs."""
        fix = self.fix
        return Public(
            self.code,
            self.name,
            self.severity,
            self.message,
            self.path,
            self.line,
            self.id,
            self.pointer,
            self.start,
            self.end,
            None
            if fix is None
            else PublicFix(fix.title, fix.pointer, fix.start, fix.end, fix.text, fix.safety),
        )


class PublicFix(msgspec.Struct, frozen=True, gc=False):
    """A fix as it is told to other programs; see `Fix`."""

    title: str
    pointer: str
    start: int
    end: int
    text: str
    safety: Safety


class Public(msgspec.Struct, frozen=True, gc=False):
    """A finding as it is told to other programs; see `Finding`."""

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    line: int
    id: str | None
    pointer: str
    start: int
    end: int
    fix: PublicFix | None
