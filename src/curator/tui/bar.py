"""The two lines at the top: what is open and how it is; and the five panes."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from curator.tui.panes import PANES, PaneSpec
from curator.tui.styled import Styled
from curator.tui.text import put, safe_line


class TitleBar(Styled, Horizontal):
    """The name of the tool, what is open, and how that is."""

    def __init__(self) -> None:
        super().__init__()
        self._subject = Static(id="subject", markup=False)
        self._status = Static(id="status", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out both ends."""
        yield Static(Content.styled("curator", "bold"), id="name", markup=False)
        yield self._subject
        yield self._status

    def show(self, subject: str, status: Content) -> None:
        """Show what is open and how it is."""
        put(self._subject, safe_line(subject, 120))
        put(self._status, status)


class PaneTab(Static):
    """One pane's name; a click goes there."""

    class Chosen(Message):
        """Go to a pane.

        Attributes:
            name: Its name.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, number: int, spec: PaneSpec) -> None:
        label = Content.assemble((str(number), "bold"), " ", spec.title)
        super().__init__(label, markup=False)
        self.spec = spec
        self.tooltip = spec.summary

    def on_click(self) -> None:
        """Go to the pane."""
        self.post_message(self.Chosen(self.spec.name))


class PaneBar(Styled, Horizontal):
    """The names of the five panes, the open one marked; at first the first."""

    _shown = PANES[0].name

    def compose(self) -> ComposeResult:
        """Lay out the names."""
        for number, spec in enumerate(PANES, start=1):
            yield PaneTab(number, spec).set_class(spec.name == self._shown, "-open")

    def show(self, name: str) -> None:
        """Mark a pane as the open one."""
        self._shown = name
        for tab in self.query(PaneTab):
            tab.set_class(tab.spec.name == name, "-open")
