"""The file behind the pane: opening it, and which of its rows are shown in which order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from curator.errors import CuratorError
from curator.example import Example
from curator.settings import Project
from curator.store import ExampleFile, read_rows, shipped_examples
from curator.tui.panes.author.checks import MOST_ROWS_CHECKED
from curator.tui.panes.author.desk import Desk
from curator.tui.panes.author.list import ExampleList
from curator.tui.panes.author.query import ORDERS, Query, sort_key
from curator.tui.panes.author.session import Session
from curator.tui.panes.author.status import Progress
from curator.tui.panes.author.welcome import Welcome
from curator.tui.text import plural

#: The longest that filtering holds the screen's thread at a time, in seconds.
_SLICE = 0.008
#: How long the cursor of the list rests on a row before it opens, in seconds: longer than a held
#: key takes to repeat, so that it moves the cursor alone.
_REST = 0.08
#: Files up to this many bytes open before the first paint; larger ones behind it.
_SMALL = 2_000_000
#: How often the rows found so far are shown while a filter goes through a large file, in seconds.
_SHOW_EVERY = 0.3


class FileDesk(Desk):
    """A desk with a file on it.

    Args:
        project: The project that the studio is open on.
        file: The file to open; the one that the project names by default.
    """

    def __init__(self, project: Project, file: Path | None = None) -> None:
        super().__init__(project)
        self._path = file or project.path(project.settings.examples)
        self._welcome = Welcome(self.subject)
        self._query = Query()
        self._order = ORDERS[0]
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the desk, and the welcome that stands in its place while there is nothing."""
        yield from super().compose()
        yield self._welcome

    def on_mount(self) -> None:
        """Open the file: at once where it is small, else behind the first paint."""
        try:
            small = self._path.stat().st_size < _SMALL
        except OSError:
            small = True
        if small:
            self._open_now()
        else:
            self.status = Content(f"opening {self.subject}…")
            self._open_behind()

    @property
    def subject(self) -> str:
        """The file's path, relative to the project where it is inside."""
        try:
            return str(self._path.resolve().relative_to(self.project.root))
        except ValueError:
            return str(self._path)

    def _open_now(self) -> None:
        try:
            if self._path.parent.is_dir():
                file = ExampleFile.open(self._path, create=True)
            else:
                file = ExampleFile(self._path, b"")
            self.take(Session(self.project, file))
        except CuratorError as error:
            self.notify_error(error)

    @work(thread=True, exclusive=True, group="open")
    def _open_behind(self) -> None:
        try:
            session = Session(self.project, ExampleFile.open(self._path))
        except CuratorError as error:
            self.app.call_from_thread(self.notify_error, error)
        else:
            self.app.call_from_thread(self.take, session)

    def take(self, session: Session, index: int = 0) -> None:
        """Put an open file on the desk and begin to check it."""
        if self._session is not None:
            self._session.file.close()
        self._session = session
        session.file.hold()
        self._scanning = 0 < len(session) <= MOST_ROWS_CHECKED
        self._progress = Progress(len(session))
        self.examples.load(session)
        self._show_or_welcome(min(index, max(len(session) - 1, 0)))
        # At open, what is in memory is what is on disk. The keys are those of now, so that rows may
        # come and go while they are checked.
        self.call_after_refresh(self._begin, session, tuple(session.ledger.keys))
        self.show_status()

    def _begin(self, session: Session, keys: Sequence[int]) -> None:
        """Do what can wait until the first rows are on the screen."""
        if session is not self._session:
            return
        if not self._painted:
            self._painted = True
            self._check_now()
        if self._scanning:
            self.scan_rows(session, read_rows(session.path), keys)
        self.begun(session)

    def begun(self, session: Session) -> None:
        """Called once a file is on the screen."""

    def on_unmount(self) -> None:
        """Let others have the file; what is unsaved stays in the journal."""
        if self._session is not None:
            self._session.file.close()

    def closing(self, *, discard: bool) -> None:
        """Forget what is unsaved where the person said so."""
        if discard and self._session is not None:
            self._session.file.close(discard=True)

    def may_edit(self) -> bool:
        """Return whether the file can be changed here; if not, say who is at it."""
        session = self._session
        if session is None or session.file.holder is None:
            return session is not None
        self.notify(
            f"Open read-only: {session.file.holder.words} is editing this file. It can be edited"
            " here once they leave.",
            markup=False,
        )
        return False

    def _show_or_welcome(self, index: int) -> None:
        """Open a row, or say what to do where there is none."""
        session = self._session
        assert session is not None
        empty = not len(session)
        self._desk.display = not empty
        welcome = self._welcome
        welcomed = bool(welcome.display)
        welcome.display = empty
        if empty:
            self.show_row(None)
            if self.display:
                welcome.focus()
        else:
            self.examples.go(index)
            self.show_row(index)
            if welcomed and self.display:
                self.examples.focus()

    def opened(self) -> None:
        """Put the cursor into the list, or onto the welcome."""
        welcome = self._welcome
        if welcome.display:
            welcome.focus()
        elif self.screen.focused is None or self not in self.screen.focused.ancestors:
            self.examples.focus()

    def add(self, *examples: Example, at: int | None = None) -> None:
        """Put examples into the file as one change, open the first of them."""
        session = self._session
        if session is None or not self.may_edit() or not self.commit():
            return
        self._clear_filter()
        first = session.insert(len(session) if at is None else at, *examples)
        self.refresh_list(first)
        if len(examples) > 1:
            self.check_new()

    def add_samples(self) -> None:
        """Put the sample set into the file, unsaved."""
        try:
            examples = [row.example for row in read_rows(shipped_examples()) if row.example]
        except CuratorError as error:
            self.notify_error(error)
            return
        self.add(*examples)
        self.notify(
            f"{plural(len(examples), 'example')} to look at. Nothing is written until you save;"
            " u takes them back.",
            markup=False,
        )

    def refresh_list(self, index: int) -> None:
        """Show the list after rows came, went or moved, with the cursor on `index`."""
        session = self._session
        assert session is not None
        if (self._query or self._order != "line") and len(session):
            self._apply_filter(index)
        self.examples.load(session, None)
        self._index = None
        self._show_or_welcome(index)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self._query = Query.read(event.value)
        self._apply_filter(self._index or 0)

    @work(exclusive=True, group="filter")
    async def _apply_filter(self, index: int) -> None:
        """Show the rows that pass, in their order; hands the thread back every few milliseconds."""
        session, query, order = self._session, self._query, self._order
        if session is None:
            return
        if not query and order == "line":
            self.examples.load(session)
            self.examples.go(index)
            return
        # Rows with one key are in the file's order already, and few keys differ: what is left to
        # sort is small.
        found: dict[tuple[float, ...], list[int]] = {}
        begun = shown_at = time.monotonic()
        for row in range(len(session)):
            if row >= len(session):
                return
            entry = session.entry(row)
            if query.matches(entry, lambda row=row: session.file.raw(row)):  # type: ignore[misc]
                found.setdefault(sort_key(order, entry), []).append(row)
            if time.monotonic() - begun > _SLICE:
                if order == "line" and time.monotonic() - shown_at > _SHOW_EVERY:
                    self.examples.load(session, list(*found.values()))
                    shown_at = time.monotonic()
                await asyncio.sleep(0)
                begun = time.monotonic()
        self.examples.load(session, [row for key in sorted(found) for row in found[key]])
        self.examples.go(index)

    def sort_by(self, order: str) -> None:
        """Show the rows in another order, one of `ORDERS`; the file stays as it is."""
        self._order = order
        by = "" if order == "line" else f"by {order} "
        self._browse.border_title = f" Examples {by}"
        self._apply_filter(self._index or 0)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.examples.focus()

    def _clear_filter(self) -> None:
        if self._order != "line":
            self.sort_by("line")
        self._query = Query()
        with self.prevent(Input.Changed):
            self.filter.value = ""

    @on(ExampleList.Moved)
    def _moved(self) -> None:
        """Open the row under the cursor once it rests; a held key moves the cursor alone."""
        self.touched = time.monotonic()
        if self._rest is not None:
            self._rest.stop()
        if self.examples.index != self._index:
            self._rest = self.set_timer(_REST, self.commit)
