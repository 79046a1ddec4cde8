"""The keys of the Evaluate pane."""

from __future__ import annotations

from textual.binding import Binding

from curator.tui.keys import key

BINDINGS: list[Binding] = [
    key(
        "v",
        "evaluate",
        "evaluate",
        id="evaluate.start",
        tooltip="Ask base and adapter the prompts of the suite.",
        show=True,
    ),
    key("x", "cancel", "cancel", id="evaluate.cancel", tooltip="Stop asking.", show=True),
    key(
        "l",
        "loose",
        "strict / loose",
        id="evaluate.loose",
        tooltip="Read answers strictly, or forgive fences and a chatty first or last line.",
        show=True,
    ),
    key(
        "slash",
        "filter",
        "filter",
        id="evaluate.filter",
        tooltip="Show only some answers.",
        show=True,
        display="/",
    ),
    key(
        "e",
        "take",
        "to Author",
        id="evaluate.take",
        tooltip="Take the adapter's answer to Author as a new example, its instruction kept.",
        show=True,
    ),
    key(
        "a",
        "ask",
        "ask",
        id="evaluate.ask",
        tooltip="Ask the adapter a question of your own, with the prompt built as in training.",
        show=True,
    ),
    key("escape", "back", "back", id="evaluate.back", tooltip="Leave the line, or stop asking."),
]
