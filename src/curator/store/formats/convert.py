"""From one file format to another, with a list of what could not come along."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from curator.errors import InputError, StoreError
from curator.store.atomic import write_atomic
from curator.store.decode import DECODER
from curator.store.formats.alpaca import ALPACA, JSONL
from curator.store.formats.chat import CHAT
from curator.store.formats.completion import COMPLETION
from curator.store.formats.csvfile import CSV
from curator.store.formats.format import Format, Ledger, LeftOut, Loss
from curator.store.formats.parquet import PARQUET
from curator.store.formats.sharegpt import SHAREGPT
from curator.store.rows import open_binary, stream_rows

FORMATS = {one.name: one for one in (JSONL, ALPACA, CHAT, SHAREGPT, COMPLETION, CSV, PARQUET)}
#: How much of a file is looked at to tell what it is, in bytes.
_HEAD = 1 << 20
_KEY = re.compile(rb'"(instruction|messages|conversations|prompt|completion)"\s*:')


@dataclass(frozen=True)
class Conversion:
    """What was converted, and what was not.

    Attributes:
        source: The format that was read.
        target: The format that was written.
        read: How many rows there were, blank ones aside.
        written: How many were written.
        left_out: The rows that were not, each with its reason.
        lost: What rows had and the target cannot carry.
    """

    source: str
    target: str
    read: int
    written: int
    left_out: tuple[LeftOut, ...]
    lost: tuple[Loss, ...]


def convert(
    source: Path | BinaryIO,
    target: Path | BinaryIO,
    to: str,
    *,
    from_: str | None = None,
    force: bool = False,
) -> Conversion:
    """Write the examples of one file into another of another format.

    A row that is broken, or that the target has no way to say, is left out and listed.

    Args:
        source: A file, or an open binary one such as standard input.
        target: A file, written whole or not at all, or an open binary one.
        to: The format to write; see `FORMATS`.
        from_: The format to read; by default what the name and the first row say.
        force: Whether to write over a file that is there.

    Raises:
        InputError: The source cannot be read, a format is unknown, or no row could be converted
            and so no file was written.
        StoreError: The target is there already, or cannot be written.
    """
    wanted = _format(to)
    if isinstance(target, Path) and not force and (target.exists() or target.is_symlink()):
        raise StoreError(
            "There is such a file already, and it was not overwritten.",
            path=target,
            hint="Use --force to write over it.",
        )
    if not isinstance(source, Path):
        return _between(source, None, target, wanted, from_)
    if source.suffix.lower() == ".parquet" or from_ == PARQUET.name:
        # Not a text, so that what looks for other encodings has no business with it.
        try:
            file: BinaryIO = source.open("rb")
        except OSError as error:
            raise InputError(f"Cannot be opened: {error.strerror}.", path=source) from None
    else:
        file = open_binary(source)
    with file:
        return _between(file, source, target, wanted, from_)


def _between(
    file: BinaryIO, name: Path | None, target: Path | BinaryIO, wanted: Format, from_: str | None
) -> Conversion:
    known = _format(from_) if from_ else None
    if known is None:
        head = file.read(_HEAD)
        known = _recognise(head, name)
        file = io.BufferedReader(_Joined(head, file))
    ledger = Ledger()
    try:
        chunks = wanted.write(known.read(file, ledger), ledger)
        if isinstance(target, Path):
            write_atomic(target, _something(chunks, ledger))
        else:
            for chunk in chunks:
                target.write(chunk)
            target.flush()
    except InputError as error:
        raise InputError(
            error.message, hint=error.hint, path=error.path or name, line=error.line
        ) from None
    return Conversion(
        known.name,
        wanted.name,
        ledger.read,
        ledger.read - len(ledger.left_out),
        tuple(ledger.left_out),
        ledger.lost,
    )


def _something(chunks: Iterable[bytes], ledger: Ledger) -> Iterator[bytes]:
    """Pass on what is written, but no end of it if no row came through: no file is better."""
    yield from chunks
    if ledger.left_out and ledger.read == len(ledger.left_out):
        first = ledger.left_out[0]
        raise InputError(
            f"No row of this file can be converted. {first.reason}",
            line=first.line,
            hint="`curator convert --formats` lists what can be read; --from names one.",
        )


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise InputError(
            f"There is no format {name!r}.", hint=f"Known formats: {', '.join(FORMATS)}."
        )
    return FORMATS[name]


def _recognise(head: bytes, name: Path | None) -> Format:
    """Return the format that a name and the beginning of a file say."""
    suffix = name.suffix.lower() if name else ""
    for one in (CSV, PARQUET):
        if suffix in one.suffixes:
            return one
    if head.startswith(b"PAR1"):
        return PARQUET
    array = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    keys = _first_keys(head)
    if "instruction" not in keys:
        if "messages" in keys:
            return CHAT
        if "conversations" in keys:
            return SHAREGPT
        if {"prompt", "completion"} <= keys:
            return COMPLETION
    return ALPACA if array else JSONL


def _first_keys(head: bytes) -> set[str]:
    """Return the keys of the first record that can be read in the first bytes of a file."""
    text = head.decode("utf-8-sig", "replace").lstrip().removeprefix("[").lstrip()
    try:
        value, _ = DECODER.raw_decode(text)
    except (ValueError, RecursionError, MemoryError):
        # The first row is broken, so a later one has to do, or it is longer than what was read.
        for row in stream_rows(head.splitlines(keepends=True)):
            if row.example is not None:
                return set(row.example.fields)
        return {match.decode() for match in _KEY.findall(head)}
    return set(value) if isinstance(value, dict) else set()


class _Joined(io.RawIOBase):
    """What was read of a file already, and the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = memoryview(head)
        self._rest = rest
        self.name = getattr(rest, "name", "")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part: bytes | memoryview = self._head[: len(buffer)]
        self._head = self._head[len(part) :]
        if not part:
            part = self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)
