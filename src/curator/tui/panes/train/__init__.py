"""The Train pane: a spec, a live loss, and every run so far."""

from curator.tui.panes.train.pane import TrainPane

__all__ = ["TrainPane"]
