"""How a row changes, as a unified diff of its decoded texts.

A diff of the lines of the file would show one endless line against another; what a person reviews
is the text.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from curator.example import Example
from curator.terminal import visible

_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def changes_of(path: str, line: int, before: Example, after: Example, *, color: bool) -> str:
    """Return the diff of one row, a part for each field that changes.

    Args:
        path: Its file.
        line: Its line there.
        before: What it was.
        after: What it is.
        color: Whether terminal colours are wanted.
    """
    return "".join(_lines(path, line, before, after, color=color))


def _lines(path: str, line: int, before: Example, after: Example, *, color: bool) -> Iterator[str]:
    for key, old in before.fields.items():
        new = after.fields[key]
        if old == new or not isinstance(old, str) or not isinstance(new, str):
            continue
        name = f"{path}:{line}/{key}"
        for text in difflib.unified_diff(
            old.splitlines(), new.splitlines(), name, name, lineterm=""
        ):
            shown = visible(text, tabs=True)
            style = _COLORS.get(text[:1], "") if color else ""
            yield f"{style}{shown}\x1b[0m\n" if style else f"{shown}\n"
