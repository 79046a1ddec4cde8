"""Rows of a file of examples, where a row that cannot be read is a value with its reason.

Two layouts are read: JSON Lines, streamed at constant memory, and one JSON array of objects
(the layout of Alpaca), read whole. Each row knows its line and its bytes.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from curator.errors import InputError
from curator.example import Example

ProblemKind = Literal[
    "json", "several", "not-object", "duplicate-key", "constant", "encoding", "unicode", "blank"
]

_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_SPACE = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row could not be read as an example.

    Attributes:
        kind: The sort of problem, for rules to select by.
        message: What is wrong, in a sentence.
        column: Where in the line, counted in characters from 1; 0 where that means nothing.
    """

    kind: ProblemKind
    message: str
    column: int = 0


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


class _DuplicateKeyError(ValueError):
    """An object names the same key twice."""


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON does not have."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _DuplicateKeyError(repeated)
    return fields


def _no_constant(name: str) -> Any:
    raise _ConstantError(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def decode(raw: bytes) -> Example | Problem:
    """Read one row's bytes (no line end) as an example, or say what is wrong with them.

    Never raises: not on invalid UTF-8 or JSON, NaN, duplicate keys, lone surrogates, NUL, or
    nesting deeper than the parser's stack.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem("encoding", f"This line is not UTF-8 text: {error.reason}.", error.start + 1)
    if not text.strip():
        return Problem("blank", "This line is blank.")
    return decode_text(text)


def decode_text(text: str) -> Example | Problem:
    """Read one row's text as an example, or say what is wrong with it; see `decode`."""
    begin = len(text) - len(text.lstrip(_JSON_SPACE))
    try:
        value, end = _DECODER.raw_decode(text, begin)
    except _DuplicateKeyError as error:
        return Problem("duplicate-key", f"The key {error.args[0]!r} stands here more than once.")
    except _ConstantError as error:
        return Problem("constant", f"{error.args[0]} is not a JSON value.")
    except json.JSONDecodeError as error:
        return Problem("json", f"Not valid JSON: {error.msg}.", error.pos + 1)
    except (RecursionError, MemoryError):
        return Problem("json", "Nested more deeply than can be read.")
    except ValueError as error:
        return Problem("json", f"Not valid JSON: {error}.")
    rest = text[end:].lstrip(_JSON_SPACE)
    if rest:
        kind: ProblemKind = "several" if rest[0] in "{[" else "json"
        what = "More than one JSON value" if kind == "several" else "Text after the JSON value"
        return Problem(kind, f"{what} on this line.", len(text) - len(rest) + 1)
    return _as_example(value)


def _as_example(value: Any) -> Example | Problem:
    if not isinstance(value, dict):
        return Problem("not-object", f"A JSON object was expected, not {_json_type(value)}.")
    if _has_surrogate(value):
        return Problem("unicode", "A text holds half of a surrogate pair, which is no character.")
    return Example(value)


def _json_type(value: Any) -> str:
    names = {
        list: "an array",
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "null")


def _has_surrogate(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if not item.isascii() and _SURROGATE.search(item):
                return True
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False


def encode(example: Example) -> bytes:
    """Return the one line, without its line end, that `decode` reads as `example`."""
    return json.dumps(dict(example.fields), ensure_ascii=False, allow_nan=False).encode("utf-8")


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
    if is_array(path):
        yield from read_array(path.read_bytes(), path)
        return
    with open_binary(path) as file:
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


def open_binary(path: Path) -> Any:
    """Open a file of examples for reading bytes.

    Raises:
        InputError: The file is missing, is a folder, cannot be opened, or is in another encoding.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise InputError("There is no such file.", path=path) from None
    except IsADirectoryError:
        raise InputError("This is a folder, where a file was expected.", path=path) from None
    except OSError as error:
        raise InputError(f"Cannot be opened: {error.strerror}.", path=path) from None
    head = file.read(4)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or head[1:2] == b"\0":
        file.close()
        raise InputError(
            "This file is UTF-16 or UTF-32, and examples are read as UTF-8.",
            path=path,
            hint="Save it as UTF-8.",
        )
    file.seek(0)
    return file


def is_array(path: Path) -> bool:
    """Return whether the file's first character, blanks and BOM aside, opens a JSON array.

    A JSON Lines file whose first row is itself an array would begin so too; only a name that ends
    in ``.json`` is taken for an array.

    Raises:
        InputError: As `open_binary`.
    """
    with open_binary(path) as file:
        head: bytes = file.read(4096)
    return (
        path.suffix.lower() == ".json" and head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    )


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
    position = len(text) - len(text.lstrip(_JSON_SPACE)) + 1
    line, counted = 1, 0
    offset, encoded = len(data) - len(text.encode("utf-8")), 0
    first = True
    while True:
        position = _skip(text, position)
        if text[position : position + 1] == "]":
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


_PLAIN = json.JSONDecoder()


def _element(text: str, position: int, path: Path) -> tuple[int, Example | Problem]:
    try:
        value, end = _DECODER.raw_decode(text, position)
    except (_DuplicateKeyError, _ConstantError):
        _, end = _PLAIN.raw_decode(text, position)
        return end, decode_text(text[position:end])
    except (json.JSONDecodeError, RecursionError) as error:
        raise _broken_array(text, getattr(error, "pos", position), path) from None
    return end, _as_example(value)


def _broken_array(text: str, position: int, path: Path) -> InputError:
    return InputError(
        "The JSON array breaks off or is malformed here.",
        path=path,
        line=text.count("\n", 0, position) + 1,
        hint="Mend the file, or save it as JSON Lines, where one bad row spoils no other.",
    )
