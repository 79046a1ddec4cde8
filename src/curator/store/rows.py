"""Rows of a file of examples, where a row that cannot be read is a value with its reason.

Two layouts are read: JSON Lines, streamed at constant memory, and one JSON array of objects
(the layout of Alpaca), read whole. Each row knows its line and its bytes.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from curator.config import instead_of
from curator.errors import InputError
from curator.example import Example
from curator.store.decode import DECODER, JSON_SPACE, Problem, as_example, decode, decode_text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        line: Its line, counted from 1. In a JSON array, the line where the element begins.
        start: Its first byte in the file.
        end: The byte after its last, line end not included.
        example: The example, or None where the row cannot be read.
        problem: Why it cannot be read, or None.
    """

    line: int
    start: int
    end: int
    example: Example | None
    problem: Problem | None = None


def row_from_bytes(raw: bytes, *, line: int, start: int) -> Row:
    """Return the row that these bytes (no line end) hold."""
    read = decode(raw)
    example, problem = (read, None) if isinstance(read, Example) else (None, read)
    return Row(line, start, start + len(raw), example, problem)


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a JSON Lines file, or of a file that is one JSON array.

    Blank lines are rows with a problem of the kind ``blank``. A byte order mark is passed over.

    Raises:
        InputError: The file is missing, is a folder, cannot be opened, or is in another encoding.
    """
    # Opened once: a pipe cannot be read twice.
    with open_binary(path) as file:
        if _holds_array(file, path):
            yield from read_array(file.read(), path)
        else:
            yield from stream_rows(file)


def stream_rows(file: Iterable[bytes]) -> Iterator[Row]:
    """Read the rows of JSON Lines from an open binary file, such as standard input.

    Args:
        file: Lines of bytes, each with its line end.
    """
    start = 0
    for number, raw in enumerate(file, start=1):
        skip = len(codecs.BOM_UTF8) if number == 1 and raw.startswith(codecs.BOM_UTF8) else 0
        body = raw[skip:].rstrip(b"\r\n")
        yield row_from_bytes(body, line=number, start=start + skip)
        start += len(raw)


def open_binary(path: Path) -> BufferedReader:
    """Open a file of examples for reading bytes.

    Raises:
        InputError: The file is missing, is a folder, cannot be opened, or is in another encoding.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise InputError("There is no such file.", path=path, hint=instead_of(path)) from None
    except IsADirectoryError:
        raise InputError(
            "This is a folder, where a file was expected.",
            path=path,
            hint="Name the files in it.",
        ) from None
    except OSError as error:
        raise InputError(f"Cannot be opened: {error.strerror}.", path=path) from None
    head = file.peek(4)[:4]
    # Without a byte order mark, every second byte of the ASCII that JSON begins with is NUL.
    halves = (head[0::2], head[1::2]) if any(head) else ()
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0\0" in halves:
        file.close()
        raise InputError(
            "This file is UTF-16 or UTF-32, and examples are read as UTF-8.",
            path=path,
            hint="Save it as UTF-8.",
        )
    return file


def is_array(path: Path) -> bool:
    """Return whether the file's first character, blanks and BOM aside, opens a JSON array.

    A JSON Lines file whose first row is itself an array would begin so too; only a name that ends
    in ``.json`` is taken for an array.

    Raises:
        InputError: As `open_binary`.
    """
    with open_binary(path) as file:
        return _holds_array(file, path)


def _holds_array(file: BufferedReader, path: Path) -> bool:
    head = file.peek(4096).removeprefix(codecs.BOM_UTF8)
    return path.suffix.lower() == ".json" and head.lstrip()[:1] == b"["


def read_array(data: bytes, path: Path) -> Iterator[Row]:
    """Read the elements of one JSON array as rows.

    Args:
        data: The file's bytes.
        path: The file, for messages.

    Raises:
        InputError: The bytes are not UTF-8, or the array itself is broken; the message has the
            line. Elements that are not examples are rows with a problem.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"This file is not UTF-8 text (byte {error.start}).",
            path=path,
            hint="Save it as UTF-8.",
        ) from None
    position = len(text) - len(text.lstrip(JSON_SPACE)) + 1
    line, counted = 1, 0
    offset, encoded = len(data) - len(text.encode("utf-8")), 0
    first = True
    while True:
        position = _skip(text, position)
        if text[position : position + 1] == "]":
            rest = _skip(text, position + 1)
            if rest < len(text):
                raise _broken_array(text, rest, path)
            return
        if not first:
            if text[position : position + 1] != ",":
                raise _broken_array(text, position, path)
            position = _skip(text, position + 1)
        first = False
        line += text.count("\n", counted, position)
        offset += len(text[encoded:position].encode("utf-8"))
        counted = encoded = position
        end, read = _element(text, position, path)
        example, problem = (read, None) if isinstance(read, Example) else (None, read)
        size = len(text[position:end].encode("utf-8"))
        yield Row(line, offset, offset + size, example, problem)
        position = end


def _skip(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\t", "\n", "\r"):
        position += 1
    return position


# Takes any number, to find out where an element ends that `DECODER` refuses.
_LENIENT = json.JSONDecoder(parse_int=str, parse_float=str)


def _element(text: str, position: int, path: Path) -> tuple[int, Example | Problem]:
    try:
        value, end = DECODER.raw_decode(text, position)
    except (ValueError, RecursionError, MemoryError):
        try:
            _, end = _LENIENT.raw_decode(text, position)
        except (ValueError, RecursionError, MemoryError) as error:
            raise _broken_array(text, getattr(error, "pos", position), path) from None
        return end, decode_text(text[position:end])
    return end, as_example(value)


def _broken_array(text: str, position: int, path: Path) -> InputError:
    return InputError(
        "The JSON array breaks off or is malformed here.",
        path=path,
        line=text.count("\n", 0, position) + 1,
        hint="Mend the file, or save it as JSON Lines, where one bad row spoils no other.",
    )
