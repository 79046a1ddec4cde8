"""Cells side by side: the one place that knows how wide a column is.

A `Table` is a list with a cursor whose rows are laid out in columns. Every cell is content, so that
text from a file cannot pose as markup, and the rows are laid out again when the width changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from curator.tui.keys import key
from curator.tui.styled import Styled

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: Its heading.
        width: Its width in cells; 0 takes what the others leave.
        right: Whether its cells stand at its right edge, as numbers do.
        least: The least width of a column that takes what is left.
    """

    title: str
    width: int = 0
    right: bool = False
    least: int = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        id: What a message about it carries; unique in the table.
        cells: One content a column.
    """

    id: str
    cells: tuple[Content, ...]


def fit(cell: Content, width: int, *, right: bool = False) -> Content:
    """Return `cell` at exactly `width` cells: padded, or cut with ``…``."""
    missing = width - cell.cell_length
    if missing < 0:
        return cell.truncate(width, ellipsis=True, pad=True)
    return cell.pad_left(missing) if right else cell.pad_right(missing)


def lay_out(cells: Sequence[Content], columns: Sequence[Column], width: int) -> Content:
    """Return one line of `cells`, at most `width` cells wide; what has no room is cut off."""
    fixed = sum(column.width for column in columns) + GAP * (len(columns) - 1)
    flexible = sum(not column.width for column in columns)
    rest = (width - fixed) // flexible if flexible else 0
    line = Content(" " * GAP).join(
        fit(cell, column.width or max(column.least, rest), right=column.right)
        for cell, column in zip(cells, columns, strict=True)
    )
    return line.truncate(max(width, 1))


def _heading(columns: Sequence[Column], width: int) -> Content:
    """Return the titles, the last line of each standing over its cells."""
    titles = [column.title.split("\n") for column in columns]
    height = max(map(len, titles), default=1)
    padded = [[""] * (height - len(title)) + title for title in titles]
    return Content("\n").join(
        lay_out([Content(line) for line in level], columns, width)
        for level in zip(*padded, strict=True)
    )


class Lines(OptionList):
    """A list with vim's motions beside the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("j", "cursor_down", "down", id="rows.down", tooltip="Go one row down."),
        key("k", "cursor_up", "up", id="rows.up", tooltip="Go one row up."),
        key("g", "first", "first", id="rows.first", tooltip="Go to the first row."),
        key("G", "last", "last", id="rows.last", tooltip="Go to the last row."),
        key("enter", "select", "open", id="rows.open", tooltip="Open this row."),
    ]


class Table(Styled, Vertical):
    """A heading and a list of rows. Its messages are `OptionList`'s, with the row's id.

    Args:
        columns: The columns.
        heading: Whether the columns' titles are shown.
        empty: What stands there while there are no rows.
        id: The widget's id.
        classes: The widget's classes.
    """

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        heading: bool = True,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._rows: tuple[Row, ...] = ()
        self._heading = heading
        self._empty = empty
        self._width = 0

    def compose(self) -> ComposeResult:
        """Lay out the heading, the list and what stands there without rows."""
        yield Static(classes="table--heading", markup=False)
        yield Static(self._empty, classes="table--empty", markup=False)
        yield Lines(markup=False, compact=True)

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()

    @property
    def lines(self) -> Lines:
        """The list itself, to focus."""
        return self.query_one(Lines)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self._rows

    @property
    def selected(self) -> str | None:
        """The id of the row under the cursor."""
        index = self.lines.highlighted
        return self._rows[index].id if index is not None and index < len(self._rows) else None

    def select(self, row_id: str) -> None:
        """Put the cursor on a row, if it is there."""
        for index, row in enumerate(self._rows):
            if row.id == row_id:
                self.lines.highlighted = index

    def set_rows(self, rows: Sequence[Row], columns: Sequence[Column] | None = None) -> None:
        """Show other rows; the cursor stays on the row of the same id where it is still there."""
        if columns is not None:
            self._columns = tuple(columns)
        self._rows = tuple(rows)
        if self.is_mounted:
            self._show()

    def on_resize(self) -> None:
        """Lay the rows out again when the width is another one."""
        if self._width != self.content_size.width:
            self._show()

    def _show(self) -> None:
        self._width = self.content_size.width
        # One column is the scrollbar's when there is one; it is always left free.
        width = max(self._width - 1, 1)
        heading, empty = self.query(Static).results(Static)
        heading.display = self._heading and bool(self._rows)
        heading.update(_heading(self._columns, width))
        lines = self.lines
        lines.display = bool(self._rows)
        empty.display = not self._rows and bool(self._empty)
        contents = [lay_out(row.cells, self._columns, width) for row in self._rows]
        if [option.id for option in lines.options] == [row.id for row in self._rows]:
            for index, content in enumerate(contents):
                lines.replace_option_prompt_at_index(index, content)
            return
        before = lines.highlighted_option
        with self.app.batch_update():
            lines.clear_options()
            lines.add_options(
                Option(content, row.id) for content, row in zip(contents, self._rows, strict=True)
            )
            if self._rows:
                lines.highlighted = 0
            if before is not None and before.id is not None:
                self.select(before.id)
