"""The fields of the spec's form, and what is typed into them as a `TrainingSpec` or as reasons.

No widget is known here: the form shows what comes out, and a test asks for it without a screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from curator.errors import ConfigError
from curator.train import TrainingSpec, spec_from
from curator.train.spec import Keep, Optimizer, Schedule

#: Asked at every validation unless a person asks something else, or nothing.
SAMPLE_PROMPT = "Write a Python function that returns the n largest values of a list."

_KEY = re.compile(r"^`(?P<key>\w+)`[: ]*(?P<reason>.*?)\.?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form.

    Attributes:
        key: The spec's key.
        label: What it is called.
        kind: What it holds: ``int``, ``float``, ``text``, ``names``, ``bool`` or ``choice``.
        choices: What a choice is among.
        optional: Whether it may be empty.
    """

    key: str
    label: str
    kind: str = "int"
    choices: tuple[str, ...] = ()
    optional: bool = False


ENTRIES = (
    Entry("model", "Model", "text"),
    Entry("rank", "Rank"),
    Entry("alpha", "Alpha", "float"),
    Entry("dropout", "Dropout", "float"),
    Entry("learning_rate", "Learning rate", "float"),
    Entry("iters", "Iterations"),
    Entry("epochs", "or epochs", "float", optional=True),
    Entry("batch_size", "Batch"),
    Entry("max_seq_length", "Tokens a row"),
    Entry("num_layers", "Layers"),
    Entry("seed", "Seed"),
    Entry("mask_prompt", "Mask prompts", "bool"),
    Entry("grad_accumulation", "Accumulate"),
    Entry("schedule", "Schedule", "choice", get_args(Schedule)),
    Entry("warmup", "Warm-up"),
    Entry("final_learning_rate", "Final rate", "float"),
    Entry("optimizer", "Optimiser", "choice", get_args(Optimizer)),
    Entry("keys", "Maps", "names", optional=True),
    Entry("steps_per_eval", "Validate every"),
    Entry("save_every", "Save every"),
    Entry("patience", "Patience"),
    Entry("keep", "Keep", "choice", get_args(Keep)),
    Entry("grad_checkpoint", "Save memory", "bool"),
    Entry("sample_prompt", "Sample prompt", "text", optional=True),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the fields come to.

    Attributes:
        spec: The spec; None while a field is wrong.
        problems: A short reason for each field that is wrong, by key.
    """

    spec: TrainingSpec | None
    problems: dict[str, str]

    def for_rows(self, rows: int) -> Reading:
        """Return what they come to for a mixture of so many training rows.

        Epochs become iterations, and a warm-up that is longer than these is wrong.
        """
        if self.spec is None or self.spec.epochs is None or not rows:
            return self
        try:
            return replace(self, spec=self.spec.for_rows(rows))
        except ConfigError as error:
            key, reason = _reason(error)
            return Reading(None, {key or "epochs": reason})


def start_values(spec: TrainingSpec) -> dict[str, Any]:
    """Return what the fields hold at first: texts as they would be typed, and marks."""
    return {entry.key: _written(entry, getattr(spec, entry.key)) for entry in ENTRIES}


def read_values(values: Mapping[str, Any]) -> Reading:
    """Return what the fields come to.

    Args:
        values: A text or a mark for each key of `ENTRIES`.
    """
    given: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for entry in ENTRIES:
        try:
            given[entry.key] = _read(entry, values[entry.key])
        except ConfigError as error:
            problems[entry.key] = error.message
    if given.get("epochs") is not None:
        given.pop("iters", None)
    # One impossible value is told at a time: with its default in its place the next one is.
    while True:
        try:
            spec = spec_from(given)
        except ConfigError as error:
            key, reason = _reason(error)
            if key not in given:
                return Reading(None, {**problems, key or "model": reason})
            problems[key] = reason
            del given[key]
        else:
            return Reading(None if problems else spec, problems)


def _read(entry: Entry, value: Any) -> Any:
    """Return the value that a field stands for.

    Raises:
        ConfigError: It is no number; the message is a short reason.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if entry.kind == "names":
        return [part.strip() for part in text.split(",") if part.strip()]
    if entry.kind not in {"int", "float"}:
        return text
    if entry.optional and not text:
        return None
    try:
        return int(text) if entry.kind == "int" else float(text)
    except ValueError:
        wanted = "a whole number" if entry.kind == "int" else "a number"
        raise ConfigError(f"needs {wanted}") from None


def _written(entry: Entry, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return (
        f"{value:g}" if isinstance(value, float) else value if entry.kind == "bool" else str(value)
    )


def _reason(error: ConfigError) -> tuple[str, str]:
    """Return the key that a message names and what it says about it, to stand beside the field."""
    match = _KEY.match(error.message)
    if match is None:
        return "", error.message.rstrip(".")
    return match["key"], match["reason"]
