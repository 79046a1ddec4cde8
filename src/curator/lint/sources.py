"""Where rows come from: each row's line and bytes, whatever file it stands in."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from curator.store.rows import is_array, open_binary, read_array

#: The name of standard input on a command line, and in findings.
STDIN = "-"
STDIN_NAME = "<stdin>"


@dataclass(frozen=True)
class Source:
    """Rows under one name.

    Attributes:
        name: What findings call it.
        rows: For each row its line, its bytes without the line end, and whether a byte order
            mark stands before it. A file is opened when its rows are asked for.
        ignore: Codes or prefixes that are left out here.
    """

    name: str
    rows: Iterable[tuple[int, bytes, bool]]
    ignore: tuple[str, ...] = ()


def source_of(path: Path | str, ignore: Sequence[str] = ()) -> Source:
    """Return the rows of a file, or of standard input where the path is ``-``."""
    if str(path) == STDIN:
        return Source(STDIN_NAME, stream_lines(sys.stdin.buffer), tuple(ignore))
    return Source(str(path), file_lines(Path(path)), tuple(ignore))


def file_lines(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the rows of a JSON Lines file, or of a file that is one JSON array.

    Raises:
        InputError: As `curator.store.read_rows`.
    """
    if path.suffix.lower() == ".json" and is_array(path):
        with open_binary(path) as file:
            data = file.read()
        bom = data.startswith(codecs.BOM_UTF8)
        for row in read_array(data, path):
            yield row.line, data[row.start : row.end], bom
            bom = False
        return
    with open_binary(path) as file:
        yield from stream_lines(file)


def stream_lines(file: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the rows of JSON Lines from an open binary file."""
    for number, raw in enumerate(file, start=1):
        bom = number == 1 and raw.startswith(codecs.BOM_UTF8)
        body = raw[len(codecs.BOM_UTF8) :] if bom else raw
        yield number, body.rstrip(b"\r\n"), bom


def ignored_for(
    path: str, patterns: Mapping[str, Sequence[str]], root: Path | None
) -> tuple[str, ...]:
    """Return the codes that a project leaves out for a path.

    Args:
        path: The file, as the caller named it.
        patterns: Codes by pattern: ``data/raw/*``, counted from the project, or ``*.json``.
        root: The project's folder.
    """
    if not patterns:
        return ()
    names = {path, Path(path).name}
    if root is not None:
        whole = Path(path).absolute()
        if whole.is_relative_to(root):
            names.add(whole.relative_to(root).as_posix())
    return tuple(
        code
        for pattern, codes in patterns.items()
        if any(fnmatch(name, pattern) for name in names)
        for code in codes
    )
