"""What the Mix pane has done in threads of their own, and the messages that come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from curator.errors import ConfigError, CuratorError
from curator.mix import HeldOut, Manifest, Plan, Recipe, plan_mixture, write_mixture
from curator.mix.recipe_text import change_source
from curator.preflight import Preflight, held_out_prompts
from curator.settings import Project
from curator.train import TrainingSpec
from curator.tui.panes.mix.flights import Flights

#: New values of sources, by the source's place in the recipe and the key; None takes a key away.
Changes = dict[tuple[int, str], int | str | None]
#: Takes a message to the pane, from any thread.
Tell = Callable[[Message], object]


class Planned(Message):
    """A plan is ready."""

    def __init__(self, found: Plan) -> None:
        super().__init__()
        self.plan = found


class Flown(Message):
    """What preflight says of a plan, or why it says nothing."""

    def __init__(self, report: Preflight | None, problem: str) -> None:
        super().__init__()
        self.report = report
        self.problem = problem


class Working(Message):
    """A plan is being worked out."""

    def __init__(self, stage: str, done: int, total: int) -> None:
        super().__init__()
        self.stage = stage
        self.done = done
        self.total = total


class Saved(Message):
    """Numbers and roles are in the recipe's file, or could not be put there."""

    def __init__(
        self,
        recipe: Recipe | None,
        changes: Changes,
        error: CuratorError | None,
    ) -> None:
        super().__init__()
        self.recipe = recipe
        self.changes = changes
        self.error = error


class Refused(Message):
    """The recipe, a source or the writing met an error."""

    def __init__(self, error: CuratorError, *, planning: bool = True) -> None:
        super().__init__()
        self.error = error
        self.planning = planning


class Built(Message):
    """A mixture is on disk."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        super().__init__()
        self.manifest = manifest
        self.folder = folder


def save(path: Path, changes: Changes) -> Saved:
    """Write values into the recipe at `path`."""
    recipe = None
    for (index, name), value in changes.items():
        try:
            recipe = change_source(path, index, name, value)
        except CuratorError as error:
            return Saved(None, changes, error)
    return Saved(recipe, changes, None)


def work_out(
    recipe: Recipe,
    root: Path,
    project: Project,
    *,
    flights: Flights,
    spec: TrainingSpec,
    tell: Tell,
    cancelled: Callable[[], bool],
) -> None:
    """Plan a mixture, then count its tokens and look at what it would make.

    Args:
        recipe: The recipe.
        root: The folder that its patterns are relative to.
        project: The project.
        flights: What counts.
        spec: The training that preflight is of.
        tell: Told `Working`, `Planned` (again once counted) and `Flown`, or `Refused`.
        cancelled: Asked now and then; nothing more is told then.
    """
    last = ""

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        told = f"{stage} {done * 100 // total if total else 0}"
        if told != last:
            last = told
            tell(Working(stage, done, total))

    try:
        held_out = held_out_prompts(recipe.contamination.suites, root)
        found = plan_mixture(
            recipe,
            root,
            project=project,
            held_out=held_out,
            progress=progress,
            cancelled=cancelled,
        )
        # Worked out here, off the thread that draws; the plan keeps them.
        _ = found.checks, found.curated_text_share
    except CuratorError as error:
        if not cancelled():
            tell(Refused(error))
        return
    if cancelled():
        return
    tell(Planned(found))
    _fly(found, held_out, flights, spec, tell, cancelled)


def _fly(
    found: Plan,
    held_out: list[HeldOut],
    flights: Flights,
    spec: TrainingSpec,
    tell: Tell,
    cancelled: Callable[[], bool],
) -> None:
    try:
        with flights.turn():
            counted = None if cancelled() else flights.counted(found, spec)
            if counted is None or cancelled():
                return
            tell(Planned(counted))
            report = flights.look(counted, spec, held_out)
    except CuratorError as error:
        if not cancelled():
            tell(Flown(None, error.message))
        return
    if not cancelled():
        tell(Flown(report, ""))


def build(found: Plan, folder: Path, allow: tuple[str, ...]) -> Built | Refused:
    """Write a mixture into a folder, against some checks if need be."""
    try:
        return Built(write_mixture(found, folder, allow=allow), folder)
    except CuratorError as error:
        return Refused(error, planning=False)
    except OSError as error:
        refused = ConfigError(f"Could not be written: {error.strerror}.", path=folder)
        return Refused(refused, planning=False)
