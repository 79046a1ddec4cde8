"""The spec as a form: what is typed becomes a `TrainingSpec`, or a reason beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from curator.train import TrainingSpec
from curator.tui.panes.train.entries import ENTRIES, Entry, Reading, read_values, start_values
from curator.tui.styled import Styled
from curator.tui.text import plural
from curator.tui.widgets.form_line import NUMBER, WHOLE, EntryInput, FormLine, NumberInput, Tick
from curator.tui.widgets.picker import Picker
from curator.tui.widgets.turn import Turn


class SpecForm(Styled, VerticalScroll, can_focus=False):
    """The fields of a spec, and the mixture to train on.

    Args:
        spec: What the form starts with.
    """

    class Changed(Message):
        """Something was typed; `SpecForm.spec` says whether it still holds together."""

    def __init__(self, spec: TrainingSpec, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._values: dict[str, Any] = start_values(spec)
        self._rows = 0
        self._reading = Reading(spec, {})

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield FormLine("mixture", "Mixture", Picker("none built yet", id="mixture"))
        for entry in ENTRIES:
            yield FormLine(entry.key, entry.label, self._entry(entry))

    def on_mount(self) -> None:
        """Say what the values mean."""
        self._read()
        self.explain()

    @property
    def spec(self) -> TrainingSpec | None:
        """What the form says; None while a field is wrong."""
        return self._reading.spec

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by key."""
        return self._reading.problems

    @property
    def rows(self) -> int:
        """Training rows of the mixture that is chosen; 0 while none is."""
        return self._rows

    @rows.setter
    def rows(self, rows: int) -> None:
        self._rows = rows
        self._read()
        self.explain()

    def explain(self) -> None:
        """Show each field's problem, or else what its value means."""
        said = self._notes()
        for line in self.query(FormLine):
            line.say(self.problems.get(line.key, ""), said.get(line.key, ""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read a field as it is typed."""
        event.stop()
        self._take(event.input, event.value)

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """Take a mark."""
        event.stop()
        self._take(event.tick, event.value)

    def on_turn_changed(self, event: Turn.Changed) -> None:
        """Take a choice."""
        event.stop()
        self._take(event.turn, event.value)

    def _take(self, widget: Widget | None, value: Any) -> None:
        line = next(line for line in self.query(FormLine) if line.entry is widget)
        if self._values[line.key] != value:
            self._values[line.key] = value
            self._read()
            self.explain()
            self.post_message(self.Changed())

    def _read(self) -> None:
        self._reading = read_values(self._values).for_rows(self._rows)

    def _notes(self) -> Mapping[str, str]:
        spec = self.spec
        if spec is None:
            return {}
        notes = {"alpha": f"scale {spec.scale:g}"}
        if spec.num_layers == -1:
            notes["num_layers"] = "all"
        if not spec.keys:
            notes["keys"] = "all"
        if spec.patience == 0:
            notes["patience"] = "never ends early"
        if spec.grad_accumulation > 1:
            notes["grad_accumulation"] = f"{plural(spec.rows_per_step, 'row')} a step"
        if spec.epochs is not None:
            notes["iters"] = "epochs say it"
            if self._rows:
                notes["epochs"] = plural(spec.iters, "iteration")
        elif self._rows:
            steps = -(-self._rows // spec.rows_per_step)
            notes["iters"] = f"{spec.iters / steps:.1f} epochs"
        return notes

    def _entry(self, entry: Entry) -> Widget:
        value = self._values[entry.key]
        match entry.kind:
            case "bool":
                return Tick(value)
            case "choice":
                return Turn(entry.choices, value)
            case "text" | "names":
                empty = "none" if entry.kind == "text" else "all"
                return EntryInput(str(value), placeholder=empty if entry.optional else "")
            case _:
                return NumberInput(value, taken=WHOLE if entry.kind == "int" else NUMBER)
