"""The keys of the Train pane."""

from __future__ import annotations

from textual.binding import BindingType

from curator.tui.keys import key

BINDINGS: list[BindingType] = [
    key(
        "t",
        "start",
        "train",
        id="train.start",
        tooltip="Look at the mixture once more and start a training.",
        show=True,
    ),
    key(
        "space",
        "pause",
        "pause",
        id="train.pause",
        tooltip="Pause after this iteration, or go on.",
        show=True,
    ),
    key(
        "s",
        "stop",
        "stop and keep",
        id="train.stop",
        tooltip="Stop after this iteration and keep the adapter.",
        show=True,
    ),
    key(
        "r",
        "resume",
        "take up",
        id="train.resume",
        tooltip="Go on after a pause, or take up a run that was stopped or died.",
        show=True,
    ),
    key(
        "x",
        "choose",
        "choose",
        id="train.choose",
        tooltip="Choose the run under the cursor for a comparison, or no longer.",
        show=True,
    ),
    key(
        "c",
        "compare",
        "compare",
        id="train.compare",
        tooltip="Compare the chosen runs, or this one with the one before it.",
        show=True,
    ),
    key(
        "d",
        "delete",
        "delete",
        id="train.delete",
        tooltip="Delete this run with its adapter; asks first.",
        show=True,
    ),
]
