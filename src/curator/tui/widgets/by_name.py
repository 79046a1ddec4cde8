"""Going on against an error: only for somebody who writes its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import ERROR, mark, safe


class ByName(Styled, ModalScreen[bool]):
    """Ask for the names of what stands in the way; True when they were all written.

    Args:
        title: What would be done.
        problems: Name and message of each thing that stands in the way.
    """

    # The studio itself focuses nothing when a screen opens.
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "leave it", id="byname.leave", tooltip="Do nothing.", show=True)
    ]

    def __init__(self, title: str, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._problems = tuple(problems)

    def compose(self) -> ComposeResult:
        """Lay out the problems and the line to write their names in."""
        names = " ".join(name for name, _ in self._problems)
        with Vertical() as box:
            box.border_title = self._title
            for name, message in self._problems:
                yield Static(
                    Content.assemble(
                        mark(ERROR),
                        " ",
                        safe(name, "bold"),
                        "  ",
                        safe(message, "$foreground-muted"),
                    )
                )
            yield Static(
                Content.assemble("To go on all the same, write ", safe(names, "bold"), "."),
                classes="byname--how",
            )
            yield Input(compact=True)
            yield Static(Content.styled("enter goes on   esc leaves it", "$foreground-muted"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on if every name is there."""
        event.stop()
        written = set(event.value.replace(",", " ").split())
        if written >= {name for name, _ in self._problems}:
            self.dismiss(True)
        else:
            self.query_one(Input).add_class("-wrong")

    def action_leave(self) -> None:
        """Close without going on."""
        self.dismiss(False)
