"""One text of an example, in an editor of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from curator.lint import Severity
from curator.terminal import visible
from curator.tui.keys import key
from curator.tui.panes.author.draft import location
from curator.tui.styled import Styled
from curator.tui.text import ERROR, WARNING, mark, safe_line

#: What is coloured in code; ``python.scm`` says what is what, the styles say how.
_CODE = ("keyword", "string", "comment", "number", "function", "type")
_QUERY = Path(__file__).with_name("python.scm").read_text("utf-8")
_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding as an editor shows it: a piece of its text, underlined.

    Attributes:
        start: The first character.
        end: The character after the last.
        severity: How much it matters.
    """

    start: int
    end: int
    severity: Severity


class Field(Styled, TextArea):
    """An editor for one text.

    Args:
        name: The key of the text in a draft.
        title: What stands over it.
        code: The language of its text; empty for prose, which wraps.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "field--error",
        "field--warning",
        *(f"code--{kind}" for kind in _CODE),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+home", "edge(0)", "beginning", id="field.top", tooltip="Go to the beginning."),
        key("ctrl+end", "edge(1)", "end", id="field.end", tooltip="Go to the end of the text."),
        # The editor has these by itself; named here they are explained and can be remapped.
        key("ctrl+z", "undo", "undo typing", id="field.undo", tooltip="Take back what was typed."),
        key("ctrl+y", "redo", "redo typing", id="field.redo", tooltip="Type it again."),
        key("f7", "select_all", "select all", id="field.all", tooltip="Select the whole text."),
        key("ctrl+c", "copy", "copy", id="field.copy", tooltip="Copy what is selected."),
        key("ctrl+x", "cut", "cut", id="field.cut", tooltip="Cut what is selected, or the line."),
        key("ctrl+v", "paste", "paste", id="field.paste", tooltip="Paste what was copied here."),
    ]

    class Left(Message):
        """The person is done with this field for now."""

    def __init__(self, name: str, title: str, *, code: str = "") -> None:
        super().__init__(
            "",
            soft_wrap=not code,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            name=name,
        )
        self.title = title
        self._code = bool(code)
        self._flags: dict[int, list[tuple[int, int, Severity]]] = {}
        self.cursor_blink = False
        if code == "python":
            self.update_highlight_query("python", _QUERY)
            self.language = "python"
        self._show_title(())

    def on_mount(self) -> None:
        """Take the colours of the theme, now and whenever it changes."""
        self._recolour()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def _recolour(self) -> None:
        styles = {
            kind: self.get_component_rich_style(f"code--{kind}", partial=True) for kind in _CODE
        }
        self.register_theme(TextAreaTheme("curator", syntax_styles=styles))
        self.theme = "curator"

    @property
    def text_name(self) -> str:
        """The key of the text in a draft."""
        return self.name or ""

    def load(self, text: str) -> None:
        """Show another text, with no step to undo behind it.

        The document is kept and its text replaced: a new one would compile the highlighting anew.
        """
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.clear()
        self.move_cursor((0, 0))
        # The editor scrolls to where the replacement ended once it has been laid out; after that,
        # back to the beginning, unless somebody went elsewhere in the meantime.
        self.call_after_refresh(self._rewind)
        self.show_flags(())

    def _rewind(self) -> None:
        if self.cursor_location == (0, 0):
            self.scroll_to(0, 0, animate=False, force=True, immediate=True)

    def show_flags(self, flags: Sequence[Flag]) -> None:
        """Underline what findings point at, and say beside the title how many there are."""
        if not flags and not self._flags:
            return
        text = self.text
        self._flags.clear()
        for flag in flags:
            line, column = location(text, flag.start)
            end_line, end = location(text, flag.end)
            stop = end if end_line == line else len(self.document.get_line(line))
            self._flags.setdefault(line, []).append((column, max(stop, column + 1), flag.severity))
        self._show_title(flags)
        # Drawn lines are kept by the editor; this is its own way to have them drawn again.
        self.notify_style_update()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn: what a terminal would act on stands as one sign each."""
        line = self.document.get_line(line_index)
        if not line.isascii() or not line.replace("\t", " ").isprintable():
            line = "".join(_drawn(character) for character in line)
        text = Text(line, end="", no_wrap=True)
        for start, end, severity in self._flags.get(line_index, ()):
            kind = "field--error" if severity is Severity.ERROR else "field--warning"
            text.stylize(self.get_component_rich_style(kind, partial=True), start, end)
        return text

    def select_span(self, start: int, end: int) -> None:
        """Put the cursor on a piece of the text, in sight."""
        # Into the middle by its line alone: with the column centred as well, the beginnings of all
        # lines would be out of sight. The editor itself goes as far to the right as the cursor is.
        self.scroll_to(x=0, animate=False, force=True, immediate=True)
        self.move_cursor(location(self.text, start))
        if end > start:
            self.move_cursor(location(self.text, end), select=True)
            self.selection = type(self.selection)(self.selection.end, self.selection.start)
        row = self.wrapped_document.location_to_offset(self.cursor_location).y
        line = Region(0, row, 1, 1)
        self.scroll_to_region(line, animate=False, force=True, center=True, x_axis=False)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Bring the cursor into sight, where it stands in the text.

        An undo that shortens the text lays it out before it moves the cursor, and where that
        takes the scrollbar away the editor asks for a line that is not there any more.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def action_edge(self, end: int) -> None:
        """Go to the beginning (0) or the end (1) of the text."""
        self.move_cursor(self.document.end if end else (0, 0))

    def on_key(self, event: events.Key) -> None:
        """Keep the indentation of code: a new line begins where the last one did."""
        if not self._code or self.read_only:
            return
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        indent = _INDENT.match(before)
        lead = indent.group() if indent else ""
        if event.key == "enter":
            deeper = (
                " " * self.indent_width if before.rstrip().endswith((":", "(", "[", "{")) else ""
            )
            self.replace(f"\n{lead}{deeper}", *self.selection, maintain_selection_offset=False)
        elif (
            event.key == "backspace"
            and self.selection.is_empty
            and before
            and lead == before
            and "\t" not in before
        ):
            stop = (column - 1) // self.indent_width * self.indent_width
            self.delete((row, stop), (row, column), maintain_selection_offset=False)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Keep what is pasted here to itself: the pane would make an example of it as well."""
        if not self.read_only:
            event.stop()

    def on_blur(self) -> None:
        """Say that the person left."""
        self.fold(focused=False)
        self.post_message(self.Left())

    def on_focus(self) -> None:
        """Open a folded field."""
        self.fold(focused=True)

    def fold(self, *, focused: bool) -> None:
        """Show an empty input as its title alone, until somebody writes there."""
        folded = self.has_class("-input") and not self.text and not focused
        if folded != self.has_class("-folded"):
            self.set_class(folded, "-folded")
            self._show_title(())

    def _show_title(self, flags: Sequence[Flag]) -> None:
        title = safe_line(self.title, 40)
        if self.has_class("-folded"):
            title = Content.assemble("▸ ", title, " (empty)")
        for sign, severity in ((ERROR, Severity.ERROR), (WARNING, Severity.WARNING)):
            if count := sum(flag.severity is severity for flag in flags):
                title = Content.assemble(title, "  ", mark(sign), f" {count}")
        self.border_title = Content.assemble(" ", title, " ")


def _drawn(character: str) -> str:
    """Return what stands for one character: always one, so that columns stay as they are."""
    shown = visible(character, tabs=True)
    return shown if len(shown) == 1 else "\ufffd"
