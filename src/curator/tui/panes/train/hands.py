"""What the Train pane does away from the thread that draws: look, start, tell, follow, delete.

Every method begins work in a thread of its own and comes back at once; what comes of it is a
message to the pane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from curator.errors import CancelledError, CuratorError
from curator.mix import Manifest, read_manifest
from curator.train import (
    Command,
    Run,
    Training,
    TrainingSpec,
    check_inputs,
    compare_runs,
    delete_run,
    list_runs,
    loss_curves,
    read_run,
    resume_training,
    start_training,
    tell_run,
)
from curator.tui.panes.train.compare import CompareScreen
from curator.tui.panes.train.flights import Flights
from curator.tui.panes.train.messages import Deleted, Listed, Looked, Refused, Started, Told
from curator.tui.panes.train.story import Story
from curator.tui.panes.train.tail import follow

if TYPE_CHECKING:
    from curator.tui.panes.train.pane import TrainPane


class Hands:
    """Works for one pane.

    Args:
        pane: Told what came of the work.
    """

    def __init__(self, pane: TrainPane) -> None:
        self._pane = pane
        self._flights = Flights(pane.project)

    def close(self) -> None:
        """End the process that counts tokens."""
        self._flights.close()

    def list_all(self) -> None:
        """Find runs and mixtures."""
        self._begin(self._list, "list", exclusive=True)

    def look(self, mixture: Path, spec: TrainingSpec, *, launching: bool = False) -> None:
        """Run preflight; where a training is to follow, with whatever the Hub has to give."""
        self._begin(lambda: self._look(mixture, spec, launching), "look", exclusive=True)

    def start(self, mixture: Path, spec: TrainingSpec) -> None:
        """Start a training."""
        runs_dir = self._pane.runs_dir
        self._begin(lambda: Started(start_training(mixture, spec, runs_dir=runs_dir)), "start")

    def take_up(self, run: Run) -> None:
        """Take up a run that was stopped or died."""
        self._begin(lambda: Started(resume_training(read_run(run.folder))), "start")

    def tell(self, run: Run, command: Command) -> None:
        """Tell a run to pause, to go on or to stop, whoever started it."""
        self._begin(lambda: _tell(self._pane.trainings.get(run.id), run, command), "tell")

    def follow(self, story: Story, folder: Path) -> None:
        """Tell a run's events as they are written, until its end or until another is followed."""

        def read() -> None:
            worker = get_current_worker()
            for events, run in follow(folder, lambda: worker.is_cancelled):
                self._pane.post_message(Told(story, events, run))

        self._begin(read, "follow", exclusive=True)

    def compare(self, runs: Sequence[Run], show: Callable[[CompareScreen], None]) -> None:
        """Put runs beside each other and hand the screen over that shows them."""

        def read() -> None:
            fresh = [read_run(run.folder) for run in runs]
            curves = [loss_curves(run.events()) for run in fresh]
            screen = CompareScreen(compare_runs(fresh), curves)
            self._pane.app.call_from_thread(show, screen)

        self._begin(read, "compare", exclusive=True)

    def delete(self, run: Run) -> None:
        """Delete a run."""

        def remove() -> Message:
            delete_run(run)
            return Deleted(run.id)

        self._begin(remove, "delete")

    def _begin(
        self, work: Callable[[], Message | None], group: str, *, exclusive: bool = False
    ) -> None:
        """Do `work` in a thread; its message, or the error that it met, goes to the pane."""

        def run() -> None:
            worker = get_current_worker()
            try:
                message = work()
            except CancelledError:
                return
            except CuratorError as error:
                message = Refused(error)
            if message is not None and not worker.is_cancelled:
                self._pane.post_message(message)

        self._pane.run_worker(run, thread=True, group=f"train.{group}", exclusive=exclusive)

    def _list(self) -> Message:
        project = self._pane.project
        mixtures: list[tuple[float, Path, Manifest]] = []
        for path in project.path(project.settings.mixtures).glob("*/manifest.json"):
            try:
                mixtures.append((path.stat().st_mtime, path.parent, read_manifest(path.parent)))
            except (CuratorError, OSError):
                # Not a mixture of ours, or gone since: there is nothing to offer.
                continue
        newest = sorted(mixtures, key=lambda found: found[0], reverse=True)
        found = [(path, manifest) for _, path, manifest in newest]
        return Listed(list_runs(self._pane.runs_dir), found)

    def _look(self, mixture: Path, spec: TrainingSpec, launching: bool) -> Message:
        worker = get_current_worker()
        try:
            check_inputs(mixture, spec)
            report = self._flights.look(
                mixture, spec, fetch=launching, cancelled=lambda: worker.is_cancelled
            )
        except CancelledError:
            raise
        except CuratorError as error:
            return Looked(mixture, spec, error=error, launching=launching)
        return Looked(mixture, spec, report=report, launching=launching)


def _tell(training: Training | None, run: Run, command: Command) -> None:
    """Tell a run something, by the pipe of our own where we started it: it hears that earlier."""
    if training is None or training.over:
        tell_run(run, command)
    else:
        {"pause": training.pause, "resume": training.resume, "stop": training.stop}[command]()
