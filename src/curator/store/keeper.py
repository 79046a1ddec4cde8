"""What stands guard over one open file: its lock and its journal."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from curator.errors import ChangedOnDiskError
from curator.store.atomic import sweep
from curator.store.changes import Frame, Reframe, Splice, State, Step
from curator.store.disk import OnDisk
from curator.store.journal import Journal
from curator.store.lines import Lines, refs
from curator.store.lock import Holder, Lock, acquire
from curator.store.records import difference, frame_part, to_parts, to_text
from curator.store.recovery import Recovery, discard
from curator.store.saving import Saving

Verb = Literal["change", "undo", "redo"]
#: A step that brings more lines than this is journalled as what differs from the disk instead.
_MANY = 10_000


class Keeper:
    """Lock and journal of one file; does nothing until `hold` was granted.

    Args:
        path: The file.
        lines: Where its lines are.
        state: Its rows now.

    Attributes:
        holder: Who else has the file, or None.
        saved: The rows and frame that are on disk.
    """

    def __init__(self, path: Path, lines: Lines, state: State) -> None:
        self._path = path
        self._lines = lines
        self._state = state
        self.saved = State(refs(tuple(state.refs)), state.frame)
        self.holder: Holder | None = None
        self._lock: Lock | None = None
        self._journal: Journal | None = None
        self._drafted = False
        # Journals whose changes were taken over, to be removed once these are safe elsewhere.
        self._taken_over: list[Path] = []

    @property
    def journal(self) -> Journal | None:
        """The journal, once the file is held."""
        return self._journal

    @property
    def journals(self) -> frozenset[Path]:
        """The journals whose changes are in the rows here."""
        own = self._journal.file if self._journal else None
        return frozenset((*self._taken_over, *([own] if own else [])))

    def took_over(self, recovery: Recovery) -> None:
        """Note that the changes of an old journal were made again; drop it once that is safe."""
        if self._journal is not None and self._journal.usable:
            self._journal.sync()
            if not self._journal.problem:
                discard(recovery)
                return
        self._taken_over.append(recovery.journal)

    def hold(self) -> Holder | None:
        """Take the lock and keep a journal from now on; return who has the lock otherwise."""
        if self._lock is None:
            taken = acquire(self._path)
            if isinstance(taken, Holder):
                self.holder = taken
                return taken
            self.holder, self._lock = None, taken
            self._journal = Journal(self._path)
            sweep(Path(os.path.realpath(self._path)).parent)
        return None

    def note(self, disk: OnDisk, verb: Verb, step: Step, *, dirty: bool) -> None:
        """Journal a step that was made, taken back or made again."""
        journal = self._journal
        if journal is None:
            return
        self._drafted = False
        try:
            self._note(journal, disk, verb, step, dirty=dirty)
        except ChangedOnDiskError as error:
            # A line that the change brings back is gone from a large file that was written over.
            journal.give_up(error.message)

    def _note(self, journal: Journal, disk: OnDisk, verb: Verb, step: Step, *, dirty: bool) -> None:
        if not dirty:
            # Nothing is unsaved any more, so nothing must be offered after a kill.
            journal.remove()
            return
        change = step.change.inverse() if verb == "undo" else step.change
        first = journal.file is None and not journal.problem
        if (first or journal.usable) and change.weight <= _MANY:
            record = {"do": verb, "label": step.label, "parts": to_parts(change, self._lines)}
            if first:
                self._start(disk, [record])
            else:
                journal.append(record)
        else:
            self.restart(disk)

    def note_draft(self, disk: OnDisk, index: int, line: bytes | None) -> None:
        """Journal what is being typed into a row; None when that came to nothing."""
        journal = self._journal
        if journal is None or (line is None and not self._drafted):
            return
        self._drafted = line is not None
        record: dict[str, Any] = {"do": "draft", "at": -1}
        if line is not None:
            record = {"do": "draft", "at": index, "in": to_text(line)}
        if journal.usable:
            journal.append(record)
        elif journal.file is None and not journal.problem:
            self._start(disk, [record])
        else:
            self.restart(disk)
            journal.append(record)

    def restart(self, disk: OnDisk, differs: Iterable[Splice] | None = None) -> None:
        """Begin the journal anew with all that differs from the disk.

        Args:
            disk: What is there.
            differs: Which rows differ; found out where it is None.
        """
        if self._journal is None:
            return
        if differs is None:
            differs = difference(self.saved.refs, self._state.refs)
        records = [
            {"do": "change", "label": "edit", "parts": to_parts(splice, self._lines)}
            for splice in differs
        ]
        if self.saved.frame != self._state.frame:
            reframe = Reframe(self.saved.frame, self._state.frame)
            records.append(
                {"do": "change", "label": "edit", "parts": to_parts(reframe, self._lines)}
            )
        self._start(disk, records)

    def _start(self, disk: OnDisk, records: list[dict[str, Any]]) -> None:
        assert self._journal is not None
        end = b""
        if not self.saved.frame.ended and self.saved.refs:
            last = self._lines[self.saved.refs[-1]]
            end = last[len(last.rstrip(b"\r\n")) :]
        content = {
            "rows": len(self.saved.refs),
            "end": to_text(end),
            "frame": frame_part(self.saved.frame),
        }
        self._journal.start(disk.digest, content, records)

    def rebased(self, disk: OnDisk, differs: Iterable[Splice], *, dirty: bool) -> None:
        """Note that what is on disk was taken as seen, and which rows differ from it."""
        if self._journal is not None:
            if dirty:
                self.restart(disk, differs)
            else:
                self._journal.remove()

    @property
    def superseded(self) -> tuple[Path, ...]:
        """Old journals whose changes are in the rows here, to be removed once these are saved."""
        return tuple(self._taken_over)

    def saved_now(self, saving: Saving, *, dirty: bool) -> None:
        """Note that a save is on disk.

        Args:
            saving: The save.
            dirty: Whether there were changes since it began, which are to be kept on.
        """
        assert saving.disk is not None
        self.mark_saved(saving.state.refs, saving.state.frame)
        self._drafted = False
        if self._journal is not None:
            if dirty:
                self.restart(saving.disk)
            else:
                self._journal.remove()
        for journal in saving.superseded:
            journal.unlink(missing_ok=True)
            self._taken_over.remove(journal)

    def mark_saved(self, rows: array[int], frame: Frame) -> None:
        """Note what is on disk."""
        self.saved = State(rows[:], frame)

    def close(self, *, discard: bool) -> None:
        """Give up the lock; the journal stays unless it is to be discarded."""
        if self._journal is not None:
            if discard:
                self._journal.remove()
            else:
                self._journal.close()
            self._journal = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
