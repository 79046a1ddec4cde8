"""The keys of the Publish pane."""

from __future__ import annotations

from textual.binding import BindingType

from curator.tui.keys import key

KEYS: list[BindingType] = [
    key(
        "d",
        "look",
        "dry run",
        id="publish.look",
        tooltip="Look at the Hub and say what would change there.",
        show=True,
    ),
    key(
        "u",
        "upload",
        "publish",
        id="publish.upload",
        tooltip="Publish what the dry run showed.",
        show=True,
    ),
    key(
        "x,escape",
        "cancel",
        "stop",
        id="publish.cancel",
        tooltip="Stop the dry run or the upload.",
        show=True,
    ),
    key(
        "b",
        "bundle",
        "write bundle",
        id="publish.bundle",
        tooltip="Write the bundle into the run's folder.",
        show=True,
    ),
    key(
        "r",
        "report",
        "report",
        id="publish.report",
        tooltip="Write the run's report into its folder and show it.",
        show=True,
    ),
    key(
        "p",
        "private",
        "private/public",
        id="publish.private",
        tooltip="Choose who sees a new repository: its owners, or everybody.",
    ),
]
