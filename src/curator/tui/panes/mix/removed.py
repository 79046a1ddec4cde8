"""The rows that a plan left out for one reason, each with the row that stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from curator.mix import PlannedRow, Removed
from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import plural, safe, safe_line
from curator.tui.widgets.columns import Column, Row, Table

#: Enough to judge by; a list of tens of thousands would keep the screen waiting.
SHOWN = 1000

_COLUMNS = (Column("score", 5, right=True), Column("left out"), Column("kept"))


class RemovedScreen(Styled, ModalScreen[None]):
    """Show pairs of rows, one pair in full.

    Args:
        reason: Why they were left out.
        removed: The rows.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q", "dismiss", "back", id="removed.back", tooltip="Go back.", show=True)
    ]

    def __init__(self, reason: str, removed: Sequence[Removed]) -> None:
        super().__init__()
        self._reason = reason
        self._removed = tuple(removed)

    def compose(self) -> ComposeResult:
        """Lay out the list over the two texts."""
        with Vertical(id="removed") as box:
            count = len(self._removed)
            more = f", the first {SHOWN:,} shown" if count > SHOWN else ""
            box.border_title = f"Left out as {self._reason}: {plural(count, 'row')}{more}"
            box.border_subtitle = "esc back"
            yield Table(_COLUMNS, id="pairs")
            with Horizontal(id="pair"):
                for side in ("gone", "kept"):
                    with VerticalScroll(id=side):
                        yield Static()

    def on_mount(self) -> None:
        """Fill the list."""
        table = self.query_one("#pairs", Table)
        table.set_rows([_row(index, one) for index, one in enumerate(self._removed[:SHOWN])])
        table.lines.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the pair under the cursor in full."""
        one = self._removed[int(event.option_id or 0)]
        self.query_one("#gone Static", Static).update(_text(one.row))
        kept = Content("\n\n").join(
            [safe(one.evidence, "$foreground-muted"), *([_text(one.kept)] if one.kept else [])]
        )
        self.query_one("#kept Static", Static).update(kept)


def _row(index: int, removed: Removed) -> Row:
    score = "" if removed.score is None else f"{removed.score:.0f}"
    kept = safe_line(removed.kept.example.instruction) if removed.kept else Content("")
    gone = safe_line(removed.row.example.instruction)
    return Row(str(index), (Content.styled(score, "bold"), gone, kept))


def _text(row: PlannedRow) -> Content:
    example = row.example
    parts = [safe(f"{row.path}:{row.line}", "$foreground-muted"), safe(example.instruction, "bold")]
    if example.input.strip():
        parts.append(safe(example.input))
    return Content("\n").join([*parts, Content(""), safe(example.output)])
