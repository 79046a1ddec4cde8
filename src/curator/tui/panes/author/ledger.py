"""What is known about each row, kept in step with the file through every edit and undo.

An `Entry` belongs to one content of one row. The ledger moves, drops and brings back entries as
the file moves, drops and brings back lines, so that undoing an edit also brings its findings back
without linting anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curator.lint import Finding, Severity
from curator.tui.text import ERROR, OK, PENDING, TWIN, WARNING


class Entry:
    """What is known about one content of one row.

    Attributes:
        text: What twins are compared by; empty until checked and for rows that cannot be read.
        findings: What the rules say.
        twins: Rows like this one, with their scores from 0 to 100.
        checked: Whether the rules have run.
        live: Whether the row stands in the file now.
    """

    __slots__ = ("checked", "errors", "findings", "live", "text", "twins", "warnings")

    def __init__(self) -> None:
        self.text = ""
        self.findings: tuple[Finding, ...] = ()
        self.twins: dict[Entry, float] = {}
        self.checked = False
        self.live = True
        self.errors = 0
        self.warnings = 0

    def learn(self, text: str, findings: tuple[Finding, ...]) -> None:
        """Take what a check found."""
        self.text, self.findings, self.checked = text, findings, True
        self.errors = sum(finding.severity is Severity.ERROR for finding in findings)
        self.warnings = sum(finding.severity is Severity.WARNING for finding in findings)

    @property
    def mark(self) -> str:
        """The worst that can be said of the row, as its sign."""
        if self.errors:
            return ERROR
        if self.warnings:
            return WARNING
        if self.twins:
            return TWIN
        return OK if self.checked else PENDING


@dataclass(frozen=True, slots=True)
class _Change:
    index: int
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]


class Ledger:
    """The entries of a file, in its order.

    Args:
        rows: How many rows the file has.

    Attributes:
        entries: One for each row.
        errors: How many errors the findings of all rows hold.
        warnings: How many warnings.
    """

    def __init__(self, rows: int) -> None:
        self.entries = [Entry() for _ in range(rows)]
        self.errors = 0
        self.warnings = 0
        self._done: list[_Change] = []
        self._undone: list[_Change] = []

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Entry:
        return self.entries[index]

    def record(self, entry: Entry, text: str, findings: tuple[Finding, ...]) -> None:
        """Take what a check found about `entry`, in the file or not."""
        self._count(entry, -1)
        entry.learn(text, findings)
        self._count(entry, 1)

    def relate(self, entry: Entry, twins: Iterable[tuple[Entry, float]]) -> None:
        """Take `twins` as all the twins of `entry`."""
        for other in entry.twins:
            other.twins.pop(entry, None)
        entry.twins = {other: score for other, score in twins if other is not entry}
        for other, score in entry.twins.items():
            other.twins[entry] = score

    def pair(self, a: Entry, b: Entry, score: float) -> None:
        """Take two entries as twins of one another."""
        if a is not b and a.live and b.live:
            a.twins[b] = b.twins[a] = score

    def splice(self, index: int, removed: int, added: int | Sequence[Entry]) -> None:
        """Follow a change of the file: `removed` rows at `index` gave way to `added` ones.

        Args:
            index: The first row concerned.
            removed: How many rows went.
            added: How many new ones came, or the entries that came in another order.
        """
        entries = tuple(Entry() for _ in range(added)) if isinstance(added, int) else tuple(added)
        change = _Change(index, tuple(self.entries[index : index + removed]), entries)
        self._apply(change)
        self._done.append(change)
        self._undone.clear()

    def undo(self) -> int:
        """Follow the file's undo; return the first row concerned."""
        change = self._done.pop()
        self._apply(_Change(change.index, change.added, change.removed))
        self._undone.append(change)
        return change.index

    def redo(self) -> int:
        """Follow the file's redo; return the first row concerned."""
        change = self._undone.pop()
        self._apply(change)
        self._done.append(change)
        return change.index

    def forget_steps(self) -> None:
        """Follow the file where its steps to undo ended; what is known of the rows stays."""
        self._done.clear()
        self._undone.clear()

    def unchecked(self) -> int | None:
        """Return the first row that no check has looked at, or None."""
        return next((i for i, entry in enumerate(self.entries) if not entry.checked), None)

    def _apply(self, change: _Change) -> None:
        for entry in change.removed:
            self._enter(entry, live=False)
        for entry in change.added:
            self._enter(entry, live=True)
        self.entries[change.index : change.index + len(change.removed)] = change.added

    def _enter(self, entry: Entry, *, live: bool) -> None:
        if entry.live != live:
            self._count(entry, -1)
            entry.live = live
            self._count(entry, 1)
        for other, score in entry.twins.items():
            if live and other.live:
                other.twins[entry] = score
            elif not live:
                other.twins.pop(entry, None)

    def _count(self, entry: Entry, sign: int) -> None:
        if entry.live:
            self.errors += sign * entry.errors
            self.warnings += sign * entry.warnings
