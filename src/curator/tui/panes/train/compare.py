"""Runs beside each other: where their specs differ, what came out, and their validation losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from curator.terminal import one_line
from curator.train import Comparison, LossCurves
from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import safe_line
from curator.tui.widgets.chart import draw_beside
from curator.tui.widgets.columns import Column, Row, Table

_LABEL = 20


class Beside(Widget):
    """The validation losses of some runs in one chart; training losses where none has any.

    Args:
        runs: Names and curves.
    """

    def __init__(self, runs: Sequence[tuple[str, LossCurves]]) -> None:
        super().__init__()
        valid = any(curves.valid for _, curves in runs)
        self._losses = [
            (one_line(name, 40), curves.valid if valid else curves.train) for name, curves in runs
        ]

    def render(self) -> Content:
        """Draw the losses at the present size."""
        return draw_beside(self._losses, self.content_size.width, self.content_size.height)


class CompareScreen(Styled, ModalScreen[None]):
    """Show a comparison of runs.

    Args:
        comparison: The runs beside each other.
        curves: Their losses, in the same order.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q,c", "dismiss", "back", id="compare.back", tooltip="Go back.", show=True)
    ]

    def __init__(self, comparison: Comparison, curves: Sequence[LossCurves]) -> None:
        super().__init__()
        self._comparison = comparison
        self._curves = tuple(curves)

    def compose(self) -> ComposeResult:
        """Lay out the losses over the figures."""
        runs = self._comparison.runs
        names = [run.name or run.mixture.name for run in runs]
        if len(set(names)) < len(names):
            names = [run.id for run in runs]
        width = max(12, *(min(len(name), 24) for name in names))
        columns = [Column("", _LABEL), *(Column(one_line(name, width), width) for name in names)]
        with Vertical(id="compare") as box:
            box.border_title = f"{len(runs)} runs, validation loss"
            box.border_subtitle = "esc back"
            yield Beside(list(zip(names, self._curves, strict=True)))
            if not self._comparison.spec:
                yield Static("Their specs and rows are the same.", markup=False, id="same")
            yield Table(columns)

    def on_mount(self) -> None:
        """Fill the figures: what differs in the specs first, then what came out."""
        parts = (("spec", self._comparison.spec, ""), ("result", self._comparison.results, "bold"))
        rows = [
            Row(
                f"{part} {name}",
                (
                    safe_line(name.replace("_", " "), style="$foreground-muted"),
                    *(safe_line(_shown(value), style=style) for value in values),
                ),
            )
            for part, found, style in parts
            for name, values in found.items()
        ]
        table = self.query_one(Table)
        table.set_rows(rows)
        table.lines.focus()


def _shown(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(map(str, value)) or "all"
        case _:
            return str(value)
