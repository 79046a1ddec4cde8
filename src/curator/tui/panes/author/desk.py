"""The desk: one example open at a time, its findings beside it, its edits on their way to the file.

What is typed becomes one undoable change of the file when the person leaves the field, the row or
saves. Until then it is the editor's, and counts as unsaved.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from curator.errors import CuratorError
from curator.example import Example
from curator.lint import Finding
from curator.tui.panes.author import checks
from curator.tui.panes.author.background import CheckingPane
from curator.tui.panes.author.checks import Subject, Verdict
from curator.tui.panes.author.draft import Draft
from curator.tui.panes.author.editor import ExampleEditor
from curator.tui.panes.author.list import ExampleList
from curator.tui.panes.author.outcome import outcome_content
from curator.tui.panes.author.query import WORDS
from curator.tui.panes.author.session import Session
from curator.tui.panes.author.side import SidePanel
from curator.tui.panes.author.status import Progress, file_status
from curator.tui.panes.author.tokens import estimate
from curator.tui.text import row_title, safe_line

#: How long after the last keystroke a check begins; with the check itself well under 150 ms.
PAUSE = 0.06
#: Up to how many rows that came at once are checked behind the typing.
_MOST_NEW = 20_000
#: How long typing may go on before it is noted in the journal, in seconds; two are promised.
_NOTE_EVERY = 0.8
#: After how many seconds findings of the example before are no longer left standing.
_MOMENT = 0.3
#: How often the list is drawn again while the whole file is being checked, in seconds.
_DRAW_EVERY = 0.15


class Desk(CheckingPane):
    """The list, the editor and what is known about the example in it.

    Attributes:
        examples: The list.
        editor: The editor.
        filter: What is typed to see only some rows.
        side: The panel beside it.
    """

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.examples = ExampleList()
        self.editor = ExampleEditor(self.project.profile)
        self.side = SidePanel()
        # Kept by name, because a message may come while all of it is closing.
        self.filter = Input(placeholder="/ filter", compact=True, id="filter")
        self._browse = Vertical(id="browse")
        self._desk = Horizontal(id="desk")
        self._session: Session | None = None
        self._index: int | None = None
        self._raw_wanted = False
        self._number = self._answered = 0
        self._asked: Subject | None = None
        # Whether checks may begin: not before the first paint, which they would slow down.
        self._painted = False
        self._pause: Timer | None = None
        self._noting: Timer | None = None
        self._worried = ""
        self._verdict: Verdict | None = None
        self._output = ""
        self._finding: int | None = None
        self._scanning = False
        self._progress = Progress(0)
        self._again = False
        self._drawn = 0.0
        # How many runs of the last request ended, and how many there are; None while none runs.
        self._runs: tuple[int, int] | None = None
        # The contents that the last request runs and whose end is not known yet.
        self._being_run: set[int] = set()

    def compose(self) -> ComposeResult:
        """Lay out the list, the editor and the side panel."""
        with self._desk:
            with self._browse, Vertical(id="rows"):
                yield self.filter
                yield self.examples
            with Container(id="work"):
                yield self.editor
                yield self.side

    def on_mount(self) -> None:
        """Name the list, and say what the filter understands."""
        self._browse.border_title = " Examples "
        self.filter.tooltip = WORDS

    @property
    def session(self) -> Session | None:
        """The open file, or None while there is none."""
        return self._session

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say about the example in the editor."""
        return self._verdict.findings if self._verdict else ()

    @property
    def checking(self) -> bool:
        """Whether a check is under way whose result is not on the screen yet."""
        return self._scanning or self.checking_row

    @property
    def checking_row(self) -> bool:
        """Whether the example in the editor waits for what the rules say about it."""
        return self._index is not None and self._answered != self._number

    @property
    def unsaved(self) -> bool:
        """Whether something is not on disk: a change of the file, or what is being typed."""
        return self._session is not None and (self._session.dirty or self.editor.changed)

    def show_row(self, index: int | None, *, same_row: bool = False) -> None:
        """Open a row in the editor.

        Args:
            index: The row, or None for none.
            same_row: Whether it is the one that is open; its editors keep what did not change.
        """
        session = self._session
        if session is None or index is None or not len(session):
            self._index = None
            self.editor.open(None)
            self.refresh_bindings()
            self.show_status()
            return
        if self._index is None:
            self.call_after_refresh(self.refresh_bindings)
        self._index = index
        draft = session.open_row(index, prefer_raw=self._raw_wanted)
        if session.read_only:
            draft = replace(draft, read_only=True)
        self.editor.open(draft, same_row=same_row)
        if not same_row:
            self._finding = None
            self._check_left(session)
        entry, example = session.entry(index), session.row(index).example
        compared = len(session) <= checks.MOST_ROWS_FOR_TWINS
        if entry.checked and compared and not self._scanning:
            # What is known of this content is still true: nothing to check again.
            self._number += 1
            self._answered = self._number
            twins = sorted(entry.twins.items(), key=lambda twin: -twin[1])
            self._show_verdict(
                Verdict(entry.text, entry.findings, tuple(twins)),
                session.file.raw(index) if example is None else example,
            )
        else:
            self._verdict = None
            self._check_now()
        self.show_status()

    def commit(self) -> bool:
        """Put what was typed into the file as one change, and open the row under the cursor.

        Returns:
            Whether that worked; if not, the person was told why and the editor is as it was.
        """
        if not self._put_typed():
            return False
        index = self.examples.index
        if index is not None and index != self._index:
            self.show_row(index)
        return True

    def _put_typed(self) -> bool:
        session, index, draft = self._session, self._index, self.editor.draft
        if session is None or index is None or draft is None or not self.editor.changed:
            return True
        texts = self.editor.texts
        try:
            changed = session.put(index, session.content(draft, texts))
        except CuratorError as error:
            self.notify_error(error)
            return False
        if draft.form == "row":
            self.show_row(index, same_row=True)
        else:
            example = session.row(index).example
            can_switch = session.open_row(index).form == "parts"
            self.editor.adopt(Draft(draft.form, texts, example, draft.reason, False, can_switch))
        if changed:
            self.examples.refresh()
            self._check_now()
            self._worry()
        self.show_status()
        return True

    def show_status(self) -> None:
        """Say in the title bar how many examples there are and how they are."""
        session = self._session
        if session is None:
            return
        if not len(session) and not self.unsaved:
            self.status = Content.styled("no examples yet", "$muted")
            return
        self.status = file_status(
            len(session),
            session.counts,
            self.state(),
            checking=str(self._progress) if self._scanning else "",
            runs=self._runs,
        )

    def state(self) -> Content:
        """Return how the file stands to the one on disk, in a word or a few."""
        if self.unsaved:
            return Content.styled("unsaved", "bold $text-warning")
        return Content.styled("saved", "$muted")

    @on(ExampleEditor.Changed)
    def _typed(self) -> None:
        """Check again after a pause; a newer keystroke starts the pause again."""
        self.touched = time.monotonic()
        self._number += 1
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._check_now)
        if self._noting is None:
            self._noting = self.set_timer(_NOTE_EVERY, self._note_draft)
        self.show_status()

    def _note_draft(self) -> None:
        """Keep what is being typed where a kill cannot reach it."""
        self._noting = None
        session, index, draft = self._session, self._index, self.editor.draft
        if session is None or index is None or draft is None or session.read_only:
            return
        if not self.editor.changed:
            session.file.note_draft(None)
            return
        # A row with a line break typed into it cannot be kept before it is mended.
        with contextlib.suppress(CuratorError):
            session.file.note_draft(index, session.content(draft, self.editor.texts))
        self._worry()

    def _worry(self) -> None:
        """Say once that unsaved changes would not survive a kill."""
        session = self._session
        problem = session.file.journal_problem if session is not None else ""
        if problem and problem != self._worried:
            self.notify(
                f"Unsaved changes cannot be kept against a crash: {safe_line(problem).plain}."
                " Save often.",
                title="No journal",
                severity="warning",
                markup=False,
            )
        self._worried = problem

    def _check_now(self) -> None:
        session, index, draft = self._session, self._index, self.editor.draft
        if session is None or index is None or draft is None or index >= len(session):
            return
        if self._pause is not None:
            self._pause.stop()
        self._number += 1
        if not self._painted:
            return
        content = session.content(draft, self.editor.texts)
        self._asked = session.subject(index, content)
        self.check_row(self._number, session, self._asked)
        if self._verdict is None:
            # What is shown is about another example; within a moment nobody minds.
            self.set_timer(_MOMENT, partial(self._still_checking, self._number))

    def _still_checking(self, number: int) -> None:
        """Show that an example is still being checked, some time after it was opened."""
        if number == self._number and self.checking_row:
            self.side.show_pending()

    def _check_left(self, session: Session) -> None:
        """Check what was typed into a row that the person left before its check had ended."""
        asked, self._asked = self._asked, None
        if asked is not None and self._answered != self._number and session.holds(asked):
            self.check_aside(session, asked)

    @on(CheckingPane.CheckedAside)
    def _checked_aside(self, message: CheckingPane.CheckedAside) -> None:
        """Keep what a check found about a row that is not in the editor any more."""
        if message.session is self._session and message.session.holds(message.subject):
            message.session.learn_aside(message.subject, message.verdict)
            self.examples.refresh()
            self.show_status()

    @on(CheckingPane.Checked)
    def _checked(self, message: CheckingPane.Checked) -> None:
        """Show what a check found, unless something newer was typed since."""
        session = self._session
        if message.number != self._number or session is None or self._index is None:
            return
        self._answered = message.number
        content = message.subject.content
        session.learn(message.subject, message.verdict, committed=not self.editor.changed)
        self._show_verdict(message.verdict, content)
        self.examples.refresh()
        self.show_status()

    @on(CheckingPane.Sized)
    def _sized(self, message: CheckingPane.Sized) -> None:
        """Show a length that had to be waited for."""
        if message.number == self._number:
            self.side.show_size(message.size, self._limit())

    def _show_verdict(self, verdict: Verdict, content: Example | str) -> None:
        """Show what a check found about the texts in the editor.

        Args:
            verdict: What was found.
            content: What was checked: an example, in whose output findings count, or a line.
        """
        output = content.output if isinstance(content, Example) else ""
        self._verdict, self._output = verdict, output
        self.editor.show_findings(verdict.findings, output)
        self.side.show_findings(
            verdict.findings, [self.editor.where(finding, output) for finding in verdict.findings]
        )
        self._show_twins()
        self._show_run()
        if isinstance(content, Example):
            self.side.show_size(self.counter.size(content), self._limit())
        else:
            self.side.show_size(estimate(len(content)), self._limit())

    def _limit(self) -> int | None:
        return self._session.token_limit if self._session is not None else None

    def _show_run(self) -> None:
        """Show how the code in the editor ended when it was run; nothing once it is another."""
        session, index = self._session, self._index
        if session is not None and index is not None and index < len(session):
            entry = session.entry(index)
            if entry.key in self._being_run:
                self.side.show_run(Content.styled("running… shift+f5 ends it", "$muted"))
            else:
                ended = outcome_content(entry.ran) if entry.ran else Content("")
                self.side.show_run(ended, failed=not getattr(entry.ran, "passed", not entry.ran))

    def twins(self) -> list[tuple[int, float]]:
        """Return the twins of the example in the editor, likest first: row and score."""
        if self._session is None or self._verdict is None:
            return []
        ledger = self._session.ledger
        places = ((ledger.index_of(key), score) for key, score in self._verdict.twins)
        return [(index, score) for index, score in places if index is not None]

    def _show_twins(self) -> None:
        session = self._session
        assert session is not None
        rows = [(index, score, session.row(index).example) for index, score in self.twins()]
        lack = ""
        if len(session) > checks.MOST_ROWS_CHECKED:
            lack = f"not compared: {len(session):,} rows"
        self.side.show_twins(
            [(i, s, e.instruction) for i, s, e in rows if e is not None],
            lack,
            pending=self._scanning,
        )

    @on(CheckingPane.Scanned)
    def _scanned(self, message: CheckingPane.Scanned) -> None:
        """Take the verdicts of a batch of rows."""
        if message.session is not self._session:
            return
        self._progress.checked(len(message.batch))
        ledger = message.session.ledger
        for key, verdict in message.batch:
            if not ledger.entry(key).checked:
                ledger.record(key, verdict.text, verdict.findings)
        if time.monotonic() - self._drawn > _DRAW_EVERY:
            self._drawn = time.monotonic()
            self.examples.refresh()
            self.show_status()

    @on(CheckingPane.Compared)
    def _compared(self, message: CheckingPane.Compared) -> None:
        """Say how far the comparison of all rows is."""
        if message.session is self._session:
            self._progress.compared(message.share)
            self.show_status()

    def check_new(self) -> None:
        """Check the rows that came in other ways than by typing, once nothing else is checked."""
        session = self._session
        if session is None:
            return
        if self._scanning:
            self._again = True
            return
        self._again = False
        rows = session.ledger.unchecked()
        if 0 < len(rows) <= _MOST_NEW:
            self._scanning, self._progress = True, Progress(len(rows))
            keys = [session.ledger.keys[index] for index in rows]
            self.scan_rows(session, [session.row(index) for index in rows], keys)

    @on(CheckingPane.Paired)
    def _paired(self, message: CheckingPane.Paired) -> None:
        """Take some twins of the file; at the last, look again at the example in the editor."""
        if message.session is not self._session:
            return
        for a, b, score in message.pairs:
            message.session.ledger.pair(a, b, score)
        if message.last:
            self._scanning = False
            self.settle(message.session)
            if self._index is not None and not self.editor.changed:
                self.show_row(self._index, same_row=True)
            elif self._verdict is not None:
                self._show_twins()
            if self._again:
                self.check_new()
        self.examples.refresh()
        self.show_status()

    def current(self) -> Example | None:
        """Return the example as it stands in the editor, or None where it is a broken row."""
        session, draft = self._session, self.editor.draft
        if session is None or draft is None:
            return None
        content = session.content(draft, self.editor.texts)
        return content if isinstance(content, Example) else draft.example

    def title_of(self, index: int) -> str:
        """Return the beginning of a row's instruction as visible text."""
        example = self._session.row(index).example if self._session else None
        return row_title(example.instruction if example else "a broken row", 40)
