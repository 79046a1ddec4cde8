"""Findings that a project lives with for now: ``.curator-baseline.json``.

An entry is a rule and the content hash of a row, so it goes with the row wherever that moves, and
is worth nothing once the row is changed. Entries of linted files that match nothing any more are
stale and are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from curator.errors import ConfigError
from curator.lint.finding import Finding
from curator.lint.linter import Linter
from curator.lint.rule import RunRule, SetRule
from curator.store import write_atomic

BASELINE_NAME = ".curator-baseline.json"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """Findings of one rule about one row.

    Attributes:
        path: The file they were found in, relative to the project; for finding stale entries.
        code: The rule.
        hash: The content hash of the row.
        count: How many there are.
    """

    path: str
    code: str
    hash: str
    count: int = 1


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    entries: list[Entry]


class Baseline:
    """The findings that are passed over.

    Args:
        path: The file; one that does not exist is empty.

    Raises:
        ConfigError: The file cannot be read as a baseline.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: tuple[Entry, ...] = _read(path)
        self._left: Counter[tuple[str, str]] = Counter()
        self.passed_over = 0
        for entry in self.entries:
            self._left[entry.code, entry.hash] += entry.count

    def known(self, finding: Finding) -> bool:
        """Return whether a finding is in the baseline; each entry covers as many as it counts.

        A rule that broke down is never passed over.
        """
        key = (finding.code, finding.digest)
        if not lasts(finding) or self._left[key] <= 0:
            return False
        self._left[key] -= 1
        self.passed_over += 1
        return True

    def stale(self, names: Iterable[str], codes: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries that nothing matched.

        Args:
            names: The files that were linted, relative to the project.
            codes: The rules that ran; see `judged`.
        """
        linted, ran = set(names), set(codes)
        return tuple(
            entry
            for entry in self.entries
            if entry.path in linted
            and entry.code in ran
            and self._left[entry.code, entry.hash] >= entry.count
        )

    def judged(self, linter: Linter, names: Iterable[str], *, running: bool) -> frozenset[str]:
        """Return the codes of which this run can say that they are found no more.

        Rules about what an example does when it runs were asked only with ``--run``, and those
        about sets saw a whole only where every file of the baseline that still exists was linted.

        Args:
            linter: Whose rules ran.
            names: The files that were linted, relative to the project.
            running: Whether the examples were run.
        """
        others = {entry.path for entry in self.entries} - set(names)
        whole = not any((self.path.parent / name).exists() for name in others)
        return frozenset(
            rule.code
            for rule in linter.rules
            if (running or not isinstance(rule, RunRule))
            and (whole or not isinstance(rule, SetRule))
        )

    def replaced(
        self, names: Iterable[str], codes: Iterable[str], found: Iterable[tuple[str, Finding]]
    ) -> tuple[Entry, ...]:
        """Return the entries as they are after linting some files again.

        Args:
            names: The files that were linted, relative to the project.
            codes: The rules that ran, see `judged`; their old entries of these files go.
            found: Each finding with its file, relative to the project.
        """
        linted, ran = set(names), set(codes)
        counted = Counter((name, one.code, one.digest) for name, one in found if lasts(one))
        for entry in self.entries:
            if entry.path not in linted or entry.code not in ran:
                # A rule that saw a part may have found some of it again.
                key = (entry.path, entry.code, entry.hash)
                counted[key] = max(counted[key], entry.count)
        return tuple(sorted(Entry(*key, count) for key, count in counted.items()))


def lasts(finding: Finding) -> bool:
    """Return whether a finding can be known again later, and so be kept in a baseline."""
    return bool(finding.digest) and not finding.crashed


def write_baseline(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline, all or nothing.

    Raises:
        StoreError: It could not be written.
    """
    data = msgspec.json.encode(_File(1, list(entries)))
    write_atomic(path, [msgspec.json.format(data, indent=1), b"\n"])


def _read(path: Path) -> tuple[Entry, ...]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigError(f"Cannot be read: {error.strerror}.", path=path) from None
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"This is no baseline: {error}.",
            path=path,
            hint="Remove it and write it anew with --add-baseline.",
        ) from None
    if file.version != 1:
        raise ConfigError(
            f"This baseline is of version {file.version}, and 1 is what can be read.", path=path
        )
    return tuple(file.entries)
