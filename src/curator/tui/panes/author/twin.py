"""Two twins side by side, with the words that differ marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

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
#: The most characters of a text that are shown, the first difference among them.
_SHOWN = 20_000
#: How many characters are drawn as one piece; pieces out of sight are not drawn at all.
_PIECE = 2_000
#: Up to how many characters two examples are compared on the spot: some 30 ms.
_SHORT = 20_000


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
        self._sides = mine, other
        self._score = score
        self._box = Vertical(id="twin")
        self._columns = VerticalScroll(), VerticalScroll()

    class Compared(Message):
        """The two were compared."""

        def __init__(self, scorer: str, texts: tuple[Content, Content]) -> None:
            super().__init__()
            self.scorer = scorer
            self.texts = texts

    def compose(self) -> ComposeResult:
        """Lay out the two, left and right."""
        size = sum(len(text) for side in self._sides for text in _texts(side.example))
        compared = self._compared() if size <= _SHORT else None
        with self._box:
            self._box.border_title = self._title(compared.scorer if compared else "")
            with Horizontal():
                for place, column in enumerate(self._columns):
                    column.border_title = f"#{self._sides[place].index + 1}"
                    with column:
                        if compared:
                            yield from _drawn(compared.texts[place])
                        else:
                            yield Static(Content.styled("comparing…", "$muted"))
        yield KeysFooter()
        if compared is None:
            self._compare()

    @work(thread=True)
    def _compare(self) -> None:
        """Compare two long ones, which takes seconds at 1 MB."""
        worker = get_current_worker()
        compared = self._compared()
        if not worker.is_cancelled:
            self.post_message(compared)

    def _compared(self) -> Compared:
        one, other = (side.example for side in self._sides)
        scorer = _scorer(one, other, self._score)
        return self.Compared(scorer, (compare(one, other), compare(other, one)))

    @on(Compared)
    async def _show(self, message: Compared) -> None:
        self._box.border_title = self._title(message.scorer)
        for column, text in zip(self._columns, message.texts, strict=True):
            await column.remove_children()
            await column.mount_all(_drawn(text))

    def _title(self, scorer: str) -> Content:
        by = f" by {scorer}" if scorer else ""
        return Content.assemble(mark(TWIN), f" {self._score:.1f} alike{by}")


def _scorer(one: Example, other: Example, score: float) -> str:
    """Return the name of the score that two twins have; ``ratio`` where it is that of both."""
    from rapidfuzz.fuzz import ratio

    from curator.neardup import instruction_text, words_score

    # With the score as the least that counts, 1 MB takes two seconds and not half a minute.
    texts = instruction_text(one), instruction_text(other)
    if ratio(*texts, score_cutoff=score):
        return "ratio"
    return "words" if words_score(*texts, score_cutoff=score) else "ratio"


def _texts(example: Example) -> tuple[str, str, str]:
    return example.instruction, example.input, example.output


def _drawn(text: Content) -> Iterator[Static]:
    """Yield a text in pieces of some lines each."""
    plain, ends, begin = text.plain, list[int](), 0
    while len(plain) - begin > 2 * _PIECE:
        # At the end of a line; in one whose end is out of sight, after a word.
        end = plain.find("\n", begin + _PIECE, begin + 2 * _PIECE) + 1
        end = end or plain.rfind(" ", begin, begin + 2 * _PIECE) + 1
        begin = end or begin + 2 * _PIECE
        ends.append(begin)
    for number, piece in enumerate(text.divide(ends)):
        ended = number < len(ends) and piece.plain.endswith("\n")
        yield Static(piece[:-1] if ended else piece, markup=False)


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
    from rapidfuzz.distance import Prefix

    same = Prefix.similarity(text, other)
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
    from rapidfuzz.distance import Indel, Postfix, Prefix

    head = Prefix.similarity(mine, theirs)
    tail = Postfix.similarity(mine[head:], theirs[head:])
    middle, rest = mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
    yield True, 0, head
    if len(middle) * len(rest) <= _COMPARABLE:
        for step in Indel.opcodes(middle, rest):
            yield step.tag == "equal", head + step.src_start, head + step.src_end
    else:
        yield False, head, len(mine) - tail
    yield True, len(mine) - tail, len(mine)
