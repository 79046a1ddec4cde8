"""The keys that work where the cursor is, each with what it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from curator.tui.keys import key, key_name
from curator.tui.styled import Styled

_HEADINGS = {
    "author": "The file",
    "list": "The list",
    "field": "In a field",
    "editor": "The editor",
    "side": "Findings and twins",
    "choices": "Moving in a list",
    "welcome": "The first start",
    "app": "Everywhere",
}

_MARKS = "✓ nothing found   ✗ error   ! warning   ≈ twin   · not checked yet"


class HelpScreen(Styled, ModalScreen[None]):
    """Every active key, by where it belongs.

    Args:
        active: The bindings of the screen that asked.
    """

    AUTO_FOCUS = "*"

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "escape,q,question_mark,f1",
            "dismiss(None)",
            "close",
            id="help.close",
            tooltip="Close the help.",
        ),
        key("j", "scroll(1)", "down", id="help.down", tooltip="Scroll down."),
        key("k", "scroll(-1)", "up", id="help.up", tooltip="Scroll up."),
    ]

    def __init__(self, active: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._groups: dict[str, dict[str, tuple[list[str], str]]] = {}
        for one in active:
            binding = one.binding
            if binding.id and binding.description:
                room = binding.id.partition(".")[0]
                group = self._groups.setdefault(room, {})
                keys, _ = group.setdefault(binding.action, ([], binding.tooltip))
                keys.append(key_name(binding.key))

    def compose(self) -> ComposeResult:
        """Lay out the groups."""
        with VerticalScroll(id="help") as page:
            page.border_title = " Keys here "
            page.border_subtitle = "esc closes"
            yield Static(Content.styled(f"{_MARKS}\n", "$muted"), markup=False)
            for room in sorted(self._groups, key=lambda room: room == "app"):
                heading = _HEADINGS.get(room, room.capitalize())
                yield Static(Content.styled(heading, "bold $text-primary"), markup=False)
                yield Static(self._page(room))

    def _page(self, room: str) -> Table:
        """Return the keys of a room beside what they do, which wraps within its own column."""
        page = Table.grid(padding=(0, 1))
        page.add_column(min_width=18)
        page.add_column(ratio=1)
        for keys, tooltip in self._groups[room].values():
            page.add_row(Text(f"  {', '.join(keys)}", "bold"), Text(tooltip))
        page.add_row()
        return page

    def action_scroll(self, by: int) -> None:
        """Scroll by a few lines."""
        self.query_one("#help").scroll_relative(y=3 * by, animate=False)
