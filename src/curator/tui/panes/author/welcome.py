"""The first start, with nothing there: what this is and three things to do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import safe

_CHOICES = (
    ("n", "new", "Write the first example", "in its parts, checked as you type"),
    ("s", "samples", "Open the sample set", "good examples to read, change and train on"),
    ("?", "help", "See the keys", "everything has one; ctrl+p finds any command"),
)


class Welcome(Styled, Vertical):
    """What stands in the place of the desk while the file holds no example.

    Args:
        subject: Where the examples will be saved.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "s",
            "samples",
            "sample set",
            id="welcome.samples",
            tooltip="Open good examples to read, change and train on.",
            show=True,
        ),
        key("j", "move(1)", "down", id="welcome.down", tooltip="Go to the next line."),
        key("k", "move(-1)", "up", id="welcome.up", tooltip="Go to the line before."),
    ]

    class Chosen(Message):
        """One of the things to do was chosen.

        Attributes:
            name: ``new``, ``samples`` or ``help``.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, subject: str) -> None:
        super().__init__()
        self._subject = subject
        self._options = OptionList(*map(_option, _CHOICES), markup=False)

    def compose(self) -> ComposeResult:
        """Lay out what this is and what to do."""
        with Vertical(id="welcome"):
            yield Static(Content.styled("curator", "bold $text-primary"), markup=False)
            yield Static(
                "A workshop for the examples that decide a fine-tune. Write them, see what is"
                " wrong with them, find the ones that are too alike, mix them into training"
                " data, train a small adapter, and see in numbers what it learned.",
                id="what",
                markup=False,
            )
            yield self._options
            yield Static(
                Content.assemble(
                    ("Saved to ", "$muted"),
                    safe(self._subject),
                    (" once you save.", "$muted"),
                ),
                id="where",
                markup=False,
            )

    def focus(self, scroll_visible: bool = True) -> Welcome:
        """Put the cursor on the first thing to do."""
        self._options.focus(scroll_visible)
        return self

    def action_samples(self) -> None:
        """Choose the sample set."""
        self.post_message(self.Chosen("samples"))

    def action_move(self, by: int) -> None:
        """Go to another line."""
        options = self._options
        options.highlighted = ((options.highlighted or 0) + by) % len(_CHOICES)

    def on_mount(self) -> None:
        """Stand on the first line."""
        self._options.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on what was chosen."""
        event.stop()
        self.post_message(self.Chosen(_CHOICES[event.option_index][1]))


def _option(choice: tuple[str, str, str, str]) -> Option:
    letter, _, title, why = choice
    return Option(
        Content.assemble(
            (f" {letter}  ", "bold $text-primary"),
            (f"{title}\n", "bold"),
            (f"    {why}", "$muted"),
        )
    )
