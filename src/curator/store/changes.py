"""What can happen to the rows of a file, as values that can be run backwards.

Every operation, however it is called in the studio, is one of three changes or a group of them. A
change and its inverse are the same kind of thing, so undo has no code of its own.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """What a file has besides its rows.

    Attributes:
        bom: The byte order mark, or nothing.
        end: The line end that new rows get.
        ended: Whether the last row has a line end.
    """

    bom: bytes = b""
    end: bytes = b"\n"
    ended: bool = True


@dataclass(slots=True)
class State:
    """The rows of a file as line numbers, and its frame; what changes act on."""

    refs: array[int]
    frame: Frame


@dataclass(frozen=True, slots=True)
class Splice:
    """The lines `removed` at `index` gave way to the lines `added`."""

    index: int
    removed: array[int]
    added: array[int]

    def apply(self, state: State) -> None:
        """Do it."""
        state.refs[self.index : self.index + len(self.removed)] = self.added

    def inverse(self) -> Splice:
        """Return what takes it back."""
        return Splice(self.index, self.added, self.removed)

    @property
    def weight(self) -> int:
        """How many lines it brings."""
        return len(self.added)


@dataclass(frozen=True, slots=True)
class Move:
    """The row at `index` went to stand at `to`."""

    index: int
    to: int

    def apply(self, state: State) -> None:
        """Do it."""
        state.refs.insert(self.to, state.refs.pop(self.index))

    def inverse(self) -> Move:
        """Return what takes it back."""
        return Move(self.to, self.index)

    @property
    def weight(self) -> int:
        """How many lines it brings."""
        return 0


@dataclass(frozen=True, slots=True)
class Reframe:
    """The frame `before` gave way to `after`."""

    before: Frame
    after: Frame
    index: int = 0

    def apply(self, state: State) -> None:
        """Do it."""
        state.frame = self.after

    def inverse(self) -> Reframe:
        """Return what takes it back."""
        return Reframe(self.after, self.before, self.index)

    @property
    def weight(self) -> int:
        """How many lines it brings."""
        return 0


@dataclass(frozen=True, slots=True)
class Group:
    """Several changes that are one step to whoever made them.

    Attributes:
        parts: In the order in which they happened; at least one.
    """

    parts: tuple[Change, ...]

    @property
    def index(self) -> int:
        """The row to look at."""
        return self.parts[0].index

    def apply(self, state: State) -> None:
        """Do all of it."""
        for part in self.parts:
            part.apply(state)

    def inverse(self) -> Group:
        """Return what takes all of it back."""
        return Group(tuple(part.inverse() for part in reversed(self.parts)))

    @property
    def weight(self) -> int:
        """How many lines it brings."""
        return sum(part.weight for part in self.parts)


Change = Splice | Move | Reframe | Group


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history: a change and what to call it."""

    change: Change
    label: str
