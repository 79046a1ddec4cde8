"""Two twins side by side, with the words that differ marked."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from curator.example import Example
from curator.terminal import visible
from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import TWIN, mark
from curator.tui.widgets.footer import KeysFooter

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two twins.

    Attributes:
        index: Its row in the file.
        example: What it says.
    """

    index: int
    example: Example


class TwinScreen(Styled, ModalScreen[str | None]):
    """The comparison; gives ``delete``, ``open`` or None for keeping both.

    Args:
        mine: The example in the editor.
        other: Its twin.
        score: How alike what they ask is, 0 to 100.
    """

    AUTO_FOCUS = "*"

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "escape,k",
            "dismiss(None)",
            "keep both",
            id="twin.keep",
            tooltip="Change nothing.",
            show=True,
        ),
        key(
            "d",
            "dismiss('delete')",
            "delete this one",
            id="twin.delete",
            tooltip="Delete the example on the left; u undoes it.",
            show=True,
        ),
        key(
            "o,enter",
            "dismiss('open')",
            "open the other",
            id="twin.open",
            tooltip="Go to the example on the right.",
            show=True,
        ),
    ]

    def __init__(self, mine: Side, other: Side, score: float) -> None:
        super().__init__()
        self._mine = mine
        self._other = other
        self._score = score

    def compose(self) -> ComposeResult:
        """Lay out the two, left and right."""
        with Vertical(id="twin") as box:
            box.border_title = Content.assemble(mark(TWIN), f" {self._score:.1f} alike")
            with Horizontal():
                for side, sides in (
                    (self._mine, (self._mine, self._other)),
                    (self._other, (self._other, self._mine)),
                ):
                    with VerticalScroll() as column:
                        column.border_title = f"#{side.index + 1}"
                        yield Static(compare(sides[0].example, sides[1].example), markup=False)
        yield KeysFooter()


def compare(one: Example, other: Example) -> Content:
    """Return the texts of `one`, with the words that `other` does not have marked."""
    pieces: list[Content | tuple[str, str]] = []
    for name in ("instruction", "input", "output"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if not mine and not theirs:
            continue
        pieces.append((f"{name}\n", "bold $muted"))
        pieces.append(marked(mine, theirs))
        pieces.append(("\n\n", ""))
    return Content.assemble(*pieces)


def marked(text: str, other: str) -> Content:
    """Return `text` with the words that are not in `other` marked, compared word by word."""
    mine = _WORD.findall(visible(text, newlines=True, tabs=True))
    theirs = _WORD.findall(visible(other, newlines=True, tabs=True))
    matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
    pieces: list[tuple[str, str]] = []
    for action, begin, end, _, _ in matcher.get_opcodes():
        piece = "".join(mine[begin:end])
        pieces.append((piece, "" if action == "equal" else "bold underline $text-warning"))
    return Content.assemble(*pieces)
