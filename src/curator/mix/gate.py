"""The first stages of a plan: rows are read, asked by lint whether they are fit, and redacted.

Lint's rules are the judges, so a mixture and `curator lint` never disagree. A curated example that
fails stands in the way of the whole mixture, since its author can mend it; a base row that fails is
left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path

from curator.example import Example
from curator.lint import Finding, Linter, Severity, make_linter
from curator.lint.project import project_ignores, project_linter
from curator.mix.plan import GateFinding, PlannedRow, Redaction
from curator.mix.recipe import Gate, Recipe, Role
from curator.settings import Project
from curator.store import Row

#: The rules whose finds each key of the ``[redact]`` table writes over.
SECRETS = ("PRV001", "PRV002", "PRV003", "PRV004")
PRIVATE = ("PRV005", "PRV006", "PRV007")
_PRIVACY = "PRV"
_TEXTS = ("instruction", "input", "output")
_RANKS: dict[Gate, int] = {
    "error": Severity.ERROR.rank,
    "warning": Severity.WARNING.rank,
    "off": -1,
}


class Gatekeeper:
    """Judges and redacts rows as a recipe says.

    Args:
        recipe: What is asked of rows and what is written over.
        project: Its settings say which rules run; None asks nothing of rows.

    Attributes:
        findings: What stands in the way of curated rows so far.
        redactions: What was written over so far.

    Raises:
        ConfigError: The project's settings name a rule that does not exist.
    """

    def __init__(self, recipe: Recipe, project: Project | None) -> None:
        self._codes = redacted_codes(recipe)
        self._redactor = _redactor(self._codes) if self._codes else None
        self._limits = {
            "curated": _RANKS[recipe.lint.curated],
            "base": _RANKS[recipe.lint.base],
        }
        self._project = project
        self._whole = project_linter(project).without(self._codes) if project else None
        self._linter: Linter | None = None
        self.findings: list[GateFinding] = []
        self.redactions: list[Redaction] = []

    def begin(self, path: Path, role: Role) -> None:
        """Turn to the rows of another file."""
        self._linter = self._whole
        if self._whole is None or self._project is None:
            return
        narrowed = self._whole.without(project_ignores(self._project, str(path)))
        if role == "base":
            shape = [r.code for r in narrowed.rules if not r.code.startswith(_PRIVACY)]
            narrowed = narrowed.without(shape)
        self._linter = narrowed

    def judge(self, row: PlannedRow, read: Row) -> str:
        """Return why a base row is not fit to train, or nothing; note it of a curated one."""
        limit = self._limits[row.role]
        if self._linter is None or limit < 0 or not self._linter.rules:
            return ""
        grave = [one for one in self._linter.row(read, row.path) if one.severity.rank <= limit]
        if row.role == "base":
            return f"{grave[0].code}: {grave[0].message}" if grave else ""
        self.findings += [GateFinding(row.path, row.line, one.code, one.message) for one in grave]
        return ""

    def redact(self, row: PlannedRow) -> Example:
        """Return the row's example with what the recipe names written over."""
        if self._redactor is None:
            return row.example
        redacted, counts = redact(row.example, self._redactor)
        self.redactions += [
            Redaction(row.path, row.line, code, count) for code, count in sorted(counts.items())
        ]
        return redacted


def redacted_codes(recipe: Recipe) -> tuple[str, ...]:
    """Return the rules whose finds are written over."""
    chosen = recipe.redact
    return (SECRETS if chosen.secrets else ()) + (PRIVATE if chosen.private else ())


def redact_example(example: Example, recipe: Recipe) -> Example:
    """Return an example as a recipe lets it train."""
    codes = redacted_codes(recipe)
    return redact(example, _redactor(codes))[0] if codes else example


def redact(example: Example, redactor: Linter) -> tuple[Example, Counter[str]]:
    """Write over what the rules of a linter find in the three texts.

    Returns:
        The example, the same one where nothing was found, and how often each rule found something.
    """
    found = [
        one
        for one in redactor.example(example)
        if one.fix is not None and one.fix.pointer.removeprefix("/") in _TEXTS
    ]
    counts: Counter[str] = Counter()
    changes: dict[str, str] = {}
    last: dict[str, int] = {}
    # From the back, so that what is found further on keeps its place; of two that overlap, the one
    # that begins later is inside the other or reaches past it, and the earlier is cut short there.
    for one in sorted(found, key=_place, reverse=True):
        assert one.fix is not None
        key = one.fix.pointer.removeprefix("/")
        text = changes.get(key, str(example.fields[key]))
        end = min(one.fix.end, last.get(key, len(text)))
        changes[key] = text[: one.fix.start] + one.fix.text + text[end:]
        last[key] = one.fix.start
        counts[one.code] += 1
    return (example.replace(**changes) if changes else example), counts


def _place(finding: Finding) -> tuple[int, int]:
    assert finding.fix is not None
    return finding.fix.start, finding.fix.end


@cache
def _redactor(codes: tuple[str, ...]) -> Linter:
    return make_linter(select=codes)


@cache
def rules_version() -> str:
    """Return what names the rules of this installation: the first digits of their files' SHA-256.

    It depends on the rules' source alone, not on the machine, so that a manifest does neither.
    """
    whole = hashlib.sha256()
    folder = resources.files("curator.lint")
    for part in (folder, folder / "rules"):
        for file in sorted(part.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()[:16]
