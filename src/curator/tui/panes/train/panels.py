"""The two panels that a training is watched in: what preflight says before, and the loss while."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from curator.preflight import Preflight
from curator.train import Run
from curator.tui.panes.mix.figures import checks
from curator.tui.panes.train import figures
from curator.tui.panes.train.story import Story
from curator.tui.text import put, safe_line
from curator.tui.widgets.chart import LossChart
from curator.tui.widgets.drawn import Drawn


class PreflightPanel(Vertical):
    """Whether a training can start, and what is to be heeded before it does."""

    def compose(self) -> ComposeResult:
        """Lay out the line over the checks."""
        yield Static(id="ready", markup=False)
        with VerticalScroll(id="heed", can_focus=False):
            yield Drawn(id="checks")

    def show(self, told: Content, report: Preflight | None) -> None:
        """Show a line, and the checks of a report that are no good news.

        Args:
            told: The line.
            report: What preflight says; None while it says nothing.
        """
        self.border_title = figures.preflight_title(report)
        put(self.query_one("#ready", Static), told)
        found = figures.heed(report) if report else []
        self.query_one("#heed").display = bool(found)
        self.query_one("#checks", Drawn).show(partial(checks, found))


class LossPanel(Vertical):
    """One run: its losses, where it stands, its figures and what it said."""

    def compose(self) -> ComposeResult:
        """Lay out the chart over the words."""
        yield LossChart(id="chart")
        yield Drawn(id="state")
        yield Drawn(id="numbers")
        with VerticalScroll(id="remarks", can_focus=False):
            yield Static(id="remark", markup=False)

    def show(self, run: Run | None, story: Story) -> None:
        """Show a run as its story tells it; nothing where there is none."""
        name = (run.name or run.mixture.name) if run else ""
        self.border_title = safe_line(f"Loss  {name}".rstrip(), 40)
        self.query_one(LossChart).show(story.curves())
        self.query_one("#state", Drawn).show(
            partial(figures.state, story, run) if run else lambda _width: Content("")
        )
        failed = run is not None and run.status == "failed"
        self.query_one("#numbers", Drawn).show(
            partial(figures.numbers, story) if not failed else partial(figures.progress, story)
        )
        remark = figures.remarks(story)
        self.query_one("#remarks").display = bool(len(remark))
        put(self.query_one("#remark", Static), remark)
