"""Text that depends on its width: drawn again whenever that changes."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

Draw = Callable[[int], Content]


class Drawn(Static):
    """Show what a function makes of the present width.

    Args:
        id: The widget's id.
    """

    DEFAULT_CSS = """
    Drawn { height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(markup=False, id=id)
        self._draw: Draw | None = None

    def show(self, draw: Draw) -> None:
        """Show what `draw` makes of a width in cells."""
        self._draw = draw
        self.on_resize()

    def on_resize(self) -> None:
        """Draw at the present width."""
        if self._draw is not None and self.content_size.width:
            self.update(self._draw(self.content_size.width))


def hanging(sign: Content, text: Content, width: int, *, indent: int = 2) -> Content:
    """Return a mark and a text whose further lines stand under its first.

    Args:
        sign: One cell.
        text: The text.
        width: In cells, for all of it.
        indent: Where the further lines begin.
    """
    first, *rest = wrapped(text, max(width - 2, 8), max(width - indent, 8))
    lines = [Content.assemble(sign, " ", first)]
    lines.extend(Content.assemble(" " * indent, line) for line in rest)
    return Content("\n").join(lines)


def wrapped(text: Content, first: int, rest: int) -> list[Content]:
    """Return `text` in lines broken between words: one of `first` cells, the others of `rest`."""
    words = text.split(" ", allow_blank=True)
    lines: list[Content] = []
    line = words[0]
    for word in words[1:]:
        if line.cell_length + 1 + word.cell_length > (rest if lines else first):
            lines.append(line)
            line = word
        else:
            line = Content.assemble(line, " ", word)
    lines.append(line)
    # A word longer than its line is cut where it must be.
    return [
        part
        for number, piece in enumerate(lines)
        for part in (piece.fold(rest if number else first) if len(piece) else [piece])
    ]
