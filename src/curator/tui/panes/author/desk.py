"""The desk: one example open at a time, its findings beside it, its edits on their way to the file.

What is typed becomes one undoable change of the file when the person leaves the field, the row or
saves. Until then it is the editor's, and counts as unsaved.
"""

from __future__ import annotations

import time

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
from curator.tui.panes.author.checks import Verdict
from curator.tui.panes.author.draft import Draft
from curator.tui.panes.author.editor import ExampleEditor
from curator.tui.panes.author.ledger import Entry
from curator.tui.panes.author.list import ExampleList
from curator.tui.panes.author.outcome import outcome_content
from curator.tui.panes.author.query import WORDS
from curator.tui.panes.author.session import Session
from curator.tui.panes.author.side import SidePanel
from curator.tui.text import join, plural, safe_line

#: How long after the last keystroke a check begins; with the check itself well under 150 ms.
PAUSE = 0.06
#: How often the list is drawn again while the whole file is being checked, in seconds.
_DRAW_EVERY = 0.15


class Desk(CheckingPane):
    """The list, the editor and what is known about the example in it.

    Attributes:
        examples: The list.
        editor: The editor.
        side: The panel beside it.
    """

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.examples = ExampleList()
        self.editor = ExampleEditor(self.project.profile)
        self.side = SidePanel()
        self._session: Session | None = None
        self._index: int | None = None
        self._raw_wanted = False
        self._number = self._answered = 0
        self._pause: Timer | None = None
        self._verdict: Verdict | None = None
        self._output = ""
        self._finding: int | None = None
        self._scanning = False
        self._drawn = 0.0
        self._run_number = 0

    def compose(self) -> ComposeResult:
        """Lay out the list, the editor and the side panel."""
        with Horizontal(id="desk"):
            with Vertical(id="browse"), Vertical(id="rows"):
                yield Input(placeholder="/ filter", compact=True, id="filter")
                yield self.examples
            with Container(id="work"):
                yield self.editor
                yield self.side

    def on_mount(self) -> None:
        """Name the list, and say what the filter understands."""
        self.query_one("#browse").border_title = " Examples "
        self.query_one("#filter", Input).tooltip = WORDS

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
        return self._scanning or (self._index is not None and self._answered != self._number)

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
            return
        if self._index is None:
            self.call_after_refresh(self.refresh_bindings)
        self._index = index
        draft = session.open_row(index, prefer_raw=self._raw_wanted)
        self.editor.open(draft, same_row=same_row)
        if not same_row:
            self._finding = None
            self._run_number += 1
            self.side.show_run(Content(""))
        entry, example = session.entry(index), session.row(index).example
        if entry.checked and not self._scanning:
            # What is known of this content is still true: nothing to check again.
            self._number += 1
            self._answered = self._number
            twins = sorted(entry.twins.items(), key=lambda twin: -twin[1])
            size = checks.size(example) if example else len(session.file.raw(index))
            self._show_verdict(
                Verdict(entry.text, entry.findings, tuple(twins), size),
                example.output if example else "",
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
        errors, warnings = session.counts
        state = ("unsaved", "bold $text-warning") if self.unsaved else ("saved", "$muted")
        checking = Content.styled("checking…", "$muted") if self._scanning else Content("")
        self.status = join(
            [
                plural(len(session), "example"),
                Content.styled(plural(errors, "error"), "$text-error" if errors else "$muted"),
                Content.styled(
                    plural(warnings, "warning"), "$text-warning" if warnings else "$muted"
                ),
                checking,
                Content.styled(*state),
            ]
        )

    @on(ExampleEditor.Changed)
    def _typed(self) -> None:
        """Check again after a pause; a newer keystroke starts the pause again."""
        self.touched = time.monotonic()
        self._number += 1
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._check_now)
        self.show_status()

    def _check_now(self) -> None:
        session, index, draft = self._session, self._index, self.editor.draft
        if session is None or index is None or draft is None or index >= len(session):
            return
        if self._pause is not None:
            self._pause.stop()
        self._number += 1
        content = session.content(draft, self.editor.texts)
        self.check_row(self._number, session, session.subject(index, content))

    @on(CheckingPane.Checked)
    def _checked(self, message: CheckingPane.Checked) -> None:
        """Show what a check found, unless something newer was typed since."""
        session = self._session
        if message.number != self._number or session is None or self._index is None:
            return
        self._answered = message.number
        content = message.subject.content
        session.learn(message.subject, message.verdict, committed=not self.editor.changed)
        self._show_verdict(message.verdict, content.output if isinstance(content, Example) else "")
        self.examples.refresh()
        self.show_status()

    def _show_verdict(self, verdict: Verdict, output: str) -> None:
        """Show what a check found about the texts in the editor.

        Args:
            verdict: What was found.
            output: The output that the findings count their spans in.
        """
        self._verdict, self._output = verdict, output
        self.editor.show_findings(verdict.findings, output)
        self.side.show_findings(
            verdict.findings, [self.editor.where(finding, output) for finding in verdict.findings]
        )
        self._show_twins()
        self.side.show_size(verdict.characters)

    def twins(self) -> list[tuple[int, float, Entry]]:
        """Return the twins of the example in the editor, likest first: row, score, entry."""
        if self._session is None or self._verdict is None:
            return []
        places = ((self._session.index_of(e), score, e) for e, score in self._verdict.twins)
        return [(index, score, entry) for index, score, entry in places if index is not None]

    def _show_twins(self) -> None:
        session = self._session
        assert session is not None
        rows = [(index, score, session.row(index).example) for index, score, _ in self.twins()]
        self.side.show_twins([(i, s, e.instruction) for i, s, e in rows if e is not None])

    @on(CheckingPane.Scanned)
    def _scanned(self, message: CheckingPane.Scanned) -> None:
        """Take the verdicts of a batch of rows."""
        if message.session is not self._session:
            return
        for entry, verdict in message.batch:
            if not entry.checked:
                message.session.ledger.record(entry, verdict.text, verdict.findings)
        if time.monotonic() - self._drawn > _DRAW_EVERY:
            self._drawn = time.monotonic()
            self.examples.refresh()
            self.show_status()

    @on(CheckingPane.Paired)
    def _paired(self, message: CheckingPane.Paired) -> None:
        """Take some twins of the file; at the last, look again at the example in the editor."""
        if message.session is not self._session:
            return
        for a, b, score in message.pairs:
            message.session.ledger.pair(a, b, score)
        if message.last:
            self._scanning = False
            if self._index is not None and not self.editor.changed:
                self.show_row(self._index, same_row=True)
        self.examples.refresh()
        self.show_status()

    @on(CheckingPane.Ran)
    def _ran(self, message: CheckingPane.Ran) -> None:
        """Show how a run ended, unless another example is open by now."""
        if message.number == self._run_number:
            self.side.show_run(outcome_content(message.outcome))

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
        return safe_line(example.instruction if example else "a broken row", 40).plain
