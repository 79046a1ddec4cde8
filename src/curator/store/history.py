"""The steps that were made on a file, to take back and to make again, and where it was saved."""

from __future__ import annotations

from curator.store.changes import Change, Group, State, Step


class History:
    """Undo and redo over the rows of one file.

    Args:
        state: The rows, which only this object changes from now on.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._done: list[Step] = []
        self._undone: list[Step] = []
        # How many steps had been made when the file was last what is on disk; None when no number
        # of them leads there any more.
        self._saved_at: int | None = 0
        # The same of a save that is being written.
        self._saving_at: int | None = None
        self._group: list[Change] | None = None

    @property
    def dirty(self) -> bool:
        """Whether the rows are not those that were marked as saved."""
        return self._saved_at != len(self._done) or bool(self._group)

    @property
    def grouping(self) -> bool:
        """Whether a group is open."""
        return self._group is not None

    @property
    def last(self) -> Step | None:
        """The step that an undo would take back."""
        return self._done[-1] if self._done and not self.grouping else None

    @property
    def next(self) -> Step | None:
        """The step that a redo would make again."""
        return self._undone[-1] if self._undone and not self.grouping else None

    def do(self, change: Change, label: str) -> Step | None:
        """Make a change; return the step that it is, or None inside a group."""
        change.apply(self._state)
        if self._group is not None:
            self._group.append(change)
            return None
        return self._push(Step(change, label))

    def undo(self) -> Step | None:
        """Take back the last step; return it."""
        step = self.last
        if step is not None:
            step.change.inverse().apply(self._state)
            self._undone.append(self._done.pop())
        return step

    def redo(self) -> Step | None:
        """Make the last undone step again; return it."""
        step = self.next
        if step is not None:
            step.change.apply(self._state)
            self._done.append(self._undone.pop())
        return step

    def open_group(self) -> bool:
        """Gather changes into one step from now on; return False where that is so already."""
        if self._group is not None:
            return False
        self._group = []
        return True

    def close_group(self, label: str) -> Step | None:
        """End the group; return the step it became, or None where nothing changed."""
        parts, self._group = tuple(self._group or ()), None
        if not parts:
            return None
        return self._push(Step(parts[0] if len(parts) == 1 else Group(parts), label))

    def drop_group(self) -> None:
        """End the group and take back what it did."""
        parts, self._group = self._group or [], None
        for change in reversed(parts):
            change.inverse().apply(self._state)

    def mark_saved(self, *, here: bool = True) -> None:
        """Note that the rows are what is on disk, or that no step leads to what is there."""
        self._saved_at = len(self._done) if here else None

    def mark_saving(self) -> None:
        """Note that the rows as they are now are about to be written."""
        self._saving_at = len(self._done)

    def mark_saved_as_begun(self) -> None:
        """Note that the rows as they were at `mark_saving` are what is on disk."""
        self._saved_at = self._saving_at

    def _push(self, step: Step) -> Step:
        # What was taken back and now gives way to something else is not reached any more.
        if self._saved_at is not None and self._saved_at > len(self._done):
            self._saved_at = None
        if self._saving_at is not None and self._saving_at > len(self._done):
            self._saving_at = None
        self._done.append(step)
        self._undone.clear()
        return step
