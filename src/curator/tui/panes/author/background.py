"""The work that goes on beside the typing: checks, the scan of the whole file, runs of code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from curator.errors import CuratorError
from curator.example import Example
from curator.settings import Project
from curator.store import Row
from curator.tui.panes.author import checks
from curator.tui.panes.author.checks import Subject, Verdict
from curator.tui.panes.author.session import Session
from curator.tui.panes.author.tokens import Size, TokenCounter
from curator.tui.panes.base import Pane

if TYPE_CHECKING:
    from curator.lint.execute import Execution

#: How long after the last key the scan of the whole file goes on, in seconds.
_QUIET = 0.2
#: The same for work that cannot stand aside once it has begun.
_LEISURE = 1.0
#: How many rows are read for running before the first of them has ended.
_RUN_AT_A_TIME = 16


class CheckingPane(Pane):
    """A pane whose checks run in worker threads and come back as messages.

    A result carries the number of the request it answers; one that is not the latest is dropped,
    so that a slow check can never overwrite what a newer keystroke asked for. What is about rows
    carries their keys, which stay true whatever happens to the file meanwhile.
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

    class CheckedAside(Message):
        """One row was checked that is not in the editor any more."""

        def __init__(self, session: Session, subject: Subject, verdict: Verdict) -> None:
            super().__init__()
            self.session = session
            self.subject = subject
            self.verdict = verdict

    class Sized(Message):
        """One row was measured, after its tokenizer had to be read first."""

        def __init__(self, number: int, size: Size) -> None:
            super().__init__()
            self.number = number
            self.size = size

    class Scanned(Message):
        """Some rows of the file were checked."""

        def __init__(self, session: Session, batch: list[tuple[int, Verdict]]) -> None:
            super().__init__()
            self.session = session
            self.batch = batch

    class Compared(Message):
        """A share of the rows, 0 to 1, was compared with all others by now."""

        def __init__(self, session: Session, share: float) -> None:
            super().__init__()
            self.session = session
            self.share = share

    class Paired(Message):
        """Some twins of the file were found; `last` says whether these are the last."""

        def __init__(
            self, session: Session, pairs: Sequence[tuple[int, int, float]], *, last: bool
        ) -> None:
            super().__init__()
            self.session = session
            self.pairs = pairs
            self.last = last

    class Ran(Message):
        """The code of a row was run, or could not be."""

        def __init__(self, session: Session, key: int, ran: Execution | CuratorError) -> None:
            super().__init__()
            self.session = session
            self.key = key
            self.ran = ran

    class RanAll(Message):
        """No run of the last request is under way any more."""

        def __init__(self, session: Session) -> None:
            super().__init__()
            self.session = session

    def __init__(self, project: Project, **options: Any) -> None:
        super().__init__(project, **options)
        self.counter = TokenCounter(project)
        self._cancel: threading.Event | None = None

    @work(thread=True, exclusive=True, group="live")
    def check_row(self, number: int, session: Session, subject: Subject) -> None:
        """Check one row and look for its twins."""
        verdict = self._verdict_on(session, subject)
        self.post_message(self.Checked(number, subject, verdict))
        if not self.counter.ready and isinstance(subject.content, Example):
            self.counter.load()
            self.post_message(self.Sized(number, self.counter.size(subject.content)))

    @work(thread=True, group="aside")
    def check_aside(self, session: Session, subject: Subject) -> None:
        """Check one row that is not in the editor, whatever is checked there meanwhile."""
        verdict = self._verdict_on(session, subject)
        self.post_message(self.CheckedAside(session, subject, verdict))

    def _verdict_on(self, session: Session, subject: Subject) -> Verdict:
        worker = get_current_worker()
        ledger, threshold = session.ledger, self.project.settings.twins.threshold

        def likest(text: str) -> checks.Twins:
            return ledger.likeness.nearest(
                text,
                threshold,
                lambda key: key != subject.key and ledger.is_there(key),
                lambda: worker.is_cancelled,
            )

        return checks.check(subject, session.linter, session.name, likest)

    @work(thread=True, exclusive=True, group="scan")
    def scan_rows(self, session: Session, rows: Iterable[Row], keys: Sequence[int]) -> None:
        """Check rows, then compare all rows of the file with one another.

        Args:
            session: The open file.
            rows: The rows of the file on disk, or some that were just added.
            keys: The key of each.
        """
        worker = get_current_worker()

        def cancelled() -> bool:
            return worker.is_cancelled

        def compared(share: float) -> None:
            self.post_message(self.Compared(session, share))

        known = dict(session.ledger.texts())
        try:
            rows = self._aside(rows, cancelled)
            for batch in checks.scan(rows, session.linter, session.name, keys, cancelled):
                known.update((key, verdict.text) for key, verdict in batch)
                self.post_message(self.Scanned(session, batch))
        except CuratorError as error:
            # The file went away under the scan; what is open is whole, in memory.
            self.app.call_from_thread(self.notify_error, error)
        threshold = self.project.settings.twins.threshold
        pairs = checks.twins_of_all(
            list(known.items()),
            threshold,
            cancelled,
            compared,
        )
        for begin in range(0, len(pairs), 512):
            if cancelled():
                return
            self.post_message(self.Paired(session, pairs[begin : begin + 512], last=False))
        self.post_message(self.Paired(session, (), last=True))

    def _aside(self, rows: Iterable[Row], cancelled: Callable[[], bool]) -> Iterator[Row]:
        """Yield rows for as long as nobody moves or types: before each one, as one takes 5 ms."""
        for row in rows:
            self._wait_for_quiet(_QUIET, cancelled)
            yield row

    def _wait_for_quiet(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        """Return once nobody moved or typed for so long."""
        while time.monotonic() - self.touched < seconds and not cancelled():
            time.sleep(_QUIET / 10)

    @work(thread=True, exclusive=True, group="settle")
    def settle(self, session: Session) -> None:
        """Make the twins of one row quick to find, now that all texts are known."""
        # It takes a second or more in one go, and until then rows are only searched more slowly.
        worker = get_current_worker()
        self._wait_for_quiet(_LEISURE, lambda: worker.is_cancelled)
        session.ledger.likeness.settle()

    @work(thread=True, exclusive=True, group="run")
    def run_code(self, session: Session, rows: Sequence[tuple[int, int]]) -> None:
        """Run the code of some rows, sealed, side by side.

        Args:
            session: The open file.
            rows: The rows, each as its index and its key.
        """
        from curator.lint.execute import execute, program_of

        cancel = self._cancel = threading.Event()
        try:
            for begin in range(0, len(rows), _RUN_AT_A_TIME):
                part = rows[begin : begin + _RUN_AT_A_TIME]
                # The file is asked on the thread that edits it.
                found = self.app.call_from_thread(session.examples, part)
                programs = [program_of(example, session.profile) for _, example in found]
                for index, ran in execute(programs, self.project.limits, cancel=cancel):
                    self.post_message(self.Ran(session, found[index][0], ran))
                if cancel.is_set():
                    break
        except CuratorError as error:
            for _, key in rows:
                self.post_message(self.Ran(session, key, error))
        self.post_message(self.RanAll(session))

    def cancel_runs(self) -> None:
        """End the runs that are under way; those that ended keep their outcome."""
        if self._cancel is not None:
            self._cancel.set()

    def on_unmount(self) -> None:
        """Leave nothing running behind."""
        self.cancel_runs()
