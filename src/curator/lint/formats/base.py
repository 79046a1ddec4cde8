"""What every format of findings has in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from curator.lint.finding import Finding, Severity
from curator.lint.rule import Rule
from curator.terminal import visible

#: Gives the bytes of the row that a finding is about, or None where they are gone.
RawOf = Callable[[Finding], bytes | None]


class Summary(msgspec.Struct, frozen=True):
    """What is known once all rows are read.

    Attributes:
        rows: How many rows were read, blank ones left out.
        files: The names of the files.
        rules: The rules that ran.
    """

    rows: int
    files: tuple[str, ...]
    rules: tuple[Rule, ...]


class Format:
    """A way to write findings; its methods return pieces of the output.

    Args:
        color: Whether terminal colours are wanted.
    """

    def __init__(self, *, color: bool = False) -> None:
        self.color = color

    def begin(self) -> str:
        """Return what stands before all findings."""
        return ""

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Return some findings.

        Args:
            findings: The next ones.
            raw_of: Gives the rows they are about; only good until the next ones come.
        """
        return ""

    def end(self, summary: Summary) -> str:  # noqa: ARG002
        """Return what stands after all findings."""
        return ""


_STYLES = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;34m",
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
}


def paint(text: str, style: Severity | str, *, color: bool) -> str:
    """Return text in a style, or as it is."""
    return f"{_STYLES[style]}{text}\x1b[0m" if color and text else text


def place(finding: Finding) -> str:
    """Return which field a finding is about, and from which character; empty for a whole row."""
    if not finding.pointer:
        return f"character {finding.start + 1}" if finding.end else ""
    name = visible(finding.pointer.lstrip("/"))
    return f"{name}[{finding.start}:{finding.end}]" if finding.end else name


def dump(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON that is safe to print.

    Where it holds anything that a terminal might act on, all that is not ASCII is escaped.
    """
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:
        # Half of a surrogate pair has no UTF-8 form.
        return json.dumps(value, indent=indent)
    text = (msgspec.json.format(raw, indent=indent) if indent else raw).decode("utf-8")
    return text if visible(text, newlines=True) == text else json.dumps(value, indent=indent)


_ENCODER = msgspec.json.Encoder()


def dump_lines(values: Sequence[Any]) -> str:
    """Return values as JSON, one a line, each safe to print as `dump` makes it.

    All at once where nothing in them is unusual, which takes a tenth of the time.
    """
    try:
        raw = _ENCODER.encode_lines(values)
    except UnicodeEncodeError:
        raw = b""
    # JSON escapes every control character of ASCII but this one.
    if raw.isascii() and b"\x7f" not in raw and (raw or not values):
        return raw.decode("ascii")
    return "".join(dump(msgspec.to_builtins(one)) + "\n" for one in values)


def fixable(findings: Iterable[Finding]) -> int:
    """Return how many findings have a fix."""
    return sum(finding.fix is not None for finding in findings)
