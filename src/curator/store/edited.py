"""Rows of examples that can be edited, with undo and redo over everything that is done to them.

Rows are numbers of lines that never change, so that a million of them cost what their numbers do,
and an edit among them what one in a small file does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from curator.errors import ChangedOnDiskError, StoreError
from curator.example import Example
from curator.store.changes import Change, Frame, Move, Splice, State, Step
from curator.store.decode import Problem, encode
from curator.store.history import History
from curator.store.keeper import Verb
from curator.store.lines import Lines, refs
from curator.store.rowcache import RowCache
from curator.store.rows import Row
from curator.store.snapshot import Snapshot


class EditedRows:
    """The rows of one file, as they are here. What becomes of them on disk is `ExampleFile`'s.

    Rows are counted from 0; a row's `line` from 1.

    Args:
        path: What errors call the file.
        snapshot: The lines to begin with.

    Attributes:
        path: As given.
    """

    def __init__(self, path: Path, snapshot: Snapshot) -> None:
        self.path = path
        self._lines = Lines(snapshot)
        frame = Frame(snapshot.bom, snapshot.end, snapshot.ended)
        self._state = State(refs(range(len(snapshot))), frame)
        self._history = History(self._state)
        self._cache = RowCache()

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._state.refs)

    def row(self, index: int) -> Row:
        """Return the row at `index`; its byte positions are those within its own line."""
        ref = self._state.refs[index]
        row = self._cache.get(ref)
        if row is None:
            try:
                row = self._cache.put(ref, self._lines[ref].rstrip(b"\r\n"))
            except ChangedOnDiskError as error:
                return Row(index + 1, 0, 0, None, Problem("json", error.message))
        return Row(index + 1, row.start, row.end, row.example, row.problem)

    def rows(self) -> Iterator[Row]:
        """Yield every row in order."""
        return (self.row(index) for index in range(len(self)))

    def raw(self, index: int) -> str:
        """Return the text of a row without its line end, undecodable bytes as surrogates.

        Empty where the row is gone because another program wrote over the file where it lies.
        """
        try:
            line = self._lines[self._state.refs[index]]
        except ChangedOnDiskError:
            return ""
        return line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")

    @property
    def keys(self) -> Sequence[int]:
        """The number of each row's content, in order; not to be changed.

        A content keeps its number for as long as the file is open, through every undo and merge,
        and no other content ever has it: what is known about a row can be kept under it.
        """
        return self._state.refs

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self._history.dirty

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._history.last is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._history.next is not None

    @property
    def undo_label(self) -> str:
        """What an undo would take back, in a word or a few; empty where there is nothing."""
        return step.label if (step := self._history.last) else ""

    @property
    def redo_label(self) -> str:
        """What a redo would make again, in a word or a few; empty where there is nothing."""
        return step.label if (step := self._history.next) else ""

    def insert(self, index: int, *examples: Example) -> None:
        """Put `examples` before the row at `index`; ``len(file)`` puts them last."""
        self._splice(index, 0, [encode(example) for example in examples], "insert")

    def replace(self, index: int, example: Example) -> None:
        """Put `example` in the place of a row; a row that already says so stays as it is."""
        current, body = self.row(index).example, encode(example)
        # Compared as written: 1, 1.0 and true are equal as values, and keys have an order.
        if current is None or encode(current) != body:
            self._splice(index, 1, [body], "edit")

    def replace_raw(self, index: int, text: str) -> None:
        """Put raw text in the place of a row, as it is; it must be one line.

        Raises:
            StoreError: The text holds a line break, or half of a surrogate pair.
        """
        if text != self.raw(index):
            self._splice(index, 1, [self._body(text)], "edit")

    def duplicate(self, index: int) -> int:
        """Put the same line once more under a row, whatever it holds; return the copy's index."""
        self._splice(
            index + 1, 0, [self._lines[self._state.refs[index]].rstrip(b"\r\n")], "duplicate"
        )
        return index + 1

    def delete(self, index: int) -> None:
        """Remove a row."""
        self._splice(index, 1, [], "delete")

    def move(self, index: int, to: int) -> None:
        """Move a row so that it stands at `to`."""
        first, last = sorted((index, to))
        line = self._line(self._state.refs[index])
        # Among rows that are all alike there is nothing to see of a move.
        if any(self._line(ref) != line for ref in self._state.refs[first : last + 1]):
            self._do(Move(index, to), "move")

    @contextlib.contextmanager
    def group(self, label: str) -> Iterator[None]:
        """Make all changes inside one step to undo; an exception inside takes them all back.

        Args:
            label: What the step is called, such as ``apply 3 fixes``.
        """
        if not self._history.open_group():
            yield
            return
        try:
            yield
        except BaseException:
            self._history.drop_group()
            raise
        step = self._history.close_group(label)
        if step is not None:
            self._note("change", step)

    def undo(self) -> int | None:
        """Take back the last change; return the row it was at, or None if there was none."""
        self._writable()
        step = self._history.undo()
        if step is None:
            return None
        self._note("undo", step)
        return step.change.index

    def redo(self) -> int | None:
        """Make the last undone change again; return the row, or None if there was none."""
        self._writable()
        step = self._history.redo()
        if step is None:
            return None
        self._note("redo", step)
        return step.change.index

    def _body(self, text: str) -> bytes:
        if "\n" in text or "\r" in text:
            raise StoreError("A row is one line, and this text has several.", path=self.path)
        try:
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise StoreError(
                "This text holds half of a surrogate pair, which no file can hold.", path=self.path
            ) from None

    def _splice(self, index: int, count: int, bodies: Sequence[bytes], label: str) -> None:
        """Replace `count` lines at `index` by lines of these bodies, as one change."""
        removed = self._state.refs[index : index + count]
        if count and not len(removed):
            raise IndexError(index)
        old = [self._line(ref) for ref in removed[: len(bodies)]]
        ends = [line[len(line.rstrip(b"\r\n")) :] or self._state.frame.end for line in old]
        ends += [self._state.frame.end] * (len(bodies) - len(ends))
        new = [body + end for body, end in zip(bodies, ends, strict=True)]
        if len(new) == len(removed) and new == old:
            return
        self._do(Splice(index, removed, refs([self._lines.add(line) for line in new])), label)

    def _line(self, ref: int) -> bytes:
        try:
            return self._lines[ref]
        except ChangedOnDiskError:
            return b""

    def _do(self, change: Change, label: str) -> None:
        self._writable()
        step = self._history.do(change, label)
        if step is not None:
            self._note("change", step)

    def _note(self, verb: Verb, step: Step) -> None:
        """Called after each step, with what was done to it."""

    def _writable(self) -> None:
        """Called before each change; raises where there must be none."""
