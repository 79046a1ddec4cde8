"""The Mix pane: sources in, and what the trainer will see out."""

from curator.tui.panes.mix.pane import MixPane

__all__ = ["MixPane"]
