"""The Publish pane: the bundle as it would be uploaded, and whether it may be."""

from curator.tui.panes.publish.pane import PublishPane

__all__ = ["PublishPane"]
