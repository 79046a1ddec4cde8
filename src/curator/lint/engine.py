"""Running the rules over files, rows and single examples, for callers who want it all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from curator.lint.batch import lint_batch
from curator.lint.cache import Cache
from curator.lint.collection import Collection
from curator.lint.finding import Finding, Severity
from curator.lint.linter import Linter, make_linter
from curator.lint.scan import Scan, lint_set, notes_of
from curator.lint.sources import source_of
from curator.store import Row


@dataclass(frozen=True, slots=True)
class LintReport:
    """What a linter found in some files.

    Attributes:
        findings: All findings, by file and line; those about the set come last.
        rows: How many rows were read, blank lines left out.
        files: How many files were read.
        notes: What was left out and why, in sentences.
    """

    findings: tuple[Finding, ...]
    rows: int
    files: int
    notes: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def by_code(self) -> dict[str, int]:
        """Return how many findings each code has, most first."""
        return dict(Counter(finding.code for finding in self.findings).most_common())

    @property
    def crashed(self) -> bool:
        """Whether a rule broke down over a row."""
        return any(finding.crashed for finding in self.findings)


def lint(
    paths: Iterable[Path],
    linter: Linter | None = None,
    *,
    progress: Callable[[int], None] | None = None,
    jobs: int = 1,
    cache: Cache | None = None,
) -> LintReport:
    """Lint files of examples and keep all findings; `Scan` gives them one batch at a time.

    Args:
        paths: JSON Lines files, or JSON arrays whose name ends in ``.json``.
        linter: Which rules to run; all, against the built-in profile, by default.
        progress: Called with the rows read so far, now and then.
        jobs: How many processes lint. With more than one, a script of yours needs the usual
            ``if __name__ == "__main__":`` guard.
        cache: What is known already.

    Raises:
        InputError: A path cannot be read at all. Rows that cannot be read are findings.
    """
    linter = linter or make_linter()
    scan = Scan(linter, jobs=jobs, cache=cache, progress=progress)
    found: list[Finding] = []
    for batch in scan.findings([source_of(path) for path in paths]):
        found += batch
    return LintReport(tuple(found), scan.rows, scan.files, tuple(scan.notes))


def lint_rows(
    sources: Iterable[tuple[str, Iterable[Row]]],
    linter: Linter,
    *,
    progress: Callable[[int], None] | None = None,
) -> LintReport:
    """Lint rows from anywhere.

    Args:
        sources: For each, the name its findings carry and its rows.
        linter: Which rules to run.
        progress: Called with the rows read so far, now and then.
    """
    findings: list[Finding] = []
    collection = Collection(linter.spec.held_out)
    rows = files = 0
    for name, source in sources:
        files += 1
        collection.begin(name)
        pending = iter(source)
        while some := list(islice(pending, 256)):
            batch = lint_batch(linter, some)
            findings += [one.at(linter, name, some[one.index].line) for one in batch.found]
            for facts in batch.read_facts():
                collection.add(facts, some[facts.index].line)
            rows += batch.rows
            if progress:
                progress(rows)
    findings += [
        one.at(linter, *collection.where(one.index)) for one in lint_set(linter, collection)
    ]
    return LintReport(tuple(findings), rows, files, tuple(notes_of(collection.left_out)))
