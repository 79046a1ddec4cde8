"""Which rules run, how grave their findings are, and what they say of one row or example."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from curator.config import convert
from curator.errors import ConfigError
from curator.example import Example, Profile, load_profile
from curator.lint.book import all_rules, check_codes, matches, project_rules, unknown
from curator.lint.finding import Finding, Severity
from curator.lint.rule import Hit, Line, Record, RecordRule, RowRule, Rule, RunRule, SetRule
from curator.lint.suppress import suppressed
from curator.store import Row
from curator.terminal import one_line


class LinterSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what a linter says, as plain values: another process rebuilds it.

    Attributes:
        profile: The shape that answers must have.
        select: Codes or prefixes to run; all when empty.
        extend_select: Codes or prefixes to run besides.
        ignore: Codes or prefixes to leave out.
        severities: Severity by code or prefix, where it is not the rule's own.
        options: Options by code.
        rules: Python files with rules of the project.
        held_out: Prompts of suites that no example may resemble.
        root: The folder that files named by options are relative to; empty for the current one.
    """

    profile: Profile
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: dict[str, Severity] = {}
    options: dict[str, dict[str, Any]] = {}
    rules: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    root: str = ""


@dataclass(frozen=True)
class Linter:
    """Which rules run, and against which profile.

    Make one with `make_linter`, which checks the codes.

    Attributes:
        spec: What it was made from.
        rules: The rules, by code.
        severities: Each rule's severity, by code.
    """

    spec: LinterSpec
    rules: tuple[Rule, ...]
    severities: Mapping[str, Severity]

    @property
    def profile(self) -> Profile:
        """The shape that answers must have."""
        return self.spec.profile

    @cached_property
    def row_rules(self) -> tuple[RowRule, ...]:
        """The rules about rows."""
        return tuple(rule for rule in self.rules if isinstance(rule, RowRule))

    @cached_property
    def record_rules(self) -> tuple[RecordRule, ...]:
        """The rules about examples."""
        return tuple(rule for rule in self.rules if isinstance(rule, RecordRule))

    @cached_property
    def set_rules(self) -> tuple[SetRule, ...]:
        """The rules about all rows together."""
        return tuple(rule for rule in self.rules if isinstance(rule, SetRule))

    @cached_property
    def run_rules(self) -> tuple[RunRule, ...]:
        """The rules about what an example does when it runs."""
        return tuple(rule for rule in self.rules if isinstance(rule, RunRule))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Each rule's name, by code."""
        return {rule.code: rule.name for rule in self.rules}

    @property
    def grave(self) -> Severity:
        """How much it matters that a rule broke down."""
        return Severity.ERROR

    def row(self, row: Row, path: str = "") -> Iterator[Finding]:
        """Yield what the rules say about one row of a file; rules about sets are not asked."""
        identity = row.example.id if row.example else None
        for rule, hit, crashed in self.hits(row):
            yield self.finding(rule, hit, path, row.line, identity, crashed=crashed)

    def example(self, example: Example, *, path: str = "", line: int = 0) -> Iterator[Finding]:
        """Yield what the rules of a record say about one example."""
        record = Record(example, self.profile)
        for rule, hit, crashed in self.record_hits(record):
            yield self.finding(rule, hit, path, line, example.id, crashed=crashed)

    def hits(
        self, row: Row, record: Record | None = None, *, bom: bool = False
    ) -> list[tuple[Rule, Hit, bool]]:
        """Return what the rules say about one row: the rule, its hit, and whether it broke down."""
        found: list[tuple[Rule, Hit, bool]] = []
        line = Line(row, bom)
        for rule in self.row_rules:
            try:
                found.extend([(rule, sound(hit), False) for hit in rule.check(line)])
            except (Exception, SystemExit) as error:
                found.append((rule, breakdown(error), True))
        if row.example is not None:
            found += self.record_hits(record or Record(row.example, self.profile))
        return found

    def record_hits(self, record: Record) -> list[tuple[Rule, Hit, bool]]:
        """Return what the rules of a record say about one example; see `hits`."""
        found: list[tuple[Rule, Hit, bool]] = []
        for rule in self._asked(record):
            try:
                for hit in rule.check(record):
                    found.append((rule, sound(hit), False))  # noqa: PERF401 - what came before a crash stays
            except (Exception, SystemExit) as error:
                found.append((rule, breakdown(error), True))
        if found:
            passed_over = suppressed(record.example) - _NEVER_SUPPRESSED
            if passed_over:
                found = [one for one in found if one[2] or one[0].code not in passed_over]
        return found

    def _asked(self, record: Record) -> tuple[RecordRule, ...]:
        """Return the rules that have anything to look at in an answer."""
        if len(self._without_sections) == len(self.record_rules):
            # None of them looks at the answer's parts, so they need not be read.
            return self.record_rules
        if record.python_blocks:
            return self.record_rules
        return self._without_code if record.answer.sections else self._without_sections

    @cached_property
    def _without_code(self) -> tuple[RecordRule, ...]:
        return tuple(rule for rule in self.record_rules if rule.needs != "code")

    @cached_property
    def _without_sections(self) -> tuple[RecordRule, ...]:
        return tuple(rule for rule in self.record_rules if not rule.needs)

    def finding(
        self,
        rule: Rule,
        hit: Hit,
        path: str,
        line: int,
        identity: str | None,
        *,
        digest: str = "",
        crashed: bool = False,
    ) -> Finding:
        """Return a rule's hit with its address."""
        return Finding(
            rule.code,
            rule.name,
            Severity.ERROR if crashed else self.severities[rule.code],
            hit.message,
            path,
            line,
            identity,
            hit.pointer,
            hit.span.start,
            hit.span.end,
            hit.fix,
            digest,
            crashed,
        )

    def without(self, codes: Sequence[str]) -> Linter:
        """Return the same linter less the rules of some codes or prefixes.

        Rules about sets stay: a row counts in the set even where nothing shall be said of it.
        """
        if not codes:
            return self
        kept = tuple(
            rule
            for rule in self.rules
            if isinstance(rule, SetRule) or not matches(rule.code, codes)
        )
        return replace(self, rules=kept)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that decides what this linter says, its own source code included."""
        whole = hashlib.sha256(_source_hash())
        whole.update(msgspec.json.encode(self.spec))
        whole.update(" ".join(rule.code for rule in self.rules).encode())
        for path in (*self.spec.rules, *self._files()):
            whole.update(Path(path).read_bytes())
        return whole.hexdigest()

    def _files(self) -> Iterator[str]:
        """Yield the files that options of rules name."""
        for rule in self.rules:
            named = (getattr(rule.options, name) for name in rule.options_type.files)
            yield from (path for path in named if path)


def make_linter(
    profile: Profile | None = None,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    severities: Mapping[str, Severity | str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    rules: Sequence[Path | str] = (),
    held_out: Sequence[str] = (),
    root: Path | None = None,
) -> Linter:
    """Return a linter.

    Args:
        profile: The shape that answers must have; the built-in one by default.
        select: Codes or prefixes (``DOC``) to run; all when empty.
        ignore: Codes or prefixes to leave out.
        extend_select: Codes or prefixes to run besides `select`.
        severities: Severity by code or prefix; the longest prefix decides.
        options: Options by code.
        rules: Python files with rules of the project; they are run.
        held_out: Prompts of suites that no example may resemble.
        root: The folder that files named by options are relative to; the current one by default.

    Raises:
        ConfigError: A code is unknown, an option or severity does not fit, or a file of rules
            does not hold together.
    """
    return linter_of(
        LinterSpec(
            profile=profile or load_profile(),
            select=tuple(select),
            extend_select=tuple(extend_select),
            ignore=tuple(ignore),
            severities={code: _severity(code, value) for code, value in (severities or {}).items()},
            options={code.upper(): dict(value) for code, value in (options or {}).items()},
            rules=tuple(str(path) for path in rules),
            held_out=tuple(held_out),
            root=str(root or ""),
        )
    )


def linter_of(spec: LinterSpec) -> Linter:
    """Return the linter that a spec describes.

    Raises:
        ConfigError: As `make_linter`.
    """
    book: list[Rule] = list(all_rules())
    for path in spec.rules:
        book += [kind() for kind in project_rules(Path(path), book)]
    check_codes((*spec.select, *spec.extend_select, *spec.ignore, *spec.severities), book)
    known = {rule.code for rule in book}
    for code in spec.options:
        if code not in known:
            raise unknown(code, book)
    wanted = (*spec.select, *spec.extend_select) if spec.select else ()
    chosen = [
        with_options(rule, spec.options.get(rule.code), spec.root)
        for rule in book
        if (not wanted or matches(rule.code, wanted)) and not matches(rule.code, spec.ignore)
    ]
    severities = {rule.code: _severity_of(rule, spec.severities) for rule in book}
    return Linter(spec, tuple(chosen), severities)


def with_options(rule: Rule, options: Mapping[str, Any] | None, root: str = "") -> Rule:
    """Return a rule with some options set.

    Args:
        rule: The rule.
        options: The options, as a settings file gives them.
        root: The folder that files among them are relative to.

    Raises:
        ConfigError: An option is unknown or does not fit.
    """
    if not options:
        return rule
    try:
        chosen = convert(dict(options), rule.options_type)
        files = {name: getattr(chosen, name) for name in rule.options_type.files}
        found = {name: str(root / Path(path).expanduser()) for name, path in files.items() if path}
        return type(rule)(msgspec.structs.replace(chosen, **found))
    except ConfigError as error:
        raise ConfigError(
            f"Options of {rule.code}: {error.message}", hint=error.hint, path=error.path
        ) from None


def _severity(code: str, value: Severity | str) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        raise ConfigError(
            f"The severity of {code} cannot be {value!r}.",
            hint="Known values: error, warning, info.",
        ) from None


def _severity_of(rule: Rule, chosen: Mapping[str, Severity]) -> Severity:
    prefixes = [prefix for prefix in chosen if matches(rule.code, (prefix,))]
    return chosen[max(prefixes, key=len)] if prefixes else rule.severity


def sound(hit: Any) -> Hit:
    """Return what a rule gave, if that is a hit.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(hit, Hit):
        raise TypeError(f"a rule gives Hits, and this one gave {type(hit).__name__}")
    return hit


