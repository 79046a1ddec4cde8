"""Fixes applied: to one example until nothing is left to apply, and to files line by line.

A fix is an edit of a decoded text, so the row is written anew and every other line of the file is
written back byte for byte. The file streams through; it is replaced whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curator.errors import ChangedOnDiskError, InputError
from curator.example import Example
from curator.lint.finding import Fix, Safety
from curator.lint.linter import Linter
from curator.lint.pointer import key_of
from curator.lint.record import Record
from curator.store import encode, write_atomic
from curator.store.rows import is_array, open_binary, row_from_bytes

#: A fix may make room for another; after so many rounds an example stays as it is.
ROUNDS = 10

_SAFE = frozenset({Safety.SAFE})
_ALL = frozenset({Safety.SAFE, Safety.UNSAFE})


@dataclass(frozen=True, slots=True)
class Fixed:
    """An example after its fixes.

    Attributes:
        example: The example as it is now.
        codes: The code of each fix that was applied, in order.
    """

    example: Example
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class FileFixes:
    """What fixing a file did, or would do.

    Attributes:
        path: The file.
        rows: How many rows changed.
        codes: How many fixes of each rule were applied.
    """

    path: Path
    rows: int = 0
    codes: Counter[str] = field(default_factory=Counter)


def applies(fix: Fix | None, *, unsafe: bool) -> bool:
    """Return whether a fix is of a safety that may be applied."""
    return fix is not None and fix.safety in (_ALL if unsafe else _SAFE)


def fix_example(example: Example, linter: Linter, *, unsafe: bool = False) -> Fixed:
    """Apply the fixes of an example until none is left.

    In each round the fixes of a text that do not overlap are applied together. It ends when
    nothing is left to apply, when a text comes back that was there before, or after `ROUNDS`.

    Args:
        example: The example.
        linter: Whose rules offer the fixes.
        unsafe: Whether to apply those that may change the meaning too.
    """
    seen = {_texts(example)}
    codes: list[str] = []
    for _ in range(ROUNDS):
        hits = linter.record_hits(Record(example, linter.profile))
        offered = [(r.code, h.fix) for r, h, _ in hits if h.fix and applies(h.fix, unsafe=unsafe)]
        if not offered:
            break
        after, used = _apply(example, offered)
        if not used or _texts(after) in seen:
            break
        seen.add(_texts(after))
        example = after
        codes += used
    return Fixed(example, tuple(codes))


def _texts(example: Example) -> tuple[str, ...]:
    """Return all that a fix can change: a secret may stand in a field that does not train."""
    return tuple(text for text in example.fields.values() if isinstance(text, str))


def _apply(example: Example, offered: list[tuple[str, Fix]]) -> tuple[Example, list[str]]:
    """Apply the fixes that do not overlap, the earlier one first."""
    used: list[str] = []
    changes: dict[str, str] = {}
    by_field: dict[str, list[tuple[str, Fix]]] = {}
    for code, fix in offered:
        key = key_of(fix.pointer.removeprefix("/"))
        by_field.setdefault(key, []).append((code, fix))
    for key, fixes in by_field.items():
        text = example.fields.get(key)
        if not isinstance(text, str):
            continue
        pieces, place = [], 0
        for code, fix in sorted(fixes, key=lambda one: (one[1].start, one[1].end)):
            if fix.start < place or fix.end > len(text):
                continue
            pieces += [text[place : fix.start], fix.text]
            place = fix.end
            used.append(code)
        changes[key] = "".join(pieces) + text[place:]
    return example.replace(**changes), used


def check_fixable(path: Path) -> None:
    """Make sure that fixes can be written to a file.

    Raises:
        InputError: It cannot be read, or is one JSON array.
    """
    if is_array(path):
        raise InputError(
            "This file is one JSON array, and fixes are written to JSON Lines.",
            path=path,
            hint="Convert it first: one object on each line.",
        )


def fix_file(
    path: Path,
    linter: Linter,
    lines: Collection[int],
    *,
    unsafe: bool = False,
    write: bool = True,
    seen: Callable[[int, Example, Example], None] | None = None,
) -> FileFixes:
    """Apply the fixes of some lines of a JSON Lines file.

    Args:
        path: The file.
        linter: Whose rules offer the fixes.
        lines: The lines, from 1, that have any.
        unsafe: Whether to apply those that may change the meaning too.
        write: Whether to write the file, or only to find out what would change.
        seen: Called with each row that changes: its line, what it was and what it is.

    Raises:
        InputError: The file cannot be read, or is one JSON array.
        ChangedOnDiskError: Somebody wrote the file meanwhile; it was left alone.
        StoreError: It could not be written; it is as it was.
    """
    check_fixable(path)
    done = FileFixes(path)
    before = _state(path)
    rows = _fixed_lines(path, linter, lines, unsafe, done, seen)
    if not write:
        for _ in rows:
            pass
        return done
    if not lines:
        return done

    def chunks() -> Iterator[bytes]:
        yield from rows
        if _state(path) != before:
            raise ChangedOnDiskError(
                "The file changed on disk while it was being fixed, so it was left alone.",
                path=path,
                hint="Run it again.",
            )

    write_atomic(path, chunks())
    return done


def _fixed_lines(
    path: Path,
    linter: Linter,
    lines: Collection[int],
    unsafe: bool,
    done: FileFixes,
    seen: Callable[[int, Example, Example], None] | None,
) -> Iterator[bytes]:
    with open_binary(path) as file:
        for number, raw in enumerate(file, start=1):
            fixed = raw
            if number in lines:
                bom = b"\xef\xbb\xbf" if number == 1 and raw.startswith(b"\xef\xbb\xbf") else b""
                body = raw.removeprefix(bom).rstrip(b"\r\n")
                end = raw[len(bom) + len(body) :]
                example = row_from_bytes(body, line=number, start=0).example
                if example is not None:
                    result = fix_example(example, linter, unsafe=unsafe)
                    if result.codes:
                        done.rows += 1
                        done.codes.update(result.codes)
                        fixed = bom + encode(result.example) + end
                        if seen:
                            seen(number, example, result.example)
            yield fixed


def _state(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    return found.st_mtime_ns, found.st_size, found.st_ino
