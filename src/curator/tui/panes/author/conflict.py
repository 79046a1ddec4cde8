"""Rows that were changed here and on disk, decided one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from curator.example import Example
from curator.store import Conflict, decode
from curator.store.merge import Choice
from curator.tui.keys import key
from curator.tui.panes.author.twin import compare, marked
from curator.tui.styled import Styled
from curator.tui.widgets.footer import KeysFooter

#: What happened to a row, by the kind of its conflict.
KINDS = {
    "edited": "edited here and there",
    "deleted-here": "deleted here, edited there",
    "deleted-there": "edited here, deleted there",
    "added": "added here and there under the same id",
}


class ConflictScreen(Styled, ModalScreen[tuple[Choice, ...] | None]):
    """One conflict at a time, mine beside theirs; gives a decision for each, or None for none.

    Args:
        conflicts: The rows to decide on; at least one.
    """

    AUTO_FOCUS = "VerticalScroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "m",
            "take('mine')",
            "mine",
            id="conflict.mine",
            tooltip="Keep this row as it is here.",
            show=True,
        ),
        key(
            "t",
            "take('theirs')",
            "theirs",
            id="conflict.theirs",
            tooltip="Take this row as it is on disk.",
            show=True,
        ),
        key(
            "b",
            "take('both')",
            "both",
            id="conflict.both",
            tooltip="Keep both rows, mine first.",
            show=True,
        ),
        key(
            "backspace,p",
            "before",
            "the one before",
            id="conflict.before",
            tooltip="Decide the row before once more.",
            show=True,
        ),
        key(
            "escape",
            "dismiss(None)",
            "decide nothing",
            id="conflict.cancel",
            tooltip="Change nothing.",
            show=True,
        ),
        key("j", "scroll(1)", "down", id="conflict.down", tooltip="Scroll down."),
        key("k", "scroll(-1)", "up", id="conflict.up", tooltip="Scroll up."),
    ]

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__()
        self._conflicts = tuple(conflicts)
        self._decided: list[Choice] = []
        self._box = Vertical(id="conflict")
        self._columns = VerticalScroll(), VerticalScroll()
        self._sides = Static(markup=False), Static(markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the two sides."""
        with self._box, Horizontal():
            for column, side, title in zip(
                self._columns, self._sides, ("mine, here", "theirs, on disk"), strict=True
            ):
                column.border_title = title
                with column:
                    yield side
        yield KeysFooter()

    def on_mount(self) -> None:
        """Show the first."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go back only where there is something before."""
        del parameters
        return action != "before" or bool(self._decided)

    def action_take(self, choice: Choice) -> None:
        """Decide this one and go on; after the last one, give all decisions."""
        self._decided.append(choice)
        if len(self._decided) == len(self._conflicts):
            self.dismiss(tuple(self._decided))
        else:
            self._show()

    def action_before(self) -> None:
        """Take back the last decision."""
        if self._decided:
            self._decided.pop()
            self._show()

    def action_scroll(self, by: int) -> None:
        """Scroll both sides by a few lines."""
        for column in self._columns:
            column.scroll_relative(y=3 * by, animate=False)

    def _show(self) -> None:
        number = len(self._decided)
        conflict = self._conflicts[number]
        self._box.border_title = Content(
            f"{number + 1} of {len(self._conflicts)}: {KINDS[conflict.kind]}"
        )
        for side, one, other in (
            (self._sides[0], conflict.mine, conflict.theirs),
            (self._sides[1], conflict.theirs, conflict.mine),
        ):
            side.update(_side(one, other if other is not None else conflict.base))
        for column in self._columns:
            column.scroll_home(animate=False)
        self.refresh_bindings()


def _side(line: str | None, other: str | None) -> Content:
    """Return a row with the words that the other one does not have marked."""
    if line is None:
        return Content.styled("deleted", "$muted")
    mine, theirs = _read(line), _read(other or "")
    if mine is not None and theirs is not None:
        return compare(mine, theirs)
    return marked(line, other or "")


def _read(line: str) -> Example | None:
    read = decode(line.encode("utf-8", "surrogateescape"))
    return read if isinstance(read, Example) else None
