"""The sources of a recipe, one a line: their role to switch, repeat and limit to type into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from curator.mix import SourceSpec
from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import safe_line
from curator.tui.widgets.form_line import NumberInput

CURATED, BASE = "◆", "◇"


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """What the plan found in one source, all its files together.

    Attributes:
        rows: Rows that could be read.
        training: Rows in the training set, copies included.
        repeat: The copies of each, where the recipe asks for a share.
    """

    rows: int
    training: int
    repeat: int = 1


def role_mark(role: str) -> Content:
    """Return a role with a mark of its own: ``◆ curated``, ``◇ base``."""
    if role == "curated":
        return Content.styled(f"{CURATED} curated", "$text-primary")
    return Content.styled(f"{BASE} base", "$foreground-muted")


class RoleSwitch(Widget, can_focus=True):
    """The role of a source, which space turns into the other one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "space",
            "switch",
            "switch role",
            id="sources.role",
            tooltip="Make this source curated, or base.",
            show=True,
        ),
    ]

    role: reactive[str] = reactive("base")

    class Switched(Message):
        """The role is the other one now.

        Attributes:
            role: Which.
        """

        def __init__(self, role: str) -> None:
            super().__init__()
            self.role = role

    def __init__(self, role: str) -> None:
        super().__init__(id="role", classes="source--role")
        self.set_reactive(RoleSwitch.role, role)

    def render(self) -> Content:
        """Draw the role with its mark."""
        return role_mark(self.role)

    def on_click(self) -> None:
        """Switch it."""
        self.action_switch()

    def action_switch(self) -> None:
        """Switch it."""
        self.role = "base" if self.role == "curated" else "curated"
        self.post_message(self.Switched(self.role))


class SourceLine(Horizontal):
    """One source.

    Args:
        index: Which one of the recipe, from 0.
        spec: As the recipe has it.
    """

    class Changed(Message):
        """A number was typed, or the role switched.

        Attributes:
            index: Which source.
            key: ``repeat``, ``limit`` or ``role``.
            value: The number or the role; None takes the key away.
        """

        def __init__(self, index: int, key: str, value: int | str | None) -> None:
            super().__init__()
            self.index = index
            self.key = key
            self.value = value

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up", "step(-1)", "up", id="sources.up", tooltip="Go to the source above."),
        key("down", "step(1)", "down", id="sources.down", tooltip="Go to the source below."),
        key("plus", "more(1)", "one more", id="sources.more", tooltip="Raise the number by one."),
        key("minus", "more(-1)", "one less", id="sources.less", tooltip="Lower it by one."),
    ]

    def __init__(self, index: int, spec: SourceSpec) -> None:
        super().__init__()
        self._index = index
        self._spec = spec

    def compose(self) -> ComposeResult:
        """Lay out role, path, figures and the two numbers."""
        yield RoleSwitch(self._spec.role)
        yield Static(safe_line(self._spec.path), classes="source--path")
        yield Static("", classes="source--rows", markup=False)
        yield Static("", classes="source--training", markup=False)
        yield NumberInput(_repeat(self._spec), placeholder=_share(self._spec), id="repeat")
        limit = "" if self._spec.limit is None else str(self._spec.limit)
        yield NumberInput(limit, placeholder="all", id="limit")

    def show(self, figures: SourceFigures) -> None:
        """Show what the plan found."""
        self.query_one(".source--rows", Static).update(f"{figures.rows:,}")
        self.query_one(".source--training", Static).update(
            Content.styled(f"{figures.training:,}", "bold")
        )
        self.query_one("#repeat", NumberInput).placeholder = _share(self._spec, figures.repeat)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass a number on, or mark what is none."""
        event.stop()
        text = event.value.strip()
        name = event.input.id or ""
        number = int(text) if text.isascii() and text.isdigit() else None
        wrong = bool(text) and not number
        shared = self._spec.share is not None
        event.input.set_class(wrong or (name == "repeat" and not text and not shared), "-wrong")
        if event.input.has_class("-wrong"):
            return
        repeat = None if shared else self._spec.repeat
        present = repeat if name == "repeat" else self._spec.limit
        if number != present:
            self.post_message(self.Changed(self._index, name, number))

    def on_role_switch_switched(self, event: RoleSwitch.Switched) -> None:
        """Pass the role on."""
        event.stop()
        self.post_message(self.Changed(self._index, "role", event.role))

    def set_spec(self, spec: SourceSpec) -> None:
        """Take over what the recipe says now; what is being typed stays."""
        self._spec = spec

    def show_role(self) -> None:
        """Show the role that the recipe says."""
        self.query_one(RoleSwitch).role = self._spec.role

    def action_step(self, by: int) -> None:
        """Go to the same number of another source."""
        lines = list(self.parent.query(SourceLine)) if self.parent else []
        place = lines.index(self) + by
        focused = self.screen.focused
        if focused is not None and focused.id and 0 <= place < len(lines):
            lines[place].query_one(f"#{focused.id}").focus()

    def action_more(self, by: int) -> None:
        """Count the focused number up or down, never below 1."""
        focused = self.screen.focused
        if isinstance(focused, NumberInput) and (focused.value or focused.id == "repeat"):
            value = int(focused.value) if focused.value.isdigit() else 0
            focused.value = str(max(1, value + by))


def _repeat(spec: SourceSpec) -> str:
    return "" if spec.share is not None else str(spec.repeat)


def _share(spec: SourceSpec, repeat: int | None = None) -> str:
    """Return the share that is asked for and the repeat that follows; typing takes its place."""
    if spec.share is None:
        return ""
    return f"{spec.share:.0%}" + (f" ×{repeat}" if repeat else "")


class SourceTable(Styled, Vertical):
    """All sources of a recipe under their headings."""

    def compose(self) -> ComposeResult:
        """Lay out the headings; `show_sources` adds the lines."""
        with Horizontal(classes="source--heading"):
            yield Static("role", classes="source--role")
            yield Static("source", classes="source--path")
            yield Static("rows", classes="source--rows")
            yield Static("train", classes="source--training")
            yield Static("repeat", classes="source--number")
            yield Static("limit", classes="source--number")

    async def show_sources(self, sources: Sequence[SourceSpec]) -> bool:
        """Show the sources of a recipe; lines that are there are kept, with their focus.

        Returns:
            Whether the lines are new.
        """
        lines = list(self.query(SourceLine))
        if len(lines) == len(sources) and all(
            line._spec.path == spec.path and line._spec.role == spec.role  # noqa: SLF001
            for line, spec in zip(lines, sources, strict=True)
        ):
            for line, spec in zip(lines, sources, strict=True):
                line.set_spec(spec)
            return False
        await self.query(SourceLine).remove()
        await self.mount_all(SourceLine(index, spec) for index, spec in enumerate(sources))
        return True

    def show_figures(self, figures: Sequence[SourceFigures]) -> None:
        """Show what the plan found in each source."""
        for line, figure in zip(self.query(SourceLine), figures, strict=False):
            line.show(figure)

    def focus_first(self) -> None:
        """Put the cursor on the first number."""
        for line in self.query(SourceLine):
            line.query_one("#repeat", NumberInput).focus()
            return
