"""The rule book: every rule by its code, those of a project included."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from curator.errors import ConfigError
from curator.lint import rules as rule_book
from curator.lint.case import Case
from curator.lint.finding import Severity
from curator.lint.rule import RecordRule, RowRule, Rule, RunRule, SetRule
from curator.terminal import one_line

_CODE = re.compile(r"[A-Z]{3,5}\d{3}")
_PARTS: dict[str, type] = {
    "code": str,
    "name": str,
    "severity": Severity,
    "why": str,
    "valid": tuple,
    "invalid": tuple,
}
_SCOPES = (RowRule, RecordRule, SetRule, RunRule)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one of every built-in rule, by code, with the options it has by itself."""
    found: list[Rule] = []
    for entry in pkgutil.iter_modules(rule_book.__path__, f"{rule_book.__name__}."):
        module = importlib.import_module(entry.name)
        found.extend(kind() for kind in _rules_in(module))
    return tuple(sorted(found, key=lambda rule: rule.code))


def find_rule(code: str, more: Iterable[Rule] = ()) -> Rule:
    """Return the rule of that code or name.

    Args:
        code: The code or the name, in any capitals.
        more: Rules of a project, besides the built-in ones.

    Raises:
        ConfigError: There is none; the message suggests a near one.
    """
    wanted = code.strip().casefold()
    known = (*all_rules(), *more)
    for rule in known:
        if wanted in (rule.code.casefold(), rule.name):
            return rule
    raise unknown(code, known)


def matches(code: str, wanted: Iterable[str]) -> bool:
    """Return whether a code is one of those wanted, or begins like one."""
    return any(code.startswith(prefix.strip().upper()) for prefix in wanted if prefix.strip())


def check_codes(codes: Iterable[str], known: Sequence[Rule]) -> None:
    """Make sure that every code or prefix means at least one rule.

    Raises:
        ConfigError: One does not; the message suggests a near one.
    """
    for code in codes:
        if not any(matches(rule.code, (code,)) for rule in known):
            # Whoever types no number means a family: SEC and not one of its rules.
            families = {rule.code.rstrip("0123456789") for rule in known if code.strip().isalpha()}
            raise unknown(code, known, sorted(families))


def unknown(code: str, known: Sequence[Rule], more: Sequence[str] = ()) -> ConfigError:
    """Return the error that there is no such rule.

    Args:
        code: What was typed.
        known: The rules that there are.
        more: What else could have been meant.
    """
    import difflib

    if any(matches(rule.code, (code,)) for rule in known):
        hint = f"{code.strip().upper()} is a family: `curator rule --all` lists its rules."
        return ConfigError(f"There is no rule {code!r}.", hint=hint)
    words = [rule.code for rule in known] + [rule.name for rule in known] + [*more]
    meant = ""
    for typed in (code.strip().upper(), code.strip().lower()):
        near = difflib.get_close_matches(typed, words, n=9)
        if near:
            ratio = {word: difflib.SequenceMatcher(None, word, typed).ratio() for word in near}
            # Of several that are equally near, the first in the book.
            meant = max(sorted(near), key=ratio.__getitem__)
            # Settings and options know rules by their codes alone.
            of = next((rule.code for rule in known if rule.name == meant), "")
            meant += f", whose code is {of}" if of else ""
            break
    return ConfigError(
        f"There is no rule {code!r}.",
        hint=f"Did you mean {meant}?" if meant else "`curator rule --all` lists them.",
    )


def project_rules(path: Path, others: Iterable[Rule] = ()) -> tuple[type[Rule], ...]:
    """Return the rules that a Python file of the project defines, by code.

    The file is run, so it can do whatever its author can: name only files you trust.

    Args:
        path: The file.
        others: Rules of the project's other files, whose codes are taken.

    Raises:
        ConfigError: The file is missing, does not run, or holds something that is no whole rule.
    """
    name = f"_curator_rules_{abs(hash(path))}"
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None:
        raise ConfigError("There is no such file of rules.", path=path)
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses and options look up what their annotations name.
    sys.modules[name] = module
    try:
        # Compiled code that is kept beside the file is told from another by the second it is of.
        exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), vars(module))  # noqa: S102
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        line = getattr(error, "lineno", None)
        said = one_line(f"{type(error).__name__}: {error}", 200)
        raise ConfigError(
            f"This file of rules does not run: {said}.",
            path=path,
            line=line if isinstance(line, int) else None,
        ) from error
    found = tuple(sorted(_rules_in(module), key=lambda rule: rule.code))
    if not found:
        raise ConfigError(
            "This file defines no rule.",
            path=path,
            hint="A rule is a class that derives from RecordRule and has a `code`.",
        )
    taken = {word for rule in (*all_rules(), *others) for word in (rule.code, rule.name)}
    for kind in found:
        if problem := _problem(kind, taken):
            raise ConfigError(f"The rule `{kind.__name__}` {problem}.", path=path)
        taken |= {kind.code, kind.name}
    return found


def _problem(kind: type[Rule], taken: set[str]) -> str:
    """Return what a rule of a project lacks; nothing where it is whole."""
    for attribute, wanted in _PARTS.items():
        if not hasattr(kind, attribute):
            return f"has no `{attribute}`"
        if not isinstance(getattr(kind, attribute), wanted):
            return f"has a `{attribute}` that is no {wanted.__name__}"
    for attribute in ("valid", "invalid"):
        cases = getattr(kind, attribute)
        if not cases or not all(isinstance(case, Case) for case in cases):
            return f"needs at least one case in `{attribute}`, as `curator.lint.case` makes them"
    if not _CODE.fullmatch(kind.code):
        return f"has the code {kind.code!r}, and a code is three to five capitals and three digits"
    if {kind.code, kind.name} & taken:
        return f"has the code {kind.code} or the name {kind.name!r}, which is taken"
    if not issubclass(kind, _SCOPES):
        return "derives from none of RowRule, RecordRule, SetRule and RunRule"
    abstract: frozenset[str] = getattr(kind, "__abstractmethods__", frozenset())
    return f"has no `{min(abstract)}`" if abstract else ""


def _rules_in(module: Any) -> list[type[Rule]]:
    """Return the rules that a module defines itself."""
    return [
        value
        for value in vars(module).values()
        # A rule that another file imports is that other file's own.
        if isinstance(value, type)
        and issubclass(value, Rule)
        and "code" in vars(value)
        and value.__module__ == module.__name__
    ]
