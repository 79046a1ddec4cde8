"""A file of examples, open for editing.

Lines that nobody touched are written back byte for byte, broken ones included. Rows are numbers of
lines that never change, so that a file of a million rows opens in seconds and an edit in it costs
what an edit in a small one does.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curator.errors import ChangedOnDiskError, InputError, StoreError
from curator.example import Example
from curator.store.atomic import write_atomic
from curator.store.changes import Change, Frame, Group, Move, Reframe, Splice, State, Step
from curator.store.content import content
from curator.store.decode import Problem, encode
from curator.store.disk import OnDisk
from curator.store.history import History
from curator.store.keeper import Keeper, Verb
from curator.store.lines import Lines, refs
from curator.store.lock import Holder
from curator.store.merge import Choice, Merge
from curator.store.reconcile import adoption, compare
from curator.store.records import from_parts, to_parts
from curator.store.recovery import Recovery, find_recovery, last_draft
from curator.store.rowcache import RowCache
from curator.store.rows import Row, is_array
from curator.store.snapshot import Snapshot


class ExampleFile:
    """A JSON Lines file of examples with undo and redo.

    Use `ExampleFile.open`, and `hold` where somebody is going to edit. Rows are counted from 0; a
    row's `line` from 1. A file beyond 16 MB is read where it lies, row by row.

    Attributes:
        path: Where it is saved.
    """

    def __init__(self, path: Path, data: bytes | Snapshot) -> None:
        self.path = path
        snapshot = data if isinstance(data, Snapshot) else Snapshot.of(data)
        known = snapshot.seen is not None or snapshot.size > 0 or path.exists()
        self._disk = OnDisk(snapshot.digest if known else None, snapshot.seen)
        self._lines = Lines(snapshot)
        frame = Frame(snapshot.bom, snapshot.end, snapshot.ended)
        self._state = State(refs(range(len(snapshot))), frame)
        self._history = History(self._state)
        self._keeper = Keeper(path, self._lines, self._state)
        self._cache = RowCache()

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> ExampleFile:
        """Open the file at `path`.

        Args:
            path: A JSON Lines file.
            create: Take a missing file as an empty one; it is written at the first save.

        Raises:
            InputError: The file is missing, is no file, is a JSON array or in another encoding.
        """
        if create and not path.exists():
            if not path.parent.is_dir():
                raise InputError("The folder of this file does not exist.", path=path)
            return cls(path, b"")
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe would keep whoever opens it waiting.
            raise InputError("This is not a file that can be edited.", path=path)
        if is_array(path):
            raise InputError(
                "This file is one JSON array, and the studio edits JSON Lines.",
                path=path,
                hint="Convert it first: curator convert IN.json OUT.jsonl --to jsonl",
            )
        return cls(path, Snapshot.read(path))

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

    def save(self) -> None:
        """Write the file, all or nothing.

        Raises:
            ChangedOnDiskError: Somebody else wrote the file since it was read or saved here.
            StoreError: It could not be written; the old file and the edits are both kept.
        """
        self._writable()
        if self.changed_on_disk():
            raise ChangedOnDiskError(
                "The file changed on disk since it was opened, so it was not overwritten.",
                path=self.path,
                hint="Reload it, or save under another name.",
            )
        hasher = hashlib.sha256()

        def chunks() -> Iterator[bytes]:
            for chunk in content(self._lines, self._state):
                hasher.update(chunk)
                yield chunk
            # Before the new file takes its place: whoever finds the journal then knows both.
            self._keeper.announce(hasher.hexdigest())

        seen = write_atomic(self.path, chunks())
        self._disk = OnDisk(hasher.hexdigest(), seen)
        self._history.mark_saved()
        self._keeper.saved_now()

    def changed_on_disk(self, *, quick: bool = False) -> bool:
        """Return whether the file on disk is not the one that was read or saved here.

        A stat while nothing happens; the file is read when its times moved, or are so young that
        another write may hide behind them.

        Args:
            quick: Believe young times too; for looking now and then. `save` does not.

        Raises:
            StoreError: It cannot be read.
        """
        return self._disk.changed(self.path, quick=quick)

    def to_bytes(self) -> bytes:
        """Return the file's content as a save would write it."""
        return b"".join(content(self._lines, self._state))

    def merge(self) -> Merge:
        """Compare the rows here and on disk with what both began with; changes nothing.

        Raises:
            InputError: What is on disk is no file, or in another encoding.
        """
        missing = not self.path.exists()
        theirs = Snapshot.of(b"") if missing else Snapshot.read(self.path)
        return compare(self._lines, self._keeper.saved, self._state, theirs, missing=missing)

    def adopt(self, merge: Merge, choice: Choice | Sequence[Choice]) -> int:
        """Take what is on disk as seen, and make the rows what was decided, as one change.

        Args:
            merge: What `merge` returned.
            choice: ``theirs``: the rows are those on disk. ``mine``: they stay as they are here.
                ``both``: each side's changes, and both rows of a conflict. Or a word for each
                conflict, with everything else merged.

        Returns:
            How many rows there are now.

        Raises:
            StoreError: The rows changed since `merge`, or there are not as many decisions as
                conflicts.
        """
        self._writable()
        found = adoption(merge, choice, self._state)
        if found.changes:
            change = found.changes[0] if len(found.changes) == 1 else Group(found.changes)
            self._history.do(change, "merge")
        self._disk = OnDisk(
            None if merge.theirs_missing else found.snapshot.digest, found.snapshot.seen
        )
        self._keeper.mark_saved(found.theirs.refs, found.theirs.frame)
        self._history.mark_saved(here=self._state == found.theirs and not merge.theirs_missing)
        self._keeper.rebased(self._disk, dirty=self.dirty)
        return len(self)

    @property
    def read_only(self) -> bool:
        """Whether somebody else has the file, so that it cannot be edited here."""
        return self._keeper.holder is not None

    @property
    def holder(self) -> Holder | None:
        """Who else has the file, or None."""
        return self._keeper.holder

    @property
    def journal_problem(self) -> str:
        """Why unsaved changes are not being kept on disk; empty while they are."""
        return journal.problem if (journal := self._keeper.journal) else ""

    def hold(self) -> Holder | None:
        """Take the file for editing: nobody else can, and unsaved changes survive a kill.

        Returns:
            None, or who has it already; the file is read-only then. Call it again to find out
            whether they have left.
        """
        holder = self._keeper.hold()
        if holder is None and self.dirty:
            self._keeper.restart(self._disk)
        return holder

    def close(self, *, discard: bool = False) -> None:
        """Let others have the file. Unsaved changes stay in the journal.

        Args:
            discard: Forget them instead, because the person said so.
        """
        self._keeper.close(discard=discard)

    def note_draft(self, index: int | None, content: Example | str = "") -> None:
        """Keep what is being typed into a row, which is not a change of the file yet.

        Args:
            index: The row; None when it came to nothing. Any change makes it obsolete as well.
            content: What is typed, as an example or as a line.

        Raises:
            StoreError: A line was given and holds a line break.
        """
        body = encode(content) if isinstance(content, Example) else self._body(content)
        self._keeper.note_draft(self._disk, index or 0, None if index is None else body)

    def pending_recovery(self) -> Recovery | None:
        """Return unsaved changes that an earlier studio left, the latest first, or None."""
        if self.read_only:
            return None
        return find_recovery(self.path, self._disk.digest, besides=self._keeper.journals)

    def recover(self, recovery: Recovery) -> int:
        """Make unsaved changes again, each a change to undo.

        Where the file is not the one that they belong to, or has unsaved changes by now, the rows
        that they brought are put last instead, as one change. The journal that held them goes when
        this file is saved, or at once when its own journal has them.

        Returns:
            How many changes were made.
        """
        self._writable()
        if recovery.matches and not self.dirty:
            self._read_as(recovery)
            made = sum(self._again(record) for record in recovery.records)
        else:
            texts = [text for text in recovery.rows if text]
            made = int(bool(texts))
            if texts:
                self._splice(len(self), 0, [self._body(text) for text in texts], "recover")
        self._keeper.took_over(recovery)
        return made

    def _read_as(self, recovery: Recovery) -> None:
        """Take the content as the journal's writer had it in memory.

        Changes nothing that a save would write. But how the last row would end shows once another
        one follows it, and so does the frame of a file that lost all of its rows.
        """
        rows, saved = self._state.refs, self._keeper.saved
        frame = from_parts([{"frame": recovery.frame}], self._lines, self._state)
        if isinstance(frame, Reframe):
            self._state.frame = saved.frame = frame.after
        end = recovery.end.encode("ascii", "replace")
        if rows and not self._state.frame.ended and end.strip(b"\r") == b"\n":
            ref = self._lines.add(self._lines[rows[-1]].rstrip(b"\r\n") + end)
            rows[-1] = saved.refs[-1] = ref

    def _again(self, record: dict[str, Any]) -> bool:
        """Make the change of one record of a journal; return whether it fitted."""
        if record["do"] == "draft":
            draft = last_draft((record,))
            if draft is None or draft[0] > len(self):
                return False
            self._splice(draft[0], min(1, len(self) - draft[0]), [self._body(draft[1])], "edit")
            return True
        change = from_parts(record.get("parts"), self._lines, self._state)
        if change is None:
            return False
        # A step back that is known here is one; one that began before the journal is a change.
        if record["do"] == "undo" and self._says(self._history.last, record, back=True):
            self.undo()
        elif record["do"] == "redo" and self._says(self._history.next, record, back=False):
            self.redo()
        else:
            label = record.get("label")
            self._do(change, label if isinstance(label, str) else "edit")
        return True

    def _says(self, step: Step | None, record: dict[str, Any], *, back: bool) -> bool:
        if step is None:
            return False
        change = step.change.inverse() if back else step.change
        return bool(to_parts(change, self._lines) == record["parts"])

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
        self._keeper.note(self._disk, verb, step, dirty=self.dirty)

    def _writable(self) -> None:
        if self._keeper.holder is not None:
            raise StoreError(
                f"Open read-only: {self._keeper.holder.words} is editing this file.",
                path=self.path,
                hint="Close it there first.",
            )
