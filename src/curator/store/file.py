"""A file of examples, open for editing.

Lines that nobody touched are written back byte for byte, broken ones included. Every change is
one replacement of some lines by others, which is what makes undo the same operation run backwards.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curator.errors import ChangedOnDiskError, InputError, StoreError
from curator.example import Example
from curator.store.atomic import write_atomic
from curator.store.decode import encode
from curator.store.rows import Row, is_array, open_binary, row_from_bytes

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines `removed` at `index` gave way to lines `added`."""

    index: int
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]


class ExampleFile:
    """A JSON Lines file of examples, in memory, with undo and redo.

    Use `ExampleFile.open`. Rows are counted from 0; a row's `line` from 1.

    Attributes:
        path: Where it is saved.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self._load(data)

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> ExampleFile:
        """Open the file at `path`.

        Args:
            path: A JSON Lines file.
            create: Take a missing file as an empty one; it is written at the first save.

        Raises:
            InputError: The file is missing, is a folder, is a JSON array or in another encoding.
        """
        if create and not path.exists():
            if not path.parent.is_dir():
                raise InputError("The folder of this file does not exist.", path=path)
            return cls(path, b"")
        if is_array(path):
            raise InputError(
                "This file is one JSON array, and the studio edits JSON Lines.",
                path=path,
                hint="Convert it first: one object on each line.",
            )
        with open_binary(path) as file:
            return cls(path, file.read())

    def _load(self, data: bytes) -> None:
        self._bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self._lines: list[bytes] = _LINE.findall(data, len(self._bom))
        self._end = b"\r\n" if self._lines and self._lines[0].endswith(b"\r\n") else b"\n"
        # In memory every line has its end, so that lines can move about; where the file's last
        # line has none, `to_bytes` leaves it out again.
        self._ended = not self._lines or self._lines[-1].endswith(b"\n")
        if not self._ended:
            self._lines[-1] += self._end
        self._saved_hash = _hash(data) if data or self.path.exists() else None
        self._done: list[_Change] = []
        self._undone: list[_Change] = []
        self._saved_at: int | None = 0
        self._cache: dict[bytes, Row] = {}

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._lines)

    def row(self, index: int) -> Row:
        """Return the row at `index`; its byte positions are those within its own line."""
        raw = self._lines[index]
        row = self._cache.get(raw)
        if row is None:
            row = row_from_bytes(raw.rstrip(b"\r\n"), line=0, start=0)
            if len(self._cache) >= 4096:
                self._cache.clear()
            self._cache[raw] = row
        return Row(index + 1, row.start, row.end, row.example, row.problem)

    def rows(self) -> Iterator[Row]:
        """Yield every row in order."""
        return (self.row(index) for index in range(len(self)))

    def raw(self, index: int) -> str:
        """Return the text of a row without its line end, undecodable bytes as surrogates."""
        return self._lines[index].rstrip(b"\r\n").decode("utf-8", "surrogateescape")

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self._saved_at != len(self._done)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._undone)

    def insert(self, index: int, *examples: Example) -> None:
        """Put `examples` before the row at `index`; ``len(file)`` puts them last."""
        self._splice(index, 0, [encode(example) for example in examples])

    def replace(self, index: int, example: Example) -> None:
        """Put `example` in the place of a row; a row that already says so stays as it is."""
        current, body = self.row(index).example, encode(example)
        # Compared as written: 1, 1.0 and true are equal as values, and keys have an order.
        if current is None or encode(current) != body:
            self._splice(index, 1, [body])

    def replace_raw(self, index: int, text: str) -> None:
        """Put raw text in the place of a row, as it is; it must be one line.

        Raises:
            StoreError: The text holds a line break.
        """
        if "\n" in text or "\r" in text:
            raise StoreError("A row is one line, and this text has several.", path=self.path)
        if text != self.raw(index):
            self._splice(index, 1, [text.encode("utf-8", "surrogateescape")])

    def delete(self, index: int) -> None:
        """Remove a row."""
        self._splice(index, 1, [])

    def move(self, index: int, to: int) -> None:
        """Move a row so that it stands at `to`."""
        if index == to:
            return
        first, last = sorted((index, to))
        lines = self._lines[first : last + 1]
        lines.insert(to - first, lines.pop(index - first))
        self._change(first, self._lines[first : last + 1], lines)

    def undo(self) -> int | None:
        """Take back the last change; return the row it was at, or None if there was none."""
        if not self._done:
            return None
        change = self._done.pop()
        self._apply(_Change(change.index, change.added, change.removed))
        self._undone.append(change)
        return change.index

    def redo(self) -> int | None:
        """Make the last undone change again; return the row, or None if there was none."""
        if not self._undone:
            return None
        change = self._undone.pop()
        self._apply(change)
        self._done.append(change)
        return change.index

    def save(self) -> None:
        """Write the file, all or nothing.

        Raises:
            ChangedOnDiskError: Somebody else wrote the file since it was read or saved here.
            StoreError: It could not be written; the old file and the edits are both kept.
        """
        if self.changed_on_disk():
            raise ChangedOnDiskError(
                "The file changed on disk since it was opened, so it was not overwritten.",
                path=self.path,
                hint="Reload it, or save under another name.",
            )
        data = self.to_bytes()
        write_atomic(self.path, [data])
        self._saved_hash = _hash(data)
        self._saved_at = len(self._done)

    def changed_on_disk(self) -> bool:
        """Return whether the file on disk is not the one that was read or saved here."""
        try:
            current = _hash(self.path.read_bytes())
        except FileNotFoundError:
            current = None
        except OSError as error:
            raise StoreError(f"Cannot be read: {error.strerror}.", path=self.path) from error
        return current != self._saved_hash

    def to_bytes(self) -> bytes:
        """Return the file's content as a save would write it."""
        data = b"".join(self._lines)
        if not self._ended:
            # The line that is last now may have come from elsewhere with an end of its own.
            data = data.removesuffix(self._end if data.endswith(self._end) else b"\n")
        return self._bom + data

    def _splice(self, index: int, count: int, bodies: Sequence[bytes]) -> None:
        """Replace `count` lines at `index` by lines of these bodies, as one change."""
        removed = self._lines[index : index + count]
        ends = [line[len(line.rstrip(b"\r\n")) :] for line in removed]
        ends += [self._end] * (len(bodies) - len(ends))
        self._change(index, removed, [body + end for body, end in zip(bodies, ends, strict=False)])

    def _change(self, index: int, removed: Sequence[bytes], added: Sequence[bytes]) -> None:
        change = _Change(index, tuple(removed), tuple(added))
        if change.removed == change.added:
            return
        if self._saved_at is not None and self._saved_at > len(self._done):
            self._saved_at = None
        self._apply(change)
        self._done.append(change)
        self._undone.clear()

    def _apply(self, change: _Change) -> None:
        self._lines[change.index : change.index + len(change.removed)] = change.added


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
