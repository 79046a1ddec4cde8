"""JSON Lines and JSON arrays, the two ways in which most formats lay their records out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from curator.example import Example
from curator.store.decode import encode
from curator.store.formats.format import Fields, Ledger, Unfit
from curator.store.rows import Row, read_array, stream_rows

Reader = Callable[[Fields, Ledger], Fields]
Writer = Callable[[Fields, Ledger], Fields]


def reading(convert: Reader) -> Callable[[BinaryIO, Ledger], Iterator[Example]]:
    """Return a reader of JSON Lines, or of one JSON array, whose records `convert` understands."""

    def read(file: BinaryIO, ledger: Ledger) -> Iterator[Example]:
        for row in _rows(file):
            if row.problem is not None and row.problem.kind == "blank":
                continue
            ledger.line = row.line
            ledger.read += 1
            if row.example is None:
                ledger.leave_out(row.problem.message if row.problem else "It cannot be read.")
                continue
            try:
                yield Example(convert(dict(row.example.fields), ledger))
            except Unfit as reason:
                ledger.leave_out(str(reason))

    return read


def writing_lines(convert: Writer) -> Callable[[Iterable[Example], Ledger], Iterator[bytes]]:
    """Return a writer of JSON Lines whose records `convert` makes."""

    def write(examples: Iterable[Example], ledger: Ledger) -> Iterator[bytes]:
        for record in _records(examples, convert, ledger):
            yield encode(Example(record)) + b"\n"

    return write


def writing_array(convert: Writer) -> Callable[[Iterable[Example], Ledger], Iterator[bytes]]:
    """Return a writer of one JSON array whose records `convert` makes."""

    def write(examples: Iterable[Example], ledger: Ledger) -> Iterator[bytes]:
        before = b"[\n"
        for record in _records(examples, convert, ledger):
            text = json.dumps(record, ensure_ascii=False, indent=2)
            yield before + b"  " + text.replace("\n", "\n  ").encode("utf-8")
            before = b",\n"
        yield b"[]\n" if before == b"[\n" else b"\n]\n"

    return write


def as_it_is(fields: Fields, _ledger: Ledger) -> Fields:
    """Return a record unchanged."""
    return fields


def _records(examples: Iterable[Example], convert: Writer, ledger: Ledger) -> Iterator[Any]:
    for example in examples:
        try:
            yield convert(dict(example.fields), ledger)
        except Unfit as reason:
            ledger.leave_out(str(reason))


def _rows(file: BinaryIO) -> Iterator[Row]:
    """Read rows of either layout; the first character that is no blank tells them apart."""
    head: list[bytes] = []
    for line in file:
        head.append(line)
        begin = line.removeprefix(b"\xef\xbb\xbf").strip()
        if begin:
            break
    else:
        begin = b""
    if begin.startswith(b"["):
        data = b"".join(head) + file.read()
        # One row of JSON Lines may be an array too; a file of them is an array of none.
        yield from read_array(data, Path(getattr(file, "name", "") or "<stdin>"))
    else:
        yield from stream_rows(_again(head, file))


def _again(head: list[bytes], file: BinaryIO) -> Iterator[bytes]:
    yield from head
    yield from file
