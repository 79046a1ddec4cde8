"""Rows of any layout that base data comes in, as instruction, input and output."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonlines

from curator.errors import ConfigError, InputError, StoreError
from curator.mix.fetch.note import UNKNOWN, Origin, note_path, read_origin, write_origin
from curator.store import read_rows, write_atomic
from curator.terminal import one_line

#: What others call our columns, in the order they are tried.
LAYOUTS: tuple[dict[str, str], ...] = (
    {"instruction": "instruction", "input": "input", "output": "output"},
    {"instruction": "instruction", "output": "response"},
    {"instruction": "prompt", "output": "completion"},
    {"instruction": "prompt", "output": "response"},
    {"instruction": "question", "output": "answer"},
    {"instruction": "problem", "output": "solution"},
)
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Fetched:
    """Data that is in place now.

    Attributes:
        path: The rows, as JSON Lines.
        note: What stands beside them.
        origin: What the note says.
        unreadable: Rows of the origin that were no objects with texts, and were left out.
        new: False where it was all there already.
    """

    path: Path
    note: Path
    origin: Origin
    unreadable: int
    new: bool


def columns_of(fields: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, str]:
    """Return what the columns of some rows are called, by our names.

    Args:
        fields: The first row.
        asked: What a person says they are called.

    Raises:
        ConfigError: They are named like nothing known, or a name that is asked for is not there.
    """
    if asked:
        for name in asked.values():
            if name not in fields:
                raise ConfigError(
                    f"There is no column {one_line(name, 60)!r} in the data.",
                    hint=f"Its columns: {one_line(', '.join(map(str, fields)), 200)}.",
                )
        return dict(asked)
    for layout in LAYOUTS:
        needed = {layout["instruction"], layout["output"]}
        if needed <= set(fields):
            return {ours: theirs for ours, theirs in layout.items() if theirs in fields}
    raise ConfigError(
        "The columns of the data are called like nothing known:"
        f" {one_line(', '.join(map(str, fields)), 200)}.",
        hint="Say which is which: --column instruction=NAME --column output=NAME.",
    )


def converted(
    rows: Iterable[Mapping[str, Any] | None], asked: Mapping[str, str]
) -> tuple[bytes, int, int, dict[str, str]]:
    """Return rows as JSON Lines in our layout.

    Args:
        rows: Their fields; None for a row that cannot be read.
        asked: What a person says that the columns are called.

    Returns:
        The lines, how many there are, how many rows were left out, and the columns.

    Raises:
        ConfigError: The columns are not known.
    """
    buffer = io.StringIO()
    writer = jsonlines.Writer(buffer)
    columns: dict[str, str] = {}
    kept = left_out = 0
    for fields in rows:
        if fields is None:
            left_out += 1
            continue
        columns = columns or columns_of(fields, asked)
        texts = {ours: fields.get(theirs) for ours, theirs in columns.items()}
        texts = {ours: "" if text is None else text for ours, text in texts.items()}
        if not all(isinstance(text, str) for text in texts.values()):
            left_out += 1
            continue
        writer.write({"instruction": "", "input": "", "output": "", **texts})
        kept += 1
    writer.close()
    return buffer.getvalue().encode("utf-8", "replace"), kept, left_out, columns


def fields_of(path: Path) -> Iterator[Mapping[str, Any] | None]:
    """Yield the rows of a JSON, JSON Lines or Parquet file.

    Raises:
        InputError: The file cannot be read, or is Parquet and nothing here reads that.
    """
    if path.suffix.lower() == ".parquet":
        yield from _parquet(path)
        return
    for row in read_rows(path):
        if row.example is not None:
            yield row.example.fields
        elif row.problem is None or row.problem.kind != "blank":
            yield None


def _parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(
            "This data is stored as Parquet, which needs the library pyarrow.",
            path=path,
            hint="Install pyarrow, or fetch a dataset that is stored as JSON.",
        ) from None
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from batch.to_pylist()
    except (ArrowException, OSError) as error:
        raise InputError(
            f"This is no Parquet that can be read: {one_line(str(error), 120)}.", path=path
        ) from None


def put(
    folder: Path,
    name: str,
    rows: Iterable[Mapping[str, Any] | None],
    origin: Origin,
    asked: Mapping[str, str],
) -> Fetched:
    """Write rows and their note into a folder.

    A file that is there and was not fetched, or was changed since, is never overwritten. A licence
    that was noted stays where the same rows come again without one.

    Args:
        folder: Made if it is not there.
        name: The file's name, without an ending.
        rows: Their fields.
        origin: Where they came from; checksum, rows and columns are filled in here.
        asked: What a person says that the columns are called.

    Raises:
        ConfigError: The columns are not known, there is no row, or the name is somebody else's.
        StoreError: A file could not be written.
    """
    lines, kept, left_out, columns = converted(rows, asked)
    if not kept:
        raise ConfigError(
            f"There is no row with texts in {one_line(origin.origin)}.",
            hint="Rows are read from JSON, JSON Lines and Parquet; `curator convert` reads others.",
        )
    path = folder / f"{_NAME.sub('-', name).strip('.-') or 'data'}.jsonl"
    sha256 = hashlib.sha256(lines).hexdigest()
    there = path.read_bytes() if path.is_file() else None
    noted = read_origin(path) if there is not None else None
    if there is not None and there != lines and noted is None:
        changed = note_path(path).is_file()
        raise ConfigError(
            "There is a file of that name which was"
            f" {'changed since it was' if changed else 'not'} fetched; it was left alone.",
            path=path,
            hint="Give another --name.",
        )
    licence = origin.licence
    if licence == UNKNOWN and noted is not None and there == lines:
        licence = noted.licence
    whole = Origin(
        origin=origin.origin,
        sha256=sha256,
        rows=kept,
        licence=licence,
        revision=origin.revision,
        file=origin.file,
        file_sha256=origin.file_sha256,
        split=origin.split,
        columns=columns,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder cannot be made: {error.strerror}.", path=folder) from None
    if there != lines:
        write_atomic(path, [lines])
    note = write_origin(path, whole)
    return Fetched(path, note, whole, left_out, there != lines)
