"""What a rule says about an example."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Safety(StrEnum):
    """Whether a fix can be applied without reading it."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Fix:
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


@dataclass(frozen=True, slots=True)
class Finding:
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

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values, in the documented order."""
        fix = self.fix
        return {
            "code": self.code,
            "name": self.name,
            "severity": str(self.severity),
            "message": self.message,
            "path": self.path,
            "line": self.line,
            "id": self.id,
            "pointer": self.pointer,
            "start": self.start,
            "end": self.end,
            "fix": fix
            and {
                "title": fix.title,
                "pointer": fix.pointer,
                "start": fix.start,
                "end": fix.end,
                "text": fix.text,
                "safety": str(fix.safety),
            },
        }
