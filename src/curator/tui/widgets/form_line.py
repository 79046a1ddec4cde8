"""One line of a form: what it is called, what it holds, and what is to be said about it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import ERROR, mark, safe

#: What a count, a whole number and any number are typed with.
COUNT = "0123456789"
WHOLE = COUNT + "-"
NUMBER = WHOLE + ".+eE"


class EntryInput(Input):
    """A value that is looked at until enter begins to change it.

    At rest it takes no character, so that a key such as ``3`` still goes to the third pane; a stray
    key in a form that writes at once would change a file. Enter begins, enter or escape ends.

    Args:
        value: What stands in it.
        taken: The characters that belong in it; None for any.
        placeholder: What is shown while it is empty.
        id: The widget's id.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "edit", "change", id="field.edit", tooltip="Change this value.", show=True),
        key(
            "enter,escape",
            "rest",
            "done",
            id="field.done",
            tooltip="Leave it as it is now.",
            show=True,
        ),
    ]

    editing: reactive[bool] = reactive(False)

    def __init__(
        self,
        value: str = "",
        *,
        taken: str | None = None,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, id=id, select_on_focus=False)
        # A blinking value among many draws the eye to where nothing happens.
        self.cursor_blink = False
        self._taken = None if taken is None else frozenset(taken)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - Textual's signature
    ) -> bool | None:
        """Offer Input's own keys while the value is being changed, and only then."""
        if action == "edit":
            return not self.editing
        return self.editing if action == "rest" or hasattr(Input, f"action_{action}") else True

    def check_consume_key(
        self,
        key: str,  # noqa: ARG002 - Textual's signature
        character: str | None,
    ) -> bool:
        """Say which keys are typing."""
        return (
            self.editing
            and character is not None
            and character.isprintable()
            and (self._taken is None or character in self._taken)
        )

    async def _on_key(self, event: events.Key) -> None:
        if event.character is not None and event.is_printable:
            if self.check_consume_key(event.key, event.character):
                await super()._on_key(event)
            else:
                # Kept from Input, but not stopped: the key may be the pane's.
                event.prevent_default()

    def action_edit(self) -> None:
        """Begin to change the value; what is typed first takes its place."""
        self.editing = True
        self.select_all()

    def action_rest(self) -> None:
        """End it."""
        self.editing = False
        self.action_end()

    def on_click(self) -> None:
        """Begin to change the value where the mouse points."""
        self.editing = True

    def on_blur(self) -> None:
        """End it."""
        self.editing = False

    def watch_editing(self, editing: bool) -> None:
        """Show which of the two it is."""
        self.set_class(editing, "-editing")
        self.refresh_bindings()


class NumberInput(EntryInput):
    """A value that is a number, which leaves every other key to the pane around it."""

    def __init__(
        self,
        value: str = "",
        *,
        taken: str = COUNT,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(value, taken=taken, placeholder=placeholder, id=id)


class Tick(Widget, can_focus=True):
    """A yes or no, with a mark that is not a colour only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "switch", "switch", id="field.toggle", tooltip="Switch this on or off."),
    ]

    value: reactive[bool] = reactive(False)

    class Changed(Message):
        """The value is another one now.

        Attributes:
            tick: Whose.
            value: The value.
        """

        def __init__(self, tick: Tick, value: bool) -> None:
            super().__init__()
            self.tick = tick
            self.value = value

    def __init__(self, value: bool, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(Tick.value, value)

    def render(self) -> Content:
        """Draw the mark."""
        return Content("[✓] yes" if self.value else "[ ] no")

    def on_click(self) -> None:
        """Switch it."""
        self.action_switch()

    def action_switch(self) -> None:
        """Switch it."""
        self.value = not self.value
        self.post_message(self.Changed(self, self.value))


class FormLine(Styled, Horizontal):
    """A label, an entry and a note beside it.

    Args:
        name: The key that the entry's value belongs to.
        label: What it is called.
        entry: The widget that holds the value.
    """

    def __init__(self, name: str, label: str, entry: Widget) -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}")
        self.key = name
        self.label = label
        self.entry = entry
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Lay out the three."""
        yield Static(self.label, classes="form--label", markup=False)
        yield self.entry
        yield Static(classes="form--note", markup=False)

    @property
    def problem(self) -> str:
        """What is wrong with the value; empty where it is well."""
        return self._problem

    def say(self, problem: str = "", note: str = "") -> None:
        """Show what is wrong with the value, or else a note on what it means."""
        self._problem = problem
        self.set_class(bool(problem), "-wrong")
        shown = (
            Content.assemble(mark(ERROR), " ", safe(problem, "$text-error"))
            if problem
            else safe(note, "$foreground-muted")
        )
        self.query_one(".form--note", Static).update(shown)
