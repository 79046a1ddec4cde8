"""One example in its texts: instruction, input, and the parts of its answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from curator.example import Profile
from curator.lint import Finding, Severity
from curator.tui.keys import key
from curator.tui.panes.author.draft import (
    INPUT,
    INSTRUCTION,
    OUTPUT,
    PART,
    ROW,
    Draft,
    location,
    place,
)
from curator.tui.panes.author.field import Field, Flag
from curator.tui.styled import Styled
from curator.tui.text import WARNING, mark, put, safe


class ExampleEditor(Styled, Vertical):
    """The texts of the example under the cursor.

    Args:
        profile: Whose sections are the parts.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "back to list", id="editor.leave", tooltip="Go back to the list."),
        key("ctrl+down", "part(1)", "next part", id="editor.next", tooltip="Go to the next part."),
        key(
            "ctrl+up",
            "part(-1)",
            "part before",
            id="editor.before",
            tooltip="Go to the part before.",
        ),
    ]

    class Changed(Message):
        """A text is another one now."""

    class Committed(Message):
        """The person left a field, so what was typed becomes one change of the file."""

    class Left(Message):
        """The person wants to go back to the list."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile
        self._draft: Draft | None = None
        self._reason = Static(id="reason", markup=False)
        self._fields = {
            INSTRUCTION: Field(INSTRUCTION, "Instruction"),
            INPUT: Field(INPUT, "Input"),
            OUTPUT: Field(OUTPUT, "Output, as Markdown"),
            ROW: Field(ROW, "Row, as in the file"),
        }
        for spec in profile.section:
            name = f"{PART}{spec.key}"
            self._fields[name] = Field(name, spec.title, code=spec.code)
            self._fields[name].add_class("part", f"-{spec.role}")

    def compose(self) -> ComposeResult:
        """Lay out the fields in the order of writing."""
        yield self._reason
        for name in (INSTRUCTION, INPUT):
            yield self._fields[name].add_class(f"-{name}")
        for spec in self._profile.section:
            yield self._fields[f"{PART}{spec.key}"]
        yield self._fields[OUTPUT]
        yield self._fields[ROW]

    @property
    def draft(self) -> Draft | None:
        """The row as it was when it was opened, or None while nothing is open."""
        return self._draft

    @property
    def texts(self) -> dict[str, str]:
        """The texts as they are now."""
        names = self._draft.texts if self._draft else ()
        return {name: self._fields[name].text for name in names}

    @property
    def changed(self) -> bool:
        """Whether something was typed that the file does not hold yet."""
        return self._draft is not None and self._draft.changed(self.texts)

    def open(self, draft: Draft | None, *, same_row: bool = False) -> None:
        """Show a draft.

        Args:
            draft: The texts, or None for no row at all.
            same_row: Whether it is the row that is open already; then a text that did not change
                keeps its editor's own steps to undo, and its cursor.
        """
        self._draft = draft
        reason = Content("")
        if draft is not None and draft.reason:
            reason = Content.assemble(mark(WARNING), " ", safe(draft.reason))
        put(self._reason, reason)
        self._reason.display = bool(reason)
        for name, field in self._fields.items():
            shown = draft is not None and name in draft.texts
            field.display = shown
            if draft is None or not shown:
                continue
            field.read_only = draft.read_only
            text = draft.texts[name]
            if not same_row or field.text != text:
                cursor = field.cursor_location
                field.load(text)
                if same_row:
                    field.move_cursor(cursor)
            field.fold(focused=field.has_focus)

    def adopt(self, draft: Draft) -> None:
        """Take `draft` as what the file holds now, leaving every editor as it is."""
        self._draft = draft

    def show_findings(self, findings: Iterable[Finding], output: str) -> None:
        """Underline what findings point at.

        Args:
            findings: What the rules say about the texts as they are.
            output: The output that the findings were made from.
        """
        draft = self._draft
        if draft is None:
            return
        flags: dict[str, list[Flag]] = {name: [] for name in draft.texts}
        for finding in findings:
            if finding.severity is not Severity.INFO:
                name, start, end = place(finding, draft, output, self._profile)
                flags.setdefault(name, []).append(Flag(start, end, finding.severity))
        for name, found in flags.items():
            self._fields[name].show_flags(found)

    def where(self, finding: Finding, output: str) -> str:
        """Return where a finding stands, as people read it: ``Solution 2:5``."""
        if self._draft is None:
            return ""
        name, start, _ = place(finding, self._draft, output, self._profile)
        line, column = location(self._fields[name].text, start)
        return f"{self._fields[name].title} {line + 1}:{column + 1}"

    def jump(self, finding: Finding, output: str) -> None:
        """Put the cursor on what a finding points at."""
        if self._draft is not None:
            name, start, end = place(finding, self._draft, output, self._profile)
            self._fields[name].focus()
            self._fields[name].select_span(start, end)

    def focus_first(self) -> None:
        """Put the cursor where writing begins: the instruction, or the row as a line."""
        for name in (INSTRUCTION, ROW):
            if self._draft is not None and name in self._draft.texts:
                self._fields[name].focus()

    def for_outside(self) -> tuple[str, str, str]:
        """Return which text another editor should open: its key, itself, its file's suffix.

        The one with the cursor; from elsewhere, the first part, the Markdown or the row.
        """
        texts = self.texts
        focused = next((n for n in texts if self._fields[n].has_focus), None)
        name = focused or next(n for n in texts if n not in (INSTRUCTION, INPUT))
        code = name.startswith(PART) and self._fields[name].language == "python"
        return name, texts[name], ".py" if code else ".json" if name == ROW else ".md"

    def put_text(self, name: str, text: str) -> None:
        """Replace one text, as a step that its editor can undo."""
        field = self._fields[name]
        if field.text != text:
            field.replace(text, (0, 0), field.document.end)

    def action_leave(self) -> None:
        """Ask to go back to the list."""
        self.post_message(self.Left())

    def action_part(self, by: int) -> None:
        """Go to another part."""
        shown = [field for field in self._fields_in_order() if field.display]
        for position, field in enumerate(shown):
            if field.has_focus:
                shown[(position + by) % len(shown)].focus()
                return

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Pass on that a text changed."""
        event.stop()
        self.post_message(self.Changed())

    def on_field_left(self, event: Field.Left) -> None:
        """Pass on that a field was left."""
        event.stop()
        self.post_message(self.Committed())

    def _fields_in_order(self) -> list[Field]:
        return list(self.query(Field))
