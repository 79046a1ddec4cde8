"""One of a few words in a form, turned from one to the next without a list that opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from curator.tui.keys import key
from curator.tui.styled import Styled


class Turn(Styled, Widget, can_focus=True):
    """A choice among a few words.

    Args:
        choices: The words.
        value: Which of them at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,right", "turn(1)", "next", id="turn.next", tooltip="Take the next.", show=True),
        key("left", "turn(-1)", "before", id="turn.before", tooltip="Take the one before."),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """The choice is another one now.

        Attributes:
            turn: Whose.
            value: The word.
        """

        def __init__(self, turn: Turn, value: str) -> None:
            super().__init__()
            self.turn = turn
            self.value = value

    def __init__(self, choices: Sequence[str], value: str) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self.set_reactive(Turn.value, value)

    def render(self) -> Content:
        """Draw the word between what turns it."""
        return Content.assemble(
            ("◂ ", "$foreground-muted"), self.value, (" ▸", "$foreground-muted")
        )

    def on_click(self) -> None:
        """Take the next."""
        self.action_turn(1)

    def action_turn(self, by: int) -> None:
        """Take another word."""
        place = (self._choices.index(self.value) + by) % len(self._choices)
        self.value = self._choices[place]
        self.post_message(self.Changed(self, self.value))
