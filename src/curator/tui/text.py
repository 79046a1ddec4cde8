"""Untrusted text on the screen: always as content, never as markup, never as escapes.

Everything that comes from a file, a model or an error passes through here on its way to a widget.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from curator.errors import CuratorError
from curator.lint import Severity
from curator.terminal import one_line, visible
from curator.terminal import plural as plural  # noqa: PLC0414 - offered from here too

#: Colour is never the only sign: each verdict has a mark of its own.
OK, ERROR, WARNING, TWIN, INFO, PENDING = "✓", "✗", "!", "≈", "i", "·"

MARKS = {Severity.ERROR: ERROR, Severity.WARNING: WARNING, Severity.INFO: INFO}
STYLES = {
    OK: "$text-success",
    ERROR: "$text-error",
    WARNING: "$text-warning",
    TWIN: "$text-accent",
    INFO: "$text-primary",
    PENDING: "$muted",
}


def safe(text: str, style: str = "") -> Content:
    """Return any text as content that shows it as it is, line feeds kept."""
    return Content.styled(visible(text, newlines=True), style)


def safe_line(text: str, width: int = 200, style: str = "") -> Content:
    """Return any text as one line of content, cut at `width` characters with ``…``."""
    return Content.styled(one_line(text, width), style)


def row_title(instruction: str, width: int) -> str:
    """Return what a row is called by: the beginning of its instruction as visible text."""
    return one_line(instruction, width).strip() or "no instruction"


def mark(sign: str) -> Content:
    """Return one of the verdict marks in its colour."""
    return Content.styled(sign, STYLES.get(sign, ""))


def join(parts: Iterable[Content | str], separator: str = "   ") -> Content:
    """Return the parts that are not empty, side by side."""
    contents = [part if isinstance(part, Content) else Content(part) for part in parts]
    return Content(separator).join([part for part in contents if len(part)])


def put(static: Static, content: Content) -> None:
    """Show content in its place, with as little work as that needs.

    A layout draws the whole screen anew, some 30 ms of it; lines that stay as long as they were
    need none.
    """
    shown = static.content
    if isinstance(shown, Content) and shown.is_same(content):
        return
    same = isinstance(shown, Content) and [line.cell_length for line in shown.split("\n")] == [
        line.cell_length for line in content.split("\n")
    ]
    static.update(content, layout=not same)


def error_text(error: CuratorError) -> str:
    """Return an error's sentences as visible text."""
    return visible(str(error), newlines=True)
