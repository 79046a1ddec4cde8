"""Two twins side by side, with the words that differ marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
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
#: Up to how many pairs of words two texts are compared with care: some 30 ms.
_READABLE = 400_000
#: Up to how many they are compared at all, each at one bit: 25 MB.
_COMPARABLE = 200_000_000
#: The most characters of a text that are shown: 1 MB took twelve seconds to draw.
_SHOWN = 50_000


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
            scorer = _scorer(self._mine.example, self._other.example, self._score)
            box.border_title = Content.assemble(mark(TWIN), f" {self._score:.1f} alike by {scorer}")
            with Horizontal():
                for side, sides in (
                    (self._mine, (self._mine, self._other)),
                    (self._other, (self._other, self._mine)),
                ):
                    with VerticalScroll() as column:
                        column.border_title = f"#{side.index + 1}"
                        yield Static(compare(sides[0].example, sides[1].example), markup=False)
        yield KeysFooter()


def _scorer(one: Example, other: Example, score: float) -> str:
    """Return the name of the score that two twins have; ``ratio`` where it is that of both."""
    from curator.neardup import instruction_text, words_score

    texts = instruction_text(one), instruction_text(other)
    if words_score(*texts) != score:
        return "ratio"
    from rapidfuzz.fuzz import ratio

    return "ratio" if ratio(*texts, score_cutoff=score) else "words"


def compare(one: Example, other: Example) -> Content:
    """Return the texts of `one`, with the words that `other` does not have marked."""
    pieces: list[Content | tuple[str, str]] = []
    for name in ("instruction", "input", "output"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if not mine and not theirs:
            continue
        pieces.append((f"{name}\n", "bold $muted"))
        pieces.append(marked(*_cut(mine, theirs)))
        pieces.append(("\n\n", ""))
    return Content.assemble(*pieces)


def _cut(text: str, other: str) -> tuple[str, str]:
    """Return as much of two long texts as can be drawn at once, their first difference in it."""
    if max(len(text), len(other)) <= _SHOWN:
        return text, other
    same = _same(text, other)
    begin = same - 1000 if same > _SHOWN // 2 else 0
    end = begin + _SHOWN
    one, two = (
        ("…" if begin else "")
        + part[begin:end]
        + (f"… and {len(part) - end:,} characters" if len(part) > end else "")
        for part in (text, other)
    )
    return one, two


def marked(text: str, other: str) -> Content:
    """Return `text` with the words that are not in `other` marked, compared word by word."""
    mine = _WORD.findall(visible(text, newlines=True, tabs=True))
    theirs = _WORD.findall(visible(other, newlines=True, tabs=True))
    pieces: list[tuple[str, str]] = []
    for same, begin, end in _runs(mine, theirs):
        if end > begin:
            style = "" if same else "bold underline $text-warning"
            pieces.append(("".join(mine[begin:end]), style))
    return Content.assemble(*pieces)


def _runs(mine: list[str], theirs: list[str]) -> Iterator[tuple[bool, int, int]]:
    """Yield the ranges of `mine`, and whether `theirs` has them, within a second at any length."""
    if len(mine) * len(theirs) <= _READABLE:
        # The longest runs in common first: what a reader would mark, and slow.
        matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
        for action, begin, end, _, _ in matcher.get_opcodes():
            yield action == "equal", begin, end
        return
    from rapidfuzz.distance import Indel

    head = _same(mine, theirs)
    tail = _same(mine[head:][::-1], theirs[head:][::-1])
    middle, rest = mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
    yield True, 0, head
    if len(middle) * len(rest) <= _COMPARABLE:
        for step in Indel.opcodes(middle, rest):
            yield step.tag == "equal", head + step.src_start, head + step.src_end
    else:
        yield False, head, len(mine) - tail
    yield True, len(mine) - tail, len(mine)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how much at the beginning of two texts, or lists of words, is the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
