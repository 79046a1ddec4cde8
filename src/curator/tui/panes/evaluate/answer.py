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
from curator.lint import Severity
from curator.tui.keys import key
from curator.tui.panes.evaluate.figures import MUTED, marked
from curator.tui.styled import Styled
from curator.tui.text import MARKS, OK, WARNING, mark, safe, safe_line


class AnswerScreen(Styled, ModalScreen[Score | None]):
    """Show an answer with its findings; gives the score whose answer goes to Author, or None.

    Args:
        scores: The answers to one prompt, by side; the last one is shown first.
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

    def __init__(self, scores: dict[str, Score]) -> None:
        super().__init__()
        self._scores = scores
        self._side = list(scores)[-1]

    @property
    def score(self) -> Score:
        """The answer that is shown."""
        return self._scores[self._side]

    def compose(self) -> ComposeResult:
        """Lay out the prompt, the answer and its findings."""
        with Vertical(id="answer") as box:
            box.border_subtitle = "tab base / adapter   e to Author   esc back"
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
        """Give this answer back."""
        self.dismiss(self.score)

    def _show(self) -> None:
        score = self.score
        prompt = score.prompt
        self.query_one("#answer").border_title = safe_line(f"{prompt.id}: {self._side}")
        asked = [safe(prompt.instruction, "bold")]
        if prompt.input.strip():
            asked.append(safe(prompt.input))
        self.query_one("#asked", Static).update(Content("\n").join(asked))
        answer = marked(score) if score.text else Content.styled("An empty answer.", MUTED)
        self.query_one("#text Static", Static).update(answer)
        self.query_one("#said Static", Static).update(_said(score))


def _said(score: Score) -> Content:
    lines = []
    if score.truncated:
        lines.append(Content.assemble(mark(WARNING), " Cut at the token limit."))
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
