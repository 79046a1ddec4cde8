"""Questions, asked only where the answer cannot be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import safe


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer.

    Attributes:
        letter: The key that gives it.
        name: What the caller receives.
        label: What it does, in a few words.
    """

    letter: str
    name: str
    label: str


class Question(Styled, ModalScreen[str | None]):
    """A question with a few answers; escape gives None.

    Args:
        title: The question, short.
        text: What is at stake, in a sentence or two; untrusted text is fine.
        choices: The answers, the harmless one first.
    """

    AUTO_FOCUS = "*"

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "dismiss(None)", "cancel", id="question.cancel", tooltip="Change nothing."),
        key("j", "move(1)", "down", id="question.down", tooltip="Go to the next answer."),
        key("k", "move(-1)", "up", id="question.up", tooltip="Go to the answer before."),
    ]

    def __init__(self, title: str, text: str, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out the question over its answers."""
        box = Vertical(id="question")
        box.border_title = safe(self._title)
        with box:
            yield Static(safe(self._text), markup=False)
            yield OptionList(
                *(
                    Option(
                        Content.assemble((f" {choice.letter} ", "bold $text-primary"), choice.label)
                    )
                    for choice in self._choices
                ),
                markup=False,
            )

    def on_mount(self) -> None:
        """Stand on the harmless answer."""
        self.query_one(OptionList).highlighted = 0

    def on_key(self, event: events.Key) -> None:
        """Take an answer's own letter."""
        for choice in self._choices:
            if event.key == choice.letter:
                event.stop()
                self.dismiss(choice.name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the answer under the cursor."""
        self.dismiss(self._choices[event.option_index].name)

    def action_move(self, by: int) -> None:
        """Go to another answer."""
        options = self.query_one(OptionList)
        options.highlighted = ((options.highlighted or 0) + by) % len(self._choices)
