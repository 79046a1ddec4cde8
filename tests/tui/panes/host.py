"""An app around one pane, so that each pane is tested without the others."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer

from curator.tui import app as studio
from curator.tui.panes.base import Pane
from curator.tui.themes import DARK, DEFAULTS


class Host(App):
    """Show one pane over a footer, in the studio's look; keep what the pane asks of the studio."""

    CSS_PATH = studio.__file__.replace("app.py", "app.tcss")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, pane: Pane):
        super().__init__()
        self.pane = pane
        self.asked: list = []
        self.register_theme(DARK)
        self.theme = DARK.name

    def get_theme_variable_defaults(self):
        return DEFAULTS

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Footer(compact=True)

    def on_mount(self) -> None:
        self.pane.opened()

    def on_pane_open_example(self, message: Pane.OpenExample) -> None:
        self.asked.append(message.example)

    def on_pane_goto(self, message: Pane.Goto) -> None:
        self.asked.append(message.name)
