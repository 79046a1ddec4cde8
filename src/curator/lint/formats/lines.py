"""Formats of one line, or one object, a finding."""

from __future__ import annotations

from collections.abc import Sequence

from curator.lint.finding import Finding, Severity
from curator.lint.formats.base import Format, RawOf, Summary, dump_lines, paint, place
from curator.terminal import one_line, visible


class Concise(Format):
    """``path:line place CODE message [id]``: one line a finding, for people and for grep."""

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Return a line for each finding."""
        lines = []
        path, shown, line, start = "", "", -1, ""
        spot, where = ("", 0, 0), ""
        for one in findings:
            # Findings of one row come together, and often at one place of it.
            if one.line != line or one.path != path:
                if one.path != path:
                    path, shown = one.path, visible(one.path)
                line = one.line
                start = paint(f"{shown}:{line}", "bold", color=self.color)
            if (one.pointer, one.start, one.end) != spot:
                spot = (one.pointer, one.start, one.end)
                where = f" {found}" if (found := place(one)) else ""
            code = paint(one.code, one.severity, color=self.color) if self.color else one.code
            mark = " [*]" if one.fix is not None else ""
            name = paint(f"  [{one_line(one.id, 40)}]", "dim", color=self.color) if one.id else ""
            lines.append(f"{start}{where} {code}{mark} {visible(one.message)}{name}\n")
        return "".join(lines)


class Json(Format):
    """An array of findings."""

    def __init__(self, *, color: bool = False) -> None:
        super().__init__(color=color)
        self._first = True

    def begin(self) -> str:
        """Open the array."""
        return "["

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Return the findings with commas between them."""
        if not findings:
            return ""
        lines = dump_lines([one.public for one in findings]).removesuffix("\n").split("\n")
        before = "\n  " if self._first else ",\n  "
        self._first = False
        return before + ",\n  ".join(lines)

    def end(self, summary: Summary) -> str:  # noqa: ARG002
        """Close the array."""
        return "]\n" if self._first else "\n]\n"


class JsonLines(Format):
    """One JSON object a line."""

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Return a line for each finding."""
        return dump_lines([one.public for one in findings])


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class GitHub(Format):
    """Workflow commands, which GitHub shows beside the lines of a change."""

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Return a command for each finding."""
        return "".join(
            f"::{_COMMANDS[one.severity]} file={_property(one.path)},line={one.line},"
            f"title={_property(f'{one.code} {one.name}')}::{_data(_message(one))}\n"
            for one in findings
        )


def _message(finding: Finding) -> str:
    where = place(finding)
    return visible(f"{where}: {finding.message}" if where else finding.message)


def _data(text: str) -> str:
    """Escape what ends a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape what ends a command's property."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
