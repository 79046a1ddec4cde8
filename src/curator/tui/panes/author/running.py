"""Running the code of examples, one or all of a list, and keeping how each ended."""

from __future__ import annotations

from textual import on
from textual.content import Content

from curator.tui.panes.author.background import CheckingPane
from curator.tui.panes.author.guard import GuardedDesk
from curator.tui.text import plural


class RunningDesk(GuardedDesk):
    """A desk whose examples can be run."""

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
        self._runs = (0, 1)
        self.side.show_run(Content.styled("running…", "$muted"))
        self.run_code(session, [(index, session.ledger.keys[index])])

    def action_run_all(self) -> None:
        """Run every example that the list shows, or end that."""
        session = self._session
        if session is None or not self.commit():
            return
        if self._runs is not None:
            self.cancel_runs()
            return
        keys = session.ledger.keys
        rows = [(index, keys[index]) for index in self.examples.shown]
        self._runs = (0, len(rows))
        self.run_code(session, rows)
        self.show_status()

    @on(CheckingPane.Ran)
    def _ran(self, message: CheckingPane.Ran) -> None:
        """Keep how a run ended with the row, and show it where that row is open."""
        if message.session is not self._session:
            return
        message.session.ledger.entry(message.key).ran = message.ran
        if self._runs is not None:
            self._runs = (self._runs[0] + 1, self._runs[1])
        self._show_run()
        self.examples.refresh()
        self.show_status()

    @on(CheckingPane.RanAll)
    def _ran_all(self, message: CheckingPane.RanAll) -> None:
        """Say how many rows passed, where more than one was run."""
        runs, self._runs = self._runs, None
        if message.session is self._session and runs is not None and runs[1] > 1:
            failed = sum(entry.failed for entry in message.session.ledger.live())
            words = f"{plural(failed, 'row')} failed; filter by fail" if failed else "all passed"
            self.notify(f"{runs[0]:,} of {runs[1]:,} run: {words}.", markup=False)
        self.show_status()
