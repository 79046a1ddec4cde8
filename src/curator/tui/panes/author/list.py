"""The list of examples: only the lines on screen are ever read or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from curator.terminal import one_line
from curator.tui.keys import key
from curator.tui.panes.author.session import Session
from curator.tui.styled import Styled
from curator.tui.text import ERROR, INFO, OK, PENDING, TWIN, WARNING

_CLASSES = {
    OK: "list--ok",
    ERROR: "list--error",
    WARNING: "list--warning",
    TWIN: "list--twin",
    PENDING: "list--number",
    INFO: "list--number",
}


class ExampleList(Styled, ScrollView, can_focus=True):
    """Every row of the file, or those that a filter lets through.

    Positions count lines of the list; indices count rows of the file.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--bar",
        "list--ok",
        "list--error",
        "list--warning",
        "list--twin",
        "list--number",
        "list--title",
        "list--broken",
        "list--cursor",
        "list--hover",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "step(1)", "down", id="list.down", tooltip="Go to the next example."),
        key("up,k", "step(-1)", "up", id="list.up", tooltip="Go to the example before."),
        key("g,home", "edge(0)", "first", id="list.first", tooltip="Go to the first example."),
        key("G,end", "edge(-1)", "last", id="list.last", tooltip="Go to the last example."),
        key(
            "pagedown,ctrl+d",
            "page(1)",
            "page down",
            id="list.page_down",
            tooltip="Go down a page.",
        ),
        key("pageup,ctrl+u", "page(-1)", "page up", id="list.page_up", tooltip="Go up a page."),
        key(
            "enter,l,right",
            "open",
            "edit",
            id="list.open",
            tooltip="Edit this example.",
        ),
    ]

    position: reactive[int] = reactive(0)
    hovered: reactive[int] = reactive(-1)

    class Moved(Message):
        """The cursor stands on another row."""

    class Opened(Message):
        """The person wants to edit the row under the cursor."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._session: Session | None = None
        self._shown: Sequence[int] = range(0)
        self._styles: dict[tuple[object, ...], Style] = {}
        # Clicks since the list has the focus: Textual counts as one double click also two clicks
        # on a row between which the person opened it, typed quickly and came back.
        self._clicks = 0

    @property
    def index(self) -> int | None:
        """The row of the file under the cursor, or None where the list is empty."""
        return self._shown[self.position] if self.position < len(self._shown) else None

    @property
    def shown(self) -> Sequence[int]:
        """The rows in the list."""
        return self._shown

    def load(self, session: Session, shown: Sequence[int] | None = None) -> None:
        """Show the rows of `session`: those at the indices `shown`, or all."""
        self._session = session
        self._shown = range(len(session)) if shown is None else shown
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._shown))
        self.set_reactive(ExampleList.position, self.validate_position(self.position))
        self.refresh()
        # The same position may be another row now.
        self.post_message(self.Moved())

    def go(self, index: int) -> None:
        """Put the cursor on a row of the file, or as near to it as the filter allows."""
        if isinstance(self._shown, range):
            self.position = index
        else:
            try:
                self.position = self._shown.index(index)
            except ValueError:
                later = (p for p, row in enumerate(self._shown) if row >= index)
                self.position = next(later, len(self._shown) - 1)
        self._reveal()

    def validate_position(self, position: int) -> int:
        """Keep the cursor within the list."""
        return max(0, min(position, len(self._shown) - 1))

    def watch_position(self) -> None:
        """Follow the cursor."""
        self._reveal()
        self.refresh()
        self.post_message(self.Moved())

    def watch_hovered(self) -> None:
        """Draw the row under the pointer."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line: mark, number, beginning of the instruction."""
        width = self.size.width
        base = self.rich_style
        position = y + self.scroll_offset.y
        if self._session is None or position >= len(self._shown):
            if y or self._session is None or not len(self._session):
                return Strip.blank(width, base)
            nothing = Segment("  nothing matches", self._style("list--number"))
            return Strip([nothing]).adjust_cell_length(width, base)
        index = self._shown[position]
        chosen = position == self.position
        line = "list--cursor" if chosen else "list--hover" if position == self.hovered else ""
        style = self._style(line)
        row = self._session.row(index)
        sign = self._session.entry(index).mark
        digits = max(2, len(str(len(self._session))))
        number = f"{index + 1:>{digits}} "
        room = max(width - len(number) - 4, 1)
        if row.example is not None:
            title = one_line(row.example.instruction, room) or "(no instruction)"
            kind = "list--title" if row.example.instruction.strip() else "list--broken"
        else:
            sign = ERROR
            title = one_line(row.problem.message if row.problem else "broken", room)
            kind = "list--broken"
        segments = [
            Segment(
                "▌" if chosen and self.has_focus else " ",
                self._style(line, "list--bar"),
            ),
            Segment(f"{sign} ", self._style(line, _CLASSES[sign])),
            Segment(number, self._style(line, "list--number")),
            Segment(title, style if chosen else self._style(line, kind)),
        ]
        return Strip(segments).adjust_cell_length(width, style)

    def _style(self, *names: str) -> Style:
        """Return the list's style with those of some component classes upon it, kept for reuse."""
        focused = self.has_focus
        if (found := self._styles.get((focused, *names))) is not None:
            return found
        style = self.rich_style
        for name in names:
            # In the terminal's own palette the cursor is one bar, in one pair of colours.
            if name and not style.reverse:
                style += self.get_component_rich_style(name, partial=True)
        self._styles[focused, *names] = style
        return style

    def notify_style_update(self) -> None:
        """Forget the styles of the theme that was."""
        self._styles.clear()
        super().notify_style_update()

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self.position += by

    def action_edge(self, to: int) -> None:
        """Go to the first (0) or last (-1) line."""
        self.position = 0 if to == 0 else len(self._shown) - 1

    def action_page(self, by: int) -> None:
        """Move by a screenful."""
        self.position += by * max(self.size.height - 1, 1)

    def action_open(self) -> None:
        """Ask for the row to be edited."""
        if self.index is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked row; a second click edits it."""
        position = event.y + self.scroll_offset.y
        if position < len(self._shown):
            self.position = position
            self._clicks += 1
            if event.chain > 1 and self._clicks > 1:
                self.action_open()

    def on_focus(self) -> None:
        """Count clicks anew."""
        self._clicks = 0

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light the row under the pointer."""
        self.hovered = event.y + self.scroll_offset.y

    def on_leave(self) -> None:
        """Put the light out."""
        self.hovered = -1

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._shown))
        self._reveal()

    def _reveal(self) -> None:
        if self.is_attached:
            self.scroll_to_region(
                Region(0, self.position, 1, 1), animate=False, force=True, immediate=True
            )
