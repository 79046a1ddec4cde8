"""The spec as a form: what is typed becomes a `TrainingSpec`, or a reason beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from curator.errors import ConfigError
from curator.train import TrainingSpec, spec_from
from curator.tui.styled import Styled
from curator.tui.widgets.form_line import NUMBER, WHOLE, EntryInput, FormLine, NumberInput, Tick
from curator.tui.widgets.picker import Picker


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form.

    Attributes:
        key: The spec's key.
        label: What it is called.
        kind: What it holds: ``int``, ``float``, ``text`` or ``bool``.
    """

    key: str
    label: str
    kind: str = "int"


ENTRIES = (
    Entry("model", "Model", "text"),
    Entry("rank", "Rank"),
    Entry("alpha", "Alpha", "float"),
    Entry("dropout", "Dropout", "float"),
    Entry("learning_rate", "Learning rate", "float"),
    Entry("iters", "Iterations"),
    Entry("batch_size", "Batch"),
    Entry("max_seq_length", "Tokens a row"),
    Entry("num_layers", "Layers"),
    Entry("seed", "Seed"),
    Entry("mask_prompt", "Mask prompts", "bool"),
)


def read_entry(entry: Entry, text: str) -> Any:
    """Return the value that `text` stands for, checked by the spec itself.

    Raises:
        ConfigError: It is no number, or an impossible one; the message is a short reason.
    """
    value: Any = text.strip()
    if entry.kind in {"int", "float"}:
        try:
            value = int(value) if entry.kind == "int" else float(value)
        except ValueError:
            wanted = "a whole number" if entry.kind == "int" else "a number"
            raise ConfigError(f"needs {wanted}") from None
    try:
        spec_from({entry.key: value})
    except ConfigError as error:
        reason = error.message.removeprefix(f"`{entry.key}`").lstrip(": ")
        raise ConfigError(reason.rstrip(".")) from None
    return value


class SpecForm(Styled, VerticalScroll, can_focus=False):
    """The fields of a spec, and the mixture to train on.

    Args:
        spec: What the form starts with.
    """

    class Changed(Message):
        """Something was typed; `SpecForm.spec` says whether it still holds together."""

    def __init__(self, spec: TrainingSpec, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._start = spec
        self._values: dict[str, Any] = {entry.key: getattr(spec, entry.key) for entry in ENTRIES}
        self.problems: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield FormLine("mixture", "Mixture", Picker("none built yet", id="mixture"))
        for entry in ENTRIES:
            yield FormLine(entry.key, entry.label, self._entry(entry))

    def on_mount(self) -> None:
        """Say what the values mean."""
        self.explain({})

    @property
    def spec(self) -> TrainingSpec | None:
        """What the form says; None while a field is wrong."""
        return None if self.problems else spec_from(self._values)

    def explain(self, notes: Mapping[str, str]) -> None:
        """Show each field's problem, or else what its value means.

        Args:
            notes: What to say, by key, of fields that the form itself has nothing to say of.
        """
        said = dict(notes)
        spec = self.spec
        if spec is not None:
            said["alpha"] = f"scale {spec.scale:g}"
            if spec.num_layers == -1:
                said["num_layers"] = "all"
        for line in self.query(FormLine):
            line.say(self.problems.get(line.key, ""), said.get(line.key, ""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read a field as it is typed."""
        event.stop()
        line = next(line for line in self.query(FormLine) if line.entry is event.input)
        entry = next(entry for entry in ENTRIES if entry.key == line.key)
        try:
            value = read_entry(entry, event.value)
        except ConfigError as error:
            self.problems[entry.key] = error.message
        else:
            if self._values[entry.key] == value and entry.key not in self.problems:
                return
            self.problems.pop(entry.key, None)
            self._values[entry.key] = value
        self.post_message(self.Changed())

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """Take the mark."""
        event.stop()
        self._values["mask_prompt"] = event.value
        self.post_message(self.Changed())

    def _entry(self, entry: Entry) -> Widget:
        value = getattr(self._start, entry.key)
        if entry.kind == "bool":
            return Tick(value)
        if entry.kind == "text":
            return EntryInput(str(value))
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return NumberInput(text, taken=WHOLE if entry.kind == "int" else NUMBER)
