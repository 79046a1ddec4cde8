"""What a file format is: how to read its rows as examples, how to write examples as its rows.

An example is the meeting point, as `curator.example` has it: ``instruction``, ``input``, ``output``
and any other keys. Two of those other keys have a meaning shared with other tools: ``system`` is
the system prompt and ``history`` the earlier turns of a conversation, as ``[question, answer]``
pairs. What a format has no place for is counted in a `Ledger`, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from curator.example import Example
from curator.store.decode import json_type

Fields = dict[str, Any]
TEXTS = ("instruction", "input", "output")


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that rows had and the target cannot carry.

    Attributes:
        what: In a few words, such as ``the key `tags```.
        rows: How many rows it concerns.
        line: The first of them, from 1.
    """

    what: str
    rows: int
    line: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not converted at all.

    Attributes:
        line: Its line or row in the source, from 1.
        reason: Why.
    """

    line: int
    reason: str


@dataclass
class Ledger:
    """Counts what was read, and what could not be carried.

    Attributes:
        line: The row that is being worked on, from 1.
        read: How many rows there were, blank ones aside.
        left_out: Rows that were not converted.
    """

    line: int = 0
    read: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    _lost: dict[str, tuple[int, int]] = field(default_factory=dict)

    def lose(self, what: str) -> None:
        """Count something that this row has and the target cannot carry."""
        rows, line = self._lost.get(what, (0, self.line))
        self._lost[what] = (rows + 1, line)

    def leave_out(self, reason: str) -> None:
        """Count this row as not converted."""
        self.left_out.append(LeftOut(self.line, reason))

    @property
    def lost(self) -> tuple[Loss, ...]:
        """What could not be carried, in the order in which it was met."""
        return tuple(Loss(what, rows, line) for what, (rows, line) in self._lost.items())


class Unfit(ValueError):  # noqa: N818 - it is a reason, caught where rows are read
    """A row that is not what its format says; the message is the reason."""


@dataclass(frozen=True)
class Format:
    """A way of writing examples into files.

    Attributes:
        name: What ``--to`` and ``--from`` call it.
        title: What it is, in a few words.
        suffixes: Endings of names that mean it, the usual one first.
        read: Reads an open file as examples; counts in the ledger.
        write: Yields the bytes of a file; takes examples, counts in the ledger. A format that
            needs all rows at once takes them all.
        binary: Whether it is unfit for a terminal or a pipe.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[BinaryIO, Ledger], Iterator[Example]]
    write: Callable[[Iterable[Example], Ledger], Iterator[bytes]]
    binary: bool = False


def carry(fields: Fields, known: Iterable[str], ledger: Ledger) -> None:
    """Count every key that is not among `known` as lost, unless it is empty."""
    for key, value in fields.items():
        if key not in known and value not in ("", None, [], {}):
            ledger.lose(f"the key `{key}`")


def text_of(fields: Fields, key: str, *, required: bool = True) -> str:
    """Return the text of a key.

    Raises:
        Unfit: It is missing although it is required, or is no text.
    """
    value = fields.get(key)
    if value is None and (key not in fields or not required):
        if required:
            raise Unfit(f"The key `{key}` is missing.")
        return ""
    if not isinstance(value, str):
        raise Unfit(f"`{key}` is {json_type(value)}, where a text was expected.")
    return value


def history_of(fields: Fields) -> list[tuple[str, str]]:
    """Return the earlier turns of an example.

    Raises:
        Unfit: ``history`` is there and is not a list of pairs of texts.
    """
    turns = fields.get("history") or []
    if not isinstance(turns, list) or not all(
        isinstance(turn, list | tuple)
        and len(turn) == 2
        and all(isinstance(text, str) for text in turn)
        for turn in turns
    ):
        raise Unfit("`history` is not a list of [question, answer] pairs.")
    return [(question, answer) for question, answer in turns]
