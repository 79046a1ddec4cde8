"""The checks that follow the typing, and the one that goes through the whole file at open."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from curator.errors import CuratorError
from curator.example import Example
from curator.store import Row
from curator.tui.panes.author import checks
from curator.tui.panes.author.checks import Subject, Verdict
from curator.tui.panes.author.ledger import Entry
from curator.tui.panes.author.session import Session
from curator.tui.panes.base import Pane

if TYPE_CHECKING:
    from curator.sandbox import Outcome


#: How long after the last key the scan of the whole file goes on, in seconds.
_QUIET = 0.2


class CheckingPane(Pane):
    """A pane whose checks run in worker threads and come back as messages.

    A result carries the number of the request it answers; one that is not the latest is dropped,
    so that a slow check can never overwrite what a newer keystroke asked for.
    """

    #: When the person last moved or typed, by the monotonic clock: the scan of the whole file
    #: stands aside for as long as they do.
    touched = 0.0

    class Checked(Message):
        """One row was checked."""

        def __init__(self, number: int, subject: Subject, verdict: Verdict) -> None:
            super().__init__()
            self.number = number
            self.subject = subject
            self.verdict = verdict

    class Scanned(Message):
        """Some rows of the file were checked."""

        def __init__(self, session: Session, batch: list[tuple[Entry, Verdict]]) -> None:
            super().__init__()
            self.session = session
            self.batch = batch

    class Paired(Message):
        """Some twins of the file were found; `last` says whether these are the last."""

        def __init__(
            self, session: Session, pairs: Sequence[tuple[Entry, Entry, float]], *, last: bool
        ) -> None:
            super().__init__()
            self.session = session
            self.pairs = pairs
            self.last = last

    class Ran(Message):
        """An example's code was run, or could not be."""

        def __init__(self, number: int, outcome: Outcome | CuratorError) -> None:
            super().__init__()
            self.number = number
            self.outcome = outcome

    @work(thread=True, exclusive=True, group="live")
    def check_row(self, number: int, session: Session, subject: Subject) -> None:
        """Check one row and look for its twins."""
        entries = tuple(session.ledger.entries)
        threshold = self.project.settings.twins.threshold
        verdict = checks.check(subject, session.linter, session.name, entries, threshold)
        self.post_message(self.Checked(number, subject, verdict))

    @work(thread=True, exclusive=True, group="scan")
    def scan_rows(self, session: Session, rows: Iterable[Row], entries: Sequence[Entry]) -> None:
        """Check rows, then compare all of them with one another.

        Args:
            session: The open file.
            rows: The rows of the file on disk, or some that were just added.
            entries: What the ledger holds for each.
        """
        worker = get_current_worker()

        def cancelled() -> bool:
            return worker.is_cancelled

        texts: list[tuple[Entry, str]] = []
        try:
            for batch in checks.scan(rows, session.linter, session.name, entries, cancelled):
                texts.extend((entry, verdict.text) for entry, verdict in batch)
                self.post_message(self.Scanned(session, batch))
                while time.monotonic() - self.touched < _QUIET and not cancelled():
                    time.sleep(_QUIET / 10)
        except CuratorError as error:
            # The file went away under the scan; what is open is whole, in memory.
            self.app.call_from_thread(self.notify_error, error)
        threshold = self.project.settings.twins.threshold
        pairs = checks.twins_of_all(texts, threshold, cancelled)
        for begin in range(0, len(pairs), 512):
            if cancelled():
                return
            self.post_message(self.Paired(session, pairs[begin : begin + 512], last=False))
        self.post_message(self.Paired(session, (), last=True))

    @work(thread=True, exclusive=True, group="run")
    def run_code(self, number: int, session: Session, example: Example) -> None:
        """Run an example's code, sealed."""
        try:
            outcome: Outcome | CuratorError = checks.run_example(example, session.profile)
        except CuratorError as error:
            outcome = error
        self.post_message(self.Ran(number, outcome))
