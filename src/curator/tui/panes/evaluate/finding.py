"""What is known about a run and a suite, read from the run's folder; no screen in it."""

from __future__ import annotations

from pathlib import Path

from curator.errors import CuratorError
from curator.evaluate import Evaluation, builtin_suites, read_suite
from curator.evaluate.saved import load_evaluation, saved_evaluations
from curator.settings import Project
from curator.train import Run, list_runs
from curator.tui.panes.evaluate.grid import grid
from curator.tui.panes.evaluate.messages import Listed, Loaded, Looked
from curator.tui.panes.evaluate.query import Query
from curator.tui.panes.evaluate.view import View


def list_all(project: Project) -> Listed:
    """Return the runs with an adapter and the suites of a project.

    Raises:
        InputError: The folder of runs is a file.
    """
    runs = list_runs(project.path(project.settings.runs))
    own = sorted(
        str(path) for kind in ("toml", "jsonl") for path in project.root.glob(f"suites/*.{kind}")
    )
    usable = [run for run in runs if run.adapter is not None and not run.active]
    return Listed(usable, [*builtin_suites(), *own])


def find(name: str, run: Run | None, others: list[Run]) -> Loaded:
    """Return a suite, what was measured with it before, and with which other runs.

    Args:
        name: The suite's name or path.
        run: The run chosen.
        others: The other runs; those that were asked the same suite can be compared with.
    """
    try:
        suite = read_suite(name)
        evaluation = evaluation_of(run, suite.name) if run is not None else None
    except CuratorError as error:
        return Loaded(None, error=error)
    found: dict[str, Evaluation] = {}
    for other in others:
        try:
            compared = evaluation_of(other, suite.name)
        except CuratorError:
            # One damaged file elsewhere is told when that run is chosen.
            continue
        if compared is not None and compared.tuned is not None:
            found[other.id] = compared
    return Loaded(suite, evaluation, others=found)


def look(
    evaluation: Evaluation | None, other: tuple[str, Evaluation] | None, *, loose: bool, typed: str
) -> Looked:
    """Return an evaluation as it is to be looked at.

    Args:
        evaluation: The evaluation of the run chosen, if there is one.
        other: Another run's id and evaluation, to compare with; None for the base.
        loose: Whether answers are read loosely.
        typed: What is in the filter.
    """
    if evaluation is None:
        return Looked(None, [], [])
    problem = None
    view = View.of(evaluation, loose=loose)
    if other is not None:
        try:
            view = View.between(evaluation, other[1], other[0], loose=loose)
        except CuratorError as error:
            problem = error
    columns, rows = grid(view.warmed(), Query.read(typed))
    return Looked(view, columns, rows, problem)


def evaluation_of(run: Run, suite: str) -> Evaluation | None:
    """Return a run's evaluation with a suite, the greedy one where there are several.

    Raises:
        InputError: Its file is damaged.
    """
    paths = [path for path in saved_evaluations(run.folder) if _is_of(path, suite)]
    paths.sort(key=lambda path: path.name != f"{suite}.json")
    for path in paths:
        found = load_evaluation(path)
        if found.suite == suite:
            return found
    return None


def _is_of(path: Path, suite: str) -> bool:
    # The file's name tells without reading it; two suites may begin alike.
    return path.name == f"{suite}.json" or path.name.startswith(f"{suite}.")
