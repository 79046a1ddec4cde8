"""One prompt with its answers and what the rules say about them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from curator.evaluate import Score
from curator.evaluate.score import RUNS, SOLVES
from curator.lint import Severity
from curator.terminal import visible
from curator.tui.keys import key
from curator.tui.panes.evaluate.figures import MUTED
from curator.tui.panes.evaluate.grid import marked
from curator.tui.styled import Styled
from curator.tui.text import ERROR, MARKS, OK, WARNING, mark, safe, safe_line


class AnswerScreen(Styled, ModalScreen[Score | None]):
    """Show an answer with its findings; gives the score whose answer goes to Author, or None.

    Args:
        scores: The answers to one prompt, by side; the last one is shown first.
        waiting: What stands in the answer's place while it is still to come.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q", "dismiss(None)", "back", id="answer.back", tooltip="Go back.", show=True),
        key(
            "tab,a",
            "other",
            "base / adapter",
            id="answer.other",
            tooltip="Show the other side's answer.",
            show=True,
        ),
        key(
            "e",
            "take",
            "to Author",
            id="answer.take",
            tooltip="Take this answer to Author as a new example.",
            show=True,
        ),
    ]

    def __init__(self, scores: dict[str, Score], *, waiting: str = "") -> None:
        super().__init__()
        self._scores = dict(scores)
        self._side = list(scores)[-1]
        self._waiting = waiting
        self._heard = ""

    @property
    def score(self) -> Score:
        """The answer that is shown."""
        return self._scores[self._side]

    def compose(self) -> ComposeResult:
        """Lay out the prompt, the answer and its findings."""
        with Vertical(id="answer") as box:
            other = f"tab {' / '.join(self._scores)}   " if len(self._scores) > 1 else ""
            box.border_subtitle = f"{other}e to Author   esc back"
            yield Static(id="asked", markup=False)
            with Horizontal():
                with VerticalScroll(id="text"):
                    yield Static(markup=False)
                with VerticalScroll(id="said"):
                    yield Static(markup=False)

    def on_mount(self) -> None:
        """Show the first answer."""
        self._show()
        self.query_one("#text").focus()

    def action_other(self) -> None:
        """Show the other side's answer."""
        names = list(self._scores)
        self._side = names[(names.index(self._side) + 1) % len(names)]
        self._show()

    def action_take(self) -> None:
        """Give this answer back, once it is there."""
        if not self._waiting:
            self.dismiss(self.score)

    def hear(self, piece: str) -> None:
        """Show a further piece of the answer that is waited for."""
        self._heard += piece
        self._waiting = "answering …"
        if self.is_mounted:
            self._show()

    def finish(self, score: Score) -> None:
        """Show the whole answer with its findings."""
        self._waiting = ""
        self._scores[self._side] = score
        if self.is_mounted:
            self._show()

    def fail(self, message: str) -> None:
        """Say why there will be no answer."""
        self._waiting = message
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        score = self.score
        prompt = score.prompt
        self.query_one("#answer").border_title = safe_line(f"{prompt.id}: {self._side}")
        asked = [safe(prompt.instruction, "bold")]
        if prompt.input.strip():
            asked.append(safe(prompt.input))
        self.query_one("#asked", Static).update(Content("\n").join(asked))
        if self._waiting:
            answer, said = safe(self._heard), Content.styled(visible(self._waiting), MUTED)
        else:
            answer, said = _text(score), _said(score)
        self.query_one("#text Static", Static).update(answer)
        self.query_one("#said Static", Static).update(said)


def _text(score: Score) -> Content:
    if score.failure:
        return Content.assemble(mark(WARNING), " ", safe(score.failure))
    return marked(score) if score.text else Content.styled("An empty answer.", MUTED)


#: What a check that runs is called beside an answer.
_RAN = {RUNS: "Its own test", SOLVES: "Hidden asserts"}


def _said(score: Score) -> Content:
    lines = []
    if score.truncated:
        lines.append(Content.assemble(mark(WARNING), " Cut at the token limit."))
    for name, note in score.notes.items():
        passed = score.passed.get(name, False)
        title = _RAN.get(name, name)
        lines.append(
            Content.assemble(mark(OK if passed else ERROR), f" {title}\n  ", safe(note, MUTED))
        )
    for finding in score.findings:
        place = score.text.count("\n", 0, finding.start) + 1 if finding.pointer == "/output" else 0
        sign = MARKS.get(finding.severity, MARKS[Severity.INFO])
        lines.append(
            Content.assemble(
                mark(sign),
                " ",
                safe(finding.code, "bold"),
                (f"  line {place}" if place else "", MUTED),
                "\n  ",
                safe(finding.message),
            )
        )
    if not lines:
        lines.append(Content.assemble(mark(OK), " No rule has anything to say."))
    return Content("\n").join(lines)
