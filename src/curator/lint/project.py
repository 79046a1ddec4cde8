"""The linter that a project's ``curator.toml`` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curator.example import Profile
from curator.lint.book import all_rules, check_codes, matches
from curator.lint.linter import Linter, make_linter
from curator.lint.sources import ignored_for
from curator.settings import Project


def project_linter(
    project: Project,
    *,
    profile: Profile | None = None,
    select: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    held_out: Sequence[str] = (),
) -> Linter:
    """Return the linter of a project.

    Args:
        project: The project; its files of rules are run.
        profile: Takes the place of the project's.
        select: Takes the place of the project's.
        extend_select: Codes or prefixes besides the project's.
        ignore: Takes the place of the project's.
        held_out: Prompts of suites that no example may resemble.

    Raises:
        ConfigError: The settings name a rule, an option, a file or a profile that does not exist.
    """
    settings = project.settings.lint
    linter = make_linter(
        profile or project.profile,
        select=select or settings.select,
        extend_select=(*settings.extend_select, *extend_select),
        ignore=ignore or settings.ignore,
        severities=settings.severity,
        options=settings.options,
        rules=[project.path(path) for path in settings.rules],
        held_out=held_out,
        root=project.root,
    )
    # Every rule has a severity, those that are not selected included.
    strange = [
        code
        for codes in settings.per_path_ignores.values()
        for code in codes
        if not any(matches(known, (code,)) for known in linter.severities)
    ]
    check_codes(strange, (*all_rules(), *linter.rules))
    return linter


def project_ignores(project: Project, path: str) -> tuple[str, ...]:
    """Return the codes that a project leaves out for a path."""
    return ignored_for(path, project.settings.lint.per_path_ignores, project.root)


def name_in(project: Project, path: str) -> str:
    """Return how a project names a file: relative to its folder where it is inside."""
    whole = Path(path).absolute()
    if whole.is_relative_to(project.root):
        return whole.relative_to(project.root).as_posix()
    return Path(path).as_posix()
