"""Naming a run on a command line: one option for where they lie, and completion of their ids."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from curator.errors import CuratorError
from curator.settings import find_project
from curator.terminal import one_line
from curator.train import Run, list_runs, read_run

LATEST = "latest"

runs_option = click.option(
    "--runs",
    "runs_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of runs.  [default: from curator.toml, else runs]",
)


def runs_folder(runs_dir: Path | None) -> Path:
    """Return the folder of runs: the one named, or else the project's."""
    project = find_project()
    return runs_dir or project.path(project.settings.runs)


def read_named(name: str, runs_dir: Path | None) -> Run:
    """Return the run that a person named by its id, its folder, or as ``latest``.

    Raises:
        InputError: There is no such run.
    """
    return read_run(name, runs_dir=runs_folder(runs_dir))


def complete_runs(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - click's signature
    incomplete: str,
) -> list[CompletionItem]:
    """Return the ids of runs that begin with what is typed, the newest first; for a shell."""
    outer = context.parent.params if context.parent else {}
    try:
        found = list_runs(
            runs_folder(context.params.get("runs_dir") or outer.get("runs_dir")),
        )
    except (CuratorError, OSError):
        # A shell that asks while a person types is told nothing, least of all an error.
        return []
    named = [(run.id, f"{run.status}, {one_line(run.model, 40)}") for run in reversed(found)]
    newest = [(LATEST, f"{found[-1].id}")] if found else []
    return [
        CompletionItem(name, help=told)
        for name, told in [*newest, *named]
        if name.startswith(incomplete)
    ]
