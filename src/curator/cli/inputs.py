"""Files of examples named on a command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curator.errors import InputError
from curator.example import Example
from curator.lint.sources import STDIN, STDIN_NAME
from curator.store import Row, read_rows, stream_rows


@dataclass(frozen=True, slots=True)
class Located:
    """An example and where it stands.

    Attributes:
        path: Its file, as named on the command line.
        line: Its line there, from 1.
        example: The example.
    """

    path: str
    line: int
    example: Example

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"


def once(paths: Iterable[str]) -> tuple[str, ...]:
    """Return paths in their order, a file that is named again left out.

    Patterns of a shell overlap, and a file beside itself is all duplicates.

    Raises:
        InputError: A path is empty.
    """
    named: dict[str, str] = {}
    for path in paths:
        if not path:
            raise InputError("A path is empty.", hint="Is there a variable that is not set?")
        named.setdefault(STDIN if path == STDIN else os.path.realpath(path), path)
    return tuple(named.values())


def sources(paths: Iterable[str]) -> list[tuple[str, Iterator[Row]]]:
    """Return each path's rows under its name; ``-`` is standard input as JSON Lines.

    Files are opened when their rows are asked for.
    """
    return [
        (STDIN_NAME, stream_rows(sys.stdin.buffer))
        if path == STDIN
        else (path, read_rows(Path(path)))
        for path in paths
    ]


def read_examples(paths: Sequence[str]) -> tuple[list[Located], int]:
    """Return all examples of some files, each read once, and how many rows could not be read.

    Raises:
        InputError: A path is empty or cannot be read at all.
    """
    found: list[Located] = []
    unreadable = 0
    for name, rows in sources(once(paths)):
        before, first = len(found), None
        for row in rows:
            if row.example is not None:
                found.append(Located(name, row.line, row.example))
            elif row.problem is not None and row.problem.kind != "blank":
                first = first or row
                unreadable += 1
        if first is not None and first.problem is not None and len(found) == before:
            raise InputError(
                f"No row of this file can be read. {first.problem.message}",
                path=name,
                line=first.line,
                hint="Examples are JSON Lines in UTF-8, or a JSON array whose name ends in .json.",
            )
    return found, unreadable