def breakdown(error: BaseException) -> Hit:
    """Return what is said of a rule that broke down, in place of what it would have said."""
    words = one_line(f"{type(error).__name__}: {error}", 200)
    return Hit(f"This rule broke down over the row and said nothing more ({words}).", pointer="")


# A row that suppresses wrongly could otherwise hide that it does.
_NEVER_SUPPRESSED = frozenset({"REC012"})


@cache
def _source_hash() -> bytes:
    """Return a hash of the code that findings come from, and of what it runs on."""
    whole = hashlib.sha256(repr(sys.version_info).encode())
    package = Path(__file__).parents[1]
    for room in ("lint", "example", "store", "neardup", "terminal.py"):
        entry = package / room
        for path in sorted(entry.rglob("*.py")) if entry.is_dir() else [entry]:
            whole.update(path.name.encode())
            whole.update(path.read_bytes())
    for module in ("markdown_it", "pyflakes", "docstring_parser", "rapidfuzz"):
        whole.update(" ".join(_installed(module)).encode())
    return whole.digest()


def _installed(module: str) -> list[str]:
    """Return the names of the folders that say which version of a library is installed.

    ``importlib.metadata`` would take 25 ms for four of them, which is a tenth of a second run.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return []
    beside = Path(spec.origin).parent.parent
    return sorted(path.name for path in beside.glob(f"{module}*-info"))
