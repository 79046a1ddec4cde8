"""Docstrings in Google's style, read leniently.

A reader that gives up on the first malformed line would report a whole part as missing because of
one forgotten colon. Here every part is read on its own, and a line that is no entry is only not an
entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Part = Literal["args", "returns", "yields", "raises", "other"]

_PARTS: dict[str, Part] = {
    **dict.fromkeys(("args", "arguments", "parameters", "params"), "args"),
    **dict.fromkeys(("keyword args", "keyword arguments", "other parameters"), "args"),
    **dict.fromkeys(("returns", "return"), "returns"),
    **dict.fromkeys(("yields", "yield"), "yields"),
    **dict.fromkeys(("raises", "raise", "except", "exceptions"), "raises"),
    **dict.fromkeys(("attributes", "example", "examples", "methods", "note", "notes"), "other"),
    **dict.fromkeys(("references", "see also", "tip", "todo", "usage", "warning"), "other"),
    **dict.fromkeys(("warnings", "warns"), "other"),
}
_HEADER = re.compile(r"([A-Za-z][A-Za-z ]*):[ \t]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BULLET = re.compile(r"\A[-*] +")
_DECORATION = str.maketrans("", "", "\\`")


class GoogleEntry(NamedTuple):
    """One line of a part: a name, perhaps a type, and what is said about it."""

    name: str
    type_name: str | None
    description: str


class GoogleDocstring(NamedTuple):
    """The parts of a docstring.

    Attributes:
        summary: Its first line; empty where it begins with a part.
        entries: The entries of Args and Raises, by part.
        present: The parts that say something.
    """

    summary: str
    entries: dict[Part, tuple[GoogleEntry, ...]]
    present: frozenset[Part]


def read_google(text: str) -> GoogleDocstring:
    """Read a docstring whose indentation has been removed. Any text can be read."""
    lines = _LINE_END.split(text)
    headers = [
        (index, part) for index, line in enumerate(lines) if (part := _part_of(line)) is not None
    ]
    first = headers[0][0] if headers else len(lines)
    summary = next((line.strip() for line in lines[:first] if line.strip()), "")
    entries: dict[Part, tuple[GoogleEntry, ...]] = {}
    present: set[Part] = set()
    for index, part in headers:
        body = list(_body(lines, index + 1))
        if any(line.strip() for line in body):
            present.add(part)
        entries[part] = (*entries.get(part, ()), *_entries(body))
    return GoogleDocstring(summary, entries, frozenset(present))


def _part_of(line: str) -> Part | None:
    match = _HEADER.fullmatch(line)
    return _PARTS.get(match[1].casefold()) if match else None


def _body(lines: list[str], start: int) -> Iterator[str]:
    """Yield the lines under a header: blank or indented ones."""
    for line in lines[start:]:
        if line.strip() and not line[0].isspace():
            return
        yield line


def _entries(body: list[str]) -> Iterator[GoogleEntry]:
    """Yield what the least indented lines of a part name."""
    filled = [line.expandtabs(4) for line in body if line.strip()]
    indent = len(filled[0]) - len(filled[0].lstrip()) if filled else 0
    for line in filled:
        if len(line) - len(line.lstrip()) <= indent:
            yield from _entry(_BULLET.sub("", line.strip()))


def _entry(line: str) -> Iterator[GoogleEntry]:
    """Yield what one line names: ``name (type): text``, or several names with commas."""
    stop = next((i for i, character in enumerate(line) if character in "(:"), len(line))
    names, rest = line[:stop], line[stop:]
    type_name = None
    if rest.startswith("("):
        close = _closing(rest)
        type_name, rest = rest[1:close], rest[close + 1 :].lstrip()
    elif not rest:
        # Without a colon only a bare name, or one set off by a dash, is an entry and not prose.
        names, dash, rest = names.partition(" - ")
        if not dash and " " in names.strip():
            return
    for name in names.translate(_DECORATION).split(","):
        if name.strip() and " " not in name.strip():
            yield GoogleEntry(name.strip(), type_name, rest.removeprefix(":").strip())


def _closing(text: str) -> int:
    """Return where the bracket that `text` begins with is closed, or the text's end."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return index
    return len(text)
