"""A file of examples, open for editing: its rows, and how they stand to what is on disk.

Lines that nobody touched are written back byte for byte, broken ones included. Other programs may
write the file meanwhile, other studios may want it, and this one may end at any moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curator.errors import InputError, StoreError
from curator.example import Example
from curator.store.changes import Group, State, Step
from curator.store.content import content
from curator.store.decode import encode
from curator.store.disk import OnDisk
from curator.store.edited import EditedRows
from curator.store.keeper import Keeper, Verb
from curator.store.lock import Holder
from curator.store.merge import Choice, Merge
from curator.store.reconcile import Adoption, adoption, compare, edited_since
from curator.store.recovery import Recovery, find_recovery, last_draft
from curator.store.replay import read_as, step_again
from curator.store.rows import is_array
from curator.store.saving import Saving
from curator.store.snapshot import Snapshot


class ExampleFile(EditedRows):
    """A JSON Lines file of examples with undo and redo.

    Use `ExampleFile.open`, and `hold` where somebody is going to edit. A file beyond 16 MB is read
    where it lies, row by row.

    Attributes:
        path: Where it is saved.
    """

    def __init__(self, path: Path, data: bytes | Snapshot) -> None:
        snapshot = data if isinstance(data, Snapshot) else Snapshot.of(data)
        known = snapshot.seen is not None or snapshot.size > 0 or path.exists()
        super().__init__(path, snapshot)
        self._disk = OnDisk(snapshot.digest if known else None, snapshot.seen)
        self._keeper = Keeper(path, self._lines, self._state)

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

    def save(self) -> None:
        """Write the file, all or nothing.

        Raises:
            ChangedOnDiskError: Somebody else wrote the file since it was read or saved here.
            StoreError: It could not be written; the old file and the edits are both kept.
        """
        saving = self.begin_save()
        saving.write()
        self.saved(saving)

    def begin_save(self) -> Saving:
        """Begin a save of the rows as they are now, to be written beside the editing.

        Call its `write` in any thread, and then `saved` in the one that edits. Changes made
        meanwhile are unsaved afterwards.

        Raises:
            StoreError: Somebody else has the file.
        """
        self._writable()
        self._history.mark_saving()
        rows = State(self._state.refs[:], self._state.frame)
        keeper = self._keeper
        return Saving(self.path, self._lines, rows, self._disk, keeper.journal, keeper.superseded)

    def saved(self, saving: Saving) -> None:
        """Take what was written as what is on disk."""
        assert saving.disk is not None, "only what was written is saved"
        self._disk = saving.disk
        self._history.mark_saved_as_begun()
        self._keeper.saved_now(saving, dirty=self.dirty)

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

    def prepare(self, merge: Merge, choice: Choice | Sequence[Choice]) -> Adoption:
        """Return what `adopt` shall do; any thread may ask, because nothing is changed.

        Raises:
            StoreError: As `adopt`.
        """
        return adoption(merge, choice, State(self._state.refs[:], self._state.frame))

    def adopt(
        self, merge: Merge, choice: Choice | Sequence[Choice], prepared: Adoption | None = None
    ) -> int:
        """Take what is on disk as seen, and make the rows what was decided, as one change.

        Args:
            merge: What `merge` returned.
            choice: ``theirs``: the rows are those on disk. ``mine``: they stay as they are here.
                ``both``: each side's changes, and both rows of a conflict. Or a word for each
                conflict, with everything else merged.
            prepared: What `prepare` returned for the two, so that nothing is left to compare.

        Returns:
            How many rows there are now.

        Raises:
            StoreError: The rows changed since `merge`, or there are not as many decisions as
                conflicts.
        """
        self._writable()
        found = prepared or self.prepare(merge, choice)
        if found.before != self._state.refs:
            raise edited_since()
        if found.changes:
            change = found.changes[0] if len(found.changes) == 1 else Group(found.changes)
            self._history.do(change, "merge")
        self._disk = OnDisk(
            None if merge.theirs_missing else found.snapshot.digest, found.snapshot.seen
        )
        self._keeper.mark_saved(found.theirs.refs, found.theirs.frame)
        self._history.mark_saved(here=self._state == found.theirs and not merge.theirs_missing)
        self._keeper.rebased(self._disk, found.unsaved, dirty=self.dirty)
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
            read_as(recovery, self._lines, self._state, self._keeper.saved)
            made = sum(self._again(record) for record in recovery.records)
        else:
            texts = [text for text in recovery.rows if text]
            made = int(bool(texts))
            if texts:
                self._splice(len(self), 0, [self._body(text) for text in texts], "recover")
        self._keeper.took_over(recovery)
        return made

    def _again(self, record: dict[str, Any]) -> bool:
        """Make the change of one record of a journal; return whether it fitted."""
        draft = last_draft((record,))
        if draft is not None:
            if draft[0] > len(self):
                return False
            self._splice(draft[0], min(1, len(self) - draft[0]), [self._body(draft[1])], "edit")
            return True
        again = step_again(record, self._lines, self._state, self._history)
        if again is None:
            return False
        if again.verb == "undo":
            self.undo()
        elif again.verb == "redo":
            self.redo()
        else:
            self._do(again.change, again.label)
        return True

    def _note(self, verb: Verb, step: Step) -> None:
        self._keeper.note(self._disk, verb, step, dirty=self.dirty)

    def _writable(self) -> None:
        if self._keeper.holder is not None:
            raise StoreError(
                f"Open read-only: {self._keeper.holder.words} is editing this file.",
                path=self.path,
                hint="Close it there first.",
            )
