"""The file behind the pane: opening, filtering, saving, and what to do when it changed on disk."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from curator.errors import ChangedOnDiskError, CuratorError
from curator.example import Example
from curator.settings import Project
from curator.store import ExampleFile, Row, read_rows, shipped_examples
from curator.tui.dialogs import Choice, Question
from curator.tui.panes.author.desk import Desk
from curator.tui.panes.author.list import ExampleList
from curator.tui.panes.author.query import Query
from curator.tui.panes.author.session import Session
from curator.tui.panes.author.welcome import Welcome
from curator.tui.text import plural

#: The longest that filtering holds the screen's thread at a time, in seconds.
_SLICE = 0.008
#: How long the cursor of the list rests on a row before it opens, in seconds.
_REST = 0.02
#: Files up to this many bytes open before the first paint; larger ones behind it.
_SMALL = 2_000_000

_CHANGED = (
    Choice("c", "cancel", "cancel: change nothing now"),
    Choice("m", "mine", "keep mine: write over what is on disk"),
    Choice("t", "theirs", "reload theirs: drop the unsaved edits here"),
)


class FileDesk(Desk):
    """A desk with a file on it.

    Args:
        project: The project that the studio is open on.
        file: The file to open; the one that the project names by default.
    """

    def __init__(self, project: Project, file: Path | None = None) -> None:
        super().__init__(project)
        self._path = file or project.path(project.settings.examples)
        self._query = Query()
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the desk, and the welcome that stands in its place while there is nothing."""
        yield from super().compose()
        yield Welcome(self.subject)

    def on_mount(self) -> None:
        """Open the file: at once where it is small, else behind the first paint."""
        super().on_mount()
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
        self._session = session
        self._scanning = len(session) > 0
        self.examples.load(session)
        self._show_or_welcome(min(index, max(len(session) - 1, 0)))
        if len(session):
            # At open, what is in memory is what is on disk: reading it there leaves the open file
            # to the thread that edits it.
            self.scan_rows(session, read_rows(session.path), tuple(session.ledger.entries))
        self.show_status()

    def _show_or_welcome(self, index: int) -> None:
        """Open a row, or say what to do where there is none."""
        session = self._session
        assert session is not None
        empty = not len(session)
        self.query_one("#desk").display = not empty
        welcome = self.query_one(Welcome)
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
        welcome = self.query_one(Welcome)
        if welcome.display:
            welcome.focus()
        elif self.screen.focused is None or self not in self.screen.focused.ancestors:
            self.examples.focus()

    def add(self, *examples: Example, at: int | None = None) -> None:
        """Put examples into the file as one change, open the first of them."""
        session = self._session
        if session is None or not self.commit():
            return
        self._clear_filter()
        first = session.insert(len(session) if at is None else at, *examples)
        if len(examples) > 1:
            rows = [Row(first + n + 1, 0, 0, example) for n, example in enumerate(examples)]
            entries = session.ledger.entries[first : first + len(examples)]
            self._scanning = True
            self.scan_rows(session, rows, entries)
        self.refresh_list(first)

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
        if self._query and len(session):
            self._apply_filter(index)
        self.examples.load(session, None)
        self._index = None
        self._show_or_welcome(index)

    def save(self) -> bool:
        """Write the file; return whether everything is on disk now."""
        session = self._session
        if session is None or not self.commit():
            return False
        try:
            session.save()
        except ChangedOnDiskError:
            self._ask_about_change()
            return False
        except (CuratorError, OSError) as error:
            self.notify_error(
                error
                if isinstance(error, CuratorError)
                else CuratorError(f"Cannot be written: {error.strerror}.", path=session.path)
            )
            return False
        self.show_status()
        return True

    def save_all(self) -> bool:
        """Save before the studio closes."""
        return self.save()

    @work(group="question")
    async def _ask_about_change(self) -> None:
        session = self._session
        assert session is not None
        answer = await self.app.push_screen_wait(
            Question(
                "Changed on disk",
                f"{session.name} was changed by something else since it was opened here."
                " Nothing has been written.",
                _CHANGED,
            )
        )
        try:
            if answer == "mine":
                session.save_over()
                self.notify("Saved over what was on disk.", markup=False)
            elif answer == "theirs":
                self.take(Session(self.project, ExampleFile.open(session.path)), self._index or 0)
        except CuratorError as error:
            self.notify_error(error)
        self.show_status()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self._query = Query.read(event.value)
        self._apply_filter(self._index or 0)

    @work(exclusive=True, group="filter")
    async def _apply_filter(self, index: int) -> None:
        """Show the rows that pass; hands the screen's thread back every few milliseconds."""
        session, query = self._session, self._query
        if session is None:
            return
        if not query:
            self.examples.load(session)
            self.examples.go(index)
            return
        shown: list[int] = []
        begun = time.monotonic()
        for row in range(len(session)):
            if row >= len(session):
                return
            if query.matches(session.entry(row), lambda row=row: session.file.raw(row)):  # type: ignore[misc]
                shown.append(row)
            if time.monotonic() - begun > _SLICE:
                await asyncio.sleep(0)
                begun = time.monotonic()
        self.examples.load(session, shown)
        self.examples.go(index)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.examples.focus()

    def _clear_filter(self) -> None:
        self._query = Query()
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = ""

    @on(ExampleList.Moved)
    def _moved(self) -> None:
        """Open the row under the cursor once it rests; a held key moves the cursor alone."""
        self.touched = time.monotonic()
        if self._rest is not None:
            self._rest.stop()
        if self.examples.index != self._index:
            self._rest = self.set_timer(_REST, self.commit)
