"""What is known about each row, kept through every edit, undo and merge.

The store gives each content of each row a number for good. An `Entry` belongs to such a number, so
that whatever brings a row back, an undo or a merge, also brings back what was found about it, and
nothing is linted twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from curator.lint import Finding, Severity
from curator.store.lines import alike
from curator.tui.panes.author.likeness import Likeness
from curator.tui.text import ERROR, OK, PENDING, TWIN, WARNING

if TYPE_CHECKING:
    from curator.errors import CuratorError
    from curator.lint.execute import Execution


class Entry:
    """What is known about one content of one row.

    Attributes:
        key: The number of that content.
        text: What twins are compared by; empty until checked and for rows that cannot be read.
        findings: What the rules say.
        links: Contents like this one, in the file or not, with their scores from 0 to 100.
        ran: How its code ended, or why it could not be run; None until it was.
        checked: Whether the rules have run.
        live: Whether the row stands in the file now.
    """

    __slots__ = ("checked", "errors", "findings", "key", "links", "live", "ran", "text", "warnings")

    def __init__(self, key: int = -1, *, live: bool = True) -> None:
        self.key = key
        self.text = ""
        self.findings: tuple[Finding, ...] = ()
        self.links: dict[Entry, float] = {}
        self.ran: Execution | CuratorError | None = None
        self.checked = False
        self.live = live
        self.errors = 0
        self.warnings = 0

    def learn(self, text: str, findings: tuple[Finding, ...]) -> None:
        """Take what a check found."""
        self.text, self.findings, self.checked = text, findings, True
        self.errors = sum(finding.severity is Severity.ERROR for finding in findings)
        self.warnings = sum(finding.severity is Severity.WARNING for finding in findings)

    @property
    def twins(self) -> dict[int, float]:
        """The rows in the file that are like this one, by their keys."""
        return {other.key: score for other, score in self.links.items() if other.live}

    @property
    def failed(self) -> bool:
        """Whether its code was run and did not pass."""
        return self.ran is not None and not getattr(self.ran, "passed", True)

    @property
    def mark(self) -> str:
        """The worst that can be said of the row, as its sign."""
        if self.errors or self.failed:
            return ERROR
        if self.warnings:
            return WARNING
        if self.twins:
            return TWIN
        return OK if self.checked else PENDING


class Ledger:
    """The entries of a file's rows; one comes into being when something is known or asked.

    Args:
        keys: The number of each row's content, in the file's order.

    Attributes:
        keys: Those of the rows as they are now.
        errors: How many errors the findings of all rows hold.
        warnings: How many warnings.
        likeness: The texts that rows are compared by.
    """

    def __init__(self, keys: Sequence[int]) -> None:
        self.keys = array("q", keys)
        self.errors = 0
        self.warnings = 0
        self.likeness = Likeness()
        self._entries: dict[int, Entry] = {}
        # Rows that went and have no entry: one made for them later must know that they are gone.
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, index: int) -> Entry:
        return self.entry(self.keys[index])

    def entry(self, key: int) -> Entry:
        """Return the entry of a content, in the file or not."""
        found = self._entries.get(key)
        if found is None:
            found = self._entries[key] = Entry(key, live=key not in self._gone)
        return found

    def peek(self, index: int) -> Entry | None:
        """Return what is known about a row, or None where nothing is."""
        return self._entries.get(self.keys[index])

    def index_of(self, key: int) -> int | None:
        """Return where a content stands now, or None where it does not."""
        entry = self._entries.get(key)
        if (entry is not None and not entry.live) or key in self._gone:
            return None
        try:
            return self.keys.index(key)
        except ValueError:
            return None

    def is_there(self, key: int) -> bool:
        """Return whether a content stands in the file; any thread may ask."""
        entry = self._entries.get(key)
        return key not in self._gone if entry is None else entry.live

    def live(self) -> list[Entry]:
        """Return what is known about the rows in the file."""
        return [entry for entry in list(self._entries.values()) if entry.live]

    def texts(self) -> list[tuple[int, str]]:
        """Return what the rows in the file are compared by, as far as that is known."""
        return [(entry.key, entry.text) for entry in self.live() if entry.text]

    def record(self, key: int, text: str, findings: tuple[Finding, ...]) -> None:
        """Take what a check found about a content, in the file or not."""
        entry = self.entry(key)
        if not entry.text:
            self.likeness.learn(key, text)
        self._count(entry, -1)
        entry.learn(text, findings)
        self._count(entry, 1)

    def relate(self, key: int, twins: Iterable[tuple[int, float]]) -> None:
        """Take `twins` as all the twins of a content."""
        entry = self.entry(key)
        for other in [other for other in entry.links if other.live]:
            del entry.links[other], other.links[entry]
        for other_key, score in twins:
            if other_key != key:
                other = self.entry(other_key)
                entry.links[other] = other.links[entry] = score

    def pair(self, a: int, b: int, score: float) -> None:
        """Take two contents as twins of one another."""
        one, other = self.entry(a), self.entry(b)
        if a != b:
            one.links[other] = other.links[one] = score

    def follow(self, keys: Sequence[int]) -> None:
        """Take the file's rows as they are now.

        Costs a comparison of numbers, and a set of those between the first and last that differ.
        """
        old, new = self.keys, array("q", keys)
        begin = alike(old, new)
        end = alike(old[begin:][::-1], new[begin:][::-1])
        before, after = set(old[begin : len(old) - end]), set(new[begin : len(new) - end])
        self.keys = new
        for key in before - after:
            self._enter(key, live=False)
        for key in after - before:
            self._enter(key, live=True)

    def unchecked(self) -> list[int]:
        """Return the indices of the rows that no check has looked at."""
        entries = self._entries
        return [
            index
            for index, key in enumerate(self.keys)
            if (entry := entries.get(key)) is None or not entry.checked
        ]

    def _enter(self, key: int, *, live: bool) -> None:
        (self._gone.discard if live else self._gone.add)(key)
        entry = self._entries.get(key)
        if entry is None or entry.live == live:
            return
        self._count(entry, -1)
        entry.live = live
        self._count(entry, 1)

    def _count(self, entry: Entry, sign: int) -> None:
        if entry.live:
            self.errors += sign * entry.errors
            self.warnings += sign * entry.warnings
