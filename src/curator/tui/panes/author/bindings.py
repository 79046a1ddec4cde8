"""The keys of the Author pane, in the order of the footer."""

from __future__ import annotations

from textual.binding import BindingType

from curator.tui.keys import key

AUTHOR_KEYS: list[BindingType] = [
    key(
        "n",
        "new",
        "new",
        id="author.new",
        tooltip="Write a new example, from the outline of the profile.",
        show=True,
    ),
    key(
        "ctrl+s",
        "save",
        "save",
        id="author.save",
        tooltip="Write the file; lines that nobody touched stay byte for byte.",
        show=True,
    ),
    key("w", "save", "save", id="author.save_too", tooltip="Write the file."),
    key(
        "f5",
        "run",
        "run",
        id="author.run",
        tooltip="Run the sanity test in the sandbox.",
        show=True,
    ),
    key(
        "f8",
        "finding(1)",
        "finding",
        id="author.next_finding",
        tooltip="Go to the next finding, in this example or a later one.",
        show=True,
    ),
    key(
        "shift+f8",
        "finding(-1)",
        "finding before",
        id="author.finding_before",
        tooltip="Go to the finding before.",
    ),
    key(
        "f2",
        "fix",
        "fix",
        id="author.fix",
        tooltip="Apply the fix of the chosen finding, as one change to undo.",
        show=True,
    ),
    key(
        "ctrl+e",
        "outside",
        "$EDITOR",
        id="author.outside",
        tooltip="Edit this text in your own editor, as one change to undo.",
        show=True,
        priority=True,
    ),
    key(
        "ctrl+t",
        "switch",
        "parts or Markdown",
        id="author.switch",
        tooltip="Show the answer as its parts, or as the Markdown they make.",
    ),
    key("d", "delete", "delete", id="author.delete", tooltip="Delete this example; u undoes it."),
    key("y", "duplicate", "duplicate", id="author.duplicate", tooltip="Put a copy under it."),
    key("u", "undo", "undo", id="author.undo", tooltip="Take back the last change of the file."),
    key("ctrl+r,U", "redo", "redo", id="author.redo", tooltip="Make the undone change again."),
    key("J", "move(1)", "move down", id="author.move_down", tooltip="Move this example down."),
    key("K", "move(-1)", "move up", id="author.move_up", tooltip="Move this example up."),
    key(
        "slash",
        "filter",
        "filter",
        id="author.filter",
        tooltip="Show only some: err, warn, twin, ok, code:DOC005, or any text.",
    ),
    key(
        "escape",
        "back",
        "back to list",
        id="author.back",
        tooltip="Go back to the list; in the list, show all rows again.",
    ),
    key(
        "f4",
        "panel",
        "findings",
        id="author.panel",
        tooltip="Go to the findings and twins; enter there goes to one.",
    ),
]
