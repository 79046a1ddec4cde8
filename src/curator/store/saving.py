"""One save, from the moment that was asked for to the file on disk.

What is written is the rows as they were when the save began. Nothing here touches what a person
edits, so that the writing can go on in a thread beside them; `ExampleFile.saved` then brings the
two together.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

from curator.errors import ChangedOnDiskError, StoreError
from curator.store.atomic import write_atomic
from curator.store.changes import State
from curator.store.content import content
from curator.store.disk import OnDisk
from curator.store.journal import Journal, Mark
from curator.store.lines import Lines


class Saving:
    """A save that has begun.

    Args:
        path: Where the file goes.
        lines: Where its lines are.
        state: Its rows now; nobody else's to change.
        disk: What is believed to be on disk.
        journal: The journal of what is unsaved, or None.
        superseded: Older journals whose changes are in these rows.

    Attributes:
        state: As given.
        superseded: As given.
        disk: What is on disk once it was written; None until then.
    """

    def __init__(
        self,
        path: Path,
        lines: Lines,
        state: State,
        disk: OnDisk,
        journal: Journal | None,
        superseded: tuple[Path, ...] = (),
    ) -> None:
        self.state = state
        self.superseded = superseded
        self.disk: OnDisk | None = None
        self._path = path
        self._lines = lines
        self._before = disk
        self._journal = journal
        self._mark: Mark | None = journal.mark() if journal is not None else None
        self._cancelled = threading.Event()

    def write(self) -> None:
        """Write the file, all or nothing; may be called in any thread, once.

        Raises:
            ChangedOnDiskError: Somebody else wrote the file since it was read or saved here.
            StoreError: It could not be written, or `cancel` was called; the old file is as it was.
        """
        if self._before.changed(self._path):
            raise ChangedOnDiskError(
                "The file changed on disk since it was opened, so it was not overwritten.",
                path=self._path,
                hint="Reload it, or save under another name.",
            )
        hasher = hashlib.sha256()

        def chunks() -> Iterator[bytes]:
            for chunk in content(self._lines, self.state):
                self._stop_if_cancelled()
                hasher.update(chunk)
                yield chunk
            self._stop_if_cancelled()
            # Before the new file takes its place: whoever finds the journal then knows both.
            if self._journal is not None and self._mark is not None:
                self._journal.announce(hasher.hexdigest(), self._mark)

        seen = write_atomic(self._path, chunks())
        self.disk = OnDisk(hasher.hexdigest(), seen)

    def cancel(self) -> None:
        """Ask for the writing to end without having done anything, if there is time for that."""
        self._cancelled.set()

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise StoreError("The save was cancelled.", path=self._path)
