"""Making the changes of a journal again, in the file that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from curator.store.changes import Change, Reframe, State, Step
from curator.store.history import History
from curator.store.keeper import Verb
from curator.store.lines import Lines
from curator.store.records import from_parts, to_parts
from curator.store.recovery import Recovery


@dataclass(frozen=True, slots=True)
class Again:
    """What one record of a journal comes to.

    Attributes:
        verb: Whether it is a step of its own, or one of the history taken back or made again.
        change: What it does.
        label: What the step is called.
    """

    verb: Verb
    change: Change
    label: str


def read_as(recovery: Recovery, lines: Lines, state: State, saved: State) -> None:
    """Take a content as the journal's writer had it in memory.

    Changes nothing that a save would write. But how the last row would end shows once another one
    follows it, and so does the frame of a file that lost all of its rows.

    Args:
        recovery: What the journal says.
        lines: Where lines are; the last row's may be added.
        state: The rows here, to be changed.
        saved: The rows on disk, to be changed in the same way.
    """
    frame = from_parts([{"frame": recovery.frame}], lines, state)
    if isinstance(frame, Reframe):
        state.frame = saved.frame = frame.after
    end = recovery.end.encode("ascii", "replace")
    if state.refs and not state.frame.ended and end.strip(b"\r") == b"\n":
        ref = lines.add(lines[state.refs[-1]].rstrip(b"\r\n") + end)
        state.refs[-1] = saved.refs[-1] = ref


def step_again(
    record: dict[str, Any], lines: Lines, state: State, history: History
) -> Again | None:
    """Return what a record does to the rows as they are, or None where it does not fit them.

    A step back that is known here is one; one that began before the journal is a change.
    """
    change = from_parts(record.get("parts"), lines, state)
    if change is None:
        return None
    label = record.get("label")
    verb: Verb = "change"
    if record["do"] == "undo" and _says(history.last, record, lines, back=True):
        verb = "undo"
    elif record["do"] == "redo" and _says(history.next, record, lines, back=False):
        verb = "redo"
    return Again(verb, change, label if isinstance(label, str) else "edit")


def _says(step: Step | None, record: dict[str, Any], lines: Lines, *, back: bool) -> bool:
    """Return whether a step of the history is what a record speaks of."""
    if step is None:
        return False
    change = step.change.inverse() if back else step.change
    return bool(to_parts(change, lines) == record["parts"])
