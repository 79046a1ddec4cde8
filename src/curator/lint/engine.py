"""Running the rules over rows, files and single examples."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from curator.errors import ConfigError
from curator.example import Example, Profile, load_profile
from curator.lint import rules as rule_book
from curator.lint.finding import Finding, Severity
from curator.lint.rule import Hit, Record, RecordRule, RowRule, Rule
from curator.store import Row, read_rows


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one of every rule, by code."""
    found: list[Rule] = []
    for entry in pkgutil.iter_modules(rule_book.__path__, f"{rule_book.__name__}."):
        module = importlib.import_module(entry.name)
        found.extend(
            value()
            for value in vars(module).values()
            # A rule that another file imports is that other file's own.
            if isinstance(value, type)
            and issubclass(value, Rule)
            and "code" in vars(value)
            and value.__module__ == module.__name__
        )
    return tuple(sorted(found, key=lambda rule: rule.code))


def find_rule(code: str) -> Rule:
    """Return the rule of that code or name.

    Raises:
        ConfigError: There is none; the message suggests a near one.
    """
    wanted = code.strip().casefold()
    for rule in all_rules():
        if wanted in (rule.code.casefold(), rule.name):
            return rule
    raise _unknown(code)


@dataclass(frozen=True)
class Linter:
    """Which rules run, and against which profile.

    Make one with `make_linter`, which checks the codes.

    Attributes:
        profile: The shape that answers must have.
        row_rules: The rules about rows.
        record_rules: The rules about examples.
    """

    profile: Profile
    row_rules: tuple[RowRule, ...]
    record_rules: tuple[RecordRule, ...]

    def row(self, row: Row, path: str = "") -> Iterator[Finding]:
        """Yield what the rules say about one row of a file."""
        identity = row.example.id if row.example else None
        for row_rule in self.row_rules:
            for hit in row_rule.check(row):
                yield _finding(row_rule, hit, path, row.line, identity)
        if row.example is not None:
            yield from self.example(row.example, path=path, line=row.line)

    def example(self, example: Example, *, path: str = "", line: int = 0) -> Iterator[Finding]:
        """Yield what the rules of a record say about one example."""
        record = Record(example, self.profile)
        for rule in self.record_rules:
            for hit in rule.check(record):
                yield _finding(rule, hit, path, line, example.id)


def make_linter(
    profile: Profile | None = None, *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> Linter:
    """Return a linter.

    Args:
        profile: The shape that answers must have; the built-in one by default.
        select: Codes or prefixes (``DOC``) to run; all when empty.
        ignore: Codes or prefixes to leave out.

    Raises:
        ConfigError: A code is unknown.
    """
    chosen = [
        rule
        for rule in all_rules()
        if (not select or _matches(rule.code, select)) and not _matches(rule.code, ignore)
    ]
    for code in (*select, *ignore):
        if not any(_matches(rule.code, (code,)) for rule in all_rules()):
            raise _unknown(code)
    return Linter(
        profile or load_profile(),
        tuple(rule for rule in chosen if isinstance(rule, RowRule)),
        tuple(rule for rule in chosen if isinstance(rule, RecordRule)),
    )


@dataclass(frozen=True, slots=True)
class LintReport:
    """What a linter found in some files.

    Attributes:
        findings: All findings, by file and line.
        rows: How many rows were read, blank lines left out.
        files: How many files were read.
    """

    findings: tuple[Finding, ...]
    rows: int
    files: int

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def by_code(self) -> dict[str, int]:
        """Return how many findings each code has, most first."""
        return dict(Counter(finding.code for finding in self.findings).most_common())


def lint(
    paths: Iterable[Path],
    linter: Linter | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> LintReport:
    """Lint files of examples.

    Args:
        paths: JSON Lines files, or JSON arrays whose name ends in ``.json``.
        linter: Which rules to run; all, against the built-in profile, by default.
        progress: Called with the rows read so far, now and then.

    Raises:
        InputError: A path cannot be read at all. Rows that cannot be read are findings.
    """
    linter = linter or make_linter()
    files = [(str(path), read_rows(path)) for path in paths]
    return lint_rows(files, linter, progress=progress)


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
    rows = files = 0
    for name, source in sources:
        files += 1
        for row in source:
            findings.extend(linter.row(row, name))
            if row.problem is None or row.problem.kind != "blank":
                rows += 1
            if progress and rows % 256 == 0:
                progress(rows)
    return LintReport(tuple(findings), rows, files)


def _finding(rule: Rule, hit: Hit, path: str, line: int, identity: str | None) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=hit.message,
        path=path,
        line=line,
        id=identity,
        pointer=hit.pointer,
        start=hit.span.start,
        end=hit.span.end,
        fix=hit.fix,
    )


def _matches(code: str, wanted: Iterable[str]) -> bool:
    return any(code.startswith(prefix.strip().upper()) for prefix in wanted if prefix.strip())


def _unknown(code: str) -> ConfigError:
    import difflib

    known = [rule.code for rule in all_rules()] + [rule.name for rule in all_rules()]
    near = difflib.get_close_matches(code.strip().upper(), known, n=1) or difflib.get_close_matches(
        code.strip().lower(), known, n=1
    )
    return ConfigError(
        f"There is no rule {code!r}.",
        hint=f"Did you mean {near[0]}?" if near else "`curator rule --all` lists them.",
    )
