"""The Evaluate pane: base and adapter beside each other on the same prompts."""

from curator.tui.panes.evaluate.pane import EvaluatePane

__all__ = ["EvaluatePane"]
