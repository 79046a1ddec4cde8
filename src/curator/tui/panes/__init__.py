"""The five panes: which there are, in which order, and where each one's class is.

A pane is imported and built the first time somebody opens it, so that the studio's first paint
pays for the Author pane only.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curator.tui.panes.base import Pane


@dataclass(frozen=True, slots=True)
class PaneSpec:
    """One pane of the studio.

    Attributes:
        name: What ids and messages call it.
        title: What the bar at the top calls it.
        target: Its class, as ``module:Class``.
        summary: What it is for, in a few words.
    """

    name: str
    title: str
    target: str
    summary: str

    def load(self) -> type[Pane]:
        """Import the pane's class."""
        module, _, attribute = self.target.partition(":")
        loaded: type[Pane] = getattr(importlib.import_module(module), attribute)
        return loaded


PANES = (
    PaneSpec(
        "author",
        "Author",
        "curator.tui.panes.author.pane:AuthorPane",
        "write examples, with findings and twins as you type",
    ),
    PaneSpec(
        "mix",
        "Mix",
        "curator.tui.panes.mix:MixPane",
        "put curated and base examples together and see what the trainer will see",
    ),
    PaneSpec(
        "train",
        "Train",
        "curator.tui.panes.train:TrainPane",
        "train an adapter and watch the loss",
    ),
    PaneSpec(
        "evaluate",
        "Evaluate",
        "curator.tui.panes.evaluate:EvaluatePane",
        "ask the model held-out questions and score its answers",
    ),
    PaneSpec(
        "publish",
        "Publish",
        "curator.tui.panes.publish:PublishPane",
        "see the bundle as it would be uploaded",
    ),
)
