"""Running the code of examples, one or all of a list, and keeping how each ended."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on

from curator.errors import CuratorError
from curator.tui.panes.author.background import CheckingPane
from curator.tui.panes.author.guard import GuardedDesk
from curator.tui.panes.author.session import Session
from curator.tui.text import plural


class RunningDesk(GuardedDesk):
    """A desk whose examples can be run."""

    #: How many rows of the last request ran, how many of those failed, and why the others did not.
    _ran_rows = _failed_rows = 0
    _refusal: CuratorError | None = None

    def _say(self, text: str) -> None:
        """Say why a key did nothing."""
        self.notify(text, markup=False, timeout=3)

    def action_run(self) -> None:
        """Run the example's code, sealed."""
        session = self._session
        # Putting away what was typed also opens the row under the cursor, which is the one meant.
        if session is None or not self.commit() or (index := self._index) is None:
            return
        if session.row(index).example is None:
            self._say("A broken row has nothing to run: mend it first.")
            return
        if self._runs is not None:
            self._say("Other examples are being run; shift+f5 ends that.")
            return
        self._begin_runs(session, [index])

    def action_run_all(self) -> None:
        """Run every example that the list shows, or end that."""
        session = self._session
        if session is None or not self.commit():
            return
        if self._runs is not None:
            self.cancel_runs()
            return
        self._begin_runs(session, self.examples.shown)

    def _begin_runs(self, session: Session, indices: Iterable[int]) -> None:
        rows = [(index, session.ledger.keys[index]) for index in indices]
        self._runs = (0, len(rows))
        self._being_run = {key for _, key in rows}
        self._ran_rows = self._failed_rows = 0
        self._refusal = None
        self.run_code(session, rows)
        self._show_run()
        self.show_status()

    @on(CheckingPane.Ran)
    def _ran(self, message: CheckingPane.Ran) -> None:
        """Keep how a run ended with the row, and show it where that row is open."""
        if message.session is not self._session:
            return
        entry = message.session.ledger.entry(message.key)
        entry.ran = message.ran
        self._being_run.discard(message.key)
        if isinstance(message.ran, CuratorError):
            self._refusal = message.ran
        else:
            self._ran_rows += 1
            self._failed_rows += entry.failed
        if self._runs is not None:
            self._runs = (self._runs[0] + 1, self._runs[1])
        self._show_run()
        self.examples.refresh()
        self.show_status()

    @on(CheckingPane.RanAll)
    def _ran_all(self, message: CheckingPane.RanAll) -> None:
        """Say how many rows passed, where more than one was run."""
        runs, self._runs = self._runs, None
        self._being_run.clear()
        if message.session is self._session and runs is not None and runs[1] > 1:
            words = ": all passed" if self._ran_rows else ""
            if self._failed_rows:
                words = f": {plural(self._failed_rows, 'row')} failed; filter by fail"
            self.notify(f"{self._ran_rows:,} of {runs[1]:,} run{words}.", markup=False)
            if self._refusal is not None:
                self.notify_error(self._refusal)
        self._show_run()
        self.show_status()
