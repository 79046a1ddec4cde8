"""One row's bytes as an example, or as the reason why they are none, and back again."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from curator.example import Example
from curator.store.locate import locate_key, locate_value
from curator.terminal import one_line

ProblemKind = Literal[
    "json", "several", "not-object", "duplicate-key", "constant", "encoding", "unicode", "blank"
]

_SURROGATE = re.compile("[\ud800-\udfff]")
JSON_SPACE = " \t\n\r"


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


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        # Read as infinity, it could not be written back.
        raise _ConstantError(digits)
    return number


DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
)


def decode(raw: bytes) -> Example | Problem:
    """Read one row's bytes (no line end) as an example, or say what is wrong with them.

    Never raises: not on invalid UTF-8 or JSON, NaN, duplicate keys, lone surrogates, NUL, or
    nesting deeper than the parser's stack.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode("utf-8")) + 1
        return Problem("encoding", f"This line is not UTF-8 text: {error.reason}.", column)
    if not text.strip():
        return Problem("blank", "This line is blank.")
    return decode_text(text)


def decode_text(text: str) -> Example | Problem:
    """Read one row's text as an example, or say what is wrong with it; see `decode`."""
    begin = len(text) - len(text.lstrip(JSON_SPACE))
    try:
        value, end = DECODER.raw_decode(text, begin)
    except _DuplicateKeyError as error:
        key = error.args[0]
        column = locate_key(text, key) + 1
        shown = one_line(key, 60)
        return Problem("duplicate-key", f"The key `{shown}` stands here more than once.", column)
    except _ConstantError as error:
        word, shown = error.args[0], one_line(error.args[0], 60)
        what = "is too large a number to keep" if word[-1].isdigit() else "is not a JSON value"
        return Problem("constant", f"`{shown}` {what}.", locate_value(text, word) + 1)
    except json.JSONDecodeError as error:
        # Where it is stands beside the message, and not behind it.
        what = error.msg.removesuffix(" starting at").removesuffix(" at").rstrip(": ")
        return Problem("json", f"Not valid JSON: {what}.", error.pos + 1)
    except (RecursionError, MemoryError):
        return Problem("json", "Nested more deeply than can be read.")
    except ValueError:
        # The one other complaint of the parser: an integer beyond Python's limit of digits.
        return Problem("json", "A number here has too many digits to keep.")
    rest = text[end:].lstrip(JSON_SPACE)
    if rest:
        # Rows that were cut out of an array keep the comma between them.
        after = rest.lstrip("," + JSON_SPACE)
        kind: ProblemKind = "several" if after[:1] in ("{", "[") else "json"
        what = "More than one JSON value" if kind == "several" else "Text after the JSON value"
        return Problem(kind, f"{what} on this line.", len(text) - len(rest) + 1)
    return as_example(value)


def as_example(value: Any) -> Example | Problem:
    """Return a decoded JSON value as an example, or say why it is none."""
    if not isinstance(value, dict):
        return Problem("not-object", f"A JSON object was expected, not {json_type(value)}.")
    if _has_surrogate(value):
        return Problem("unicode", "A text holds half of a surrogate pair, which is no character.")
    return Example(value)


def json_type(value: Any) -> str:
    """Return what JSON calls a decoded value, with its article."""
    names = {
        dict: "an object",
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
    """Return the one line, without its line end, that `decode` reads as `example`.

    A lone surrogate has no UTF-8 form. It is written as a JSON escape, so that nothing is lost,
    and the row then reads as broken, which says what is wrong with it.
    """
    text = json.dumps(dict(example.fields), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", text).encode("utf-8")
