"""One of several, chosen from a list that opens: the mixture, the run, the suite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Select

from curator.tui.keys import key
from curator.tui.styled import Styled


class Picker(Styled, Select[str], inherit_bindings=False):
    """A choice among named things.

    Args:
        prompt: What stands there while there is nothing to choose.
        id: The widget's id.
    """

    # Without space, which is the pane's.
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,down", "show_overlay", "choose", id="picker.open", tooltip="Open the list."),
    ]

    def __init__(self, prompt: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__([], prompt=prompt, compact=True, allow_blank=True, id=id)
        self._offered: tuple[tuple[str, str], ...] = ()

    @property
    def choice(self) -> str | None:
        """The value chosen, or None."""
        return self.value if isinstance(self.value, str) else None

    def offer(self, choices: Sequence[tuple[Content, str]], choice: str | None = None) -> None:
        """Offer other things; the present choice stays if it is still there.

        Args:
            choices: What is shown and what it stands for.
            choice: What to choose where the present choice is gone; by default the first.
        """
        offered = tuple((content.plain, value) for content, value in choices)
        if offered == self._offered:
            return
        self._offered = offered
        values = [value for _, value in choices]
        kept = self.choice
        # What says that there is nothing to choose is no choice among what there is.
        self._allow_blank = not choices
        with self.prevent(Select.Changed):
            self.set_options(choices)
        wanted = [value for value in (kept, choice, *values) if value in values]
        if not wanted or wanted[0] is None:
            return
        if self.value == wanted[0]:
            # Textual took the first already, while it was kept from saying so.
            self.post_message(self.Changed(self, self.value))
        else:
            self.value = wanted[0]
