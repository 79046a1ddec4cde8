"""Start a training in a child process, and talk to it while it runs.

Usable from any thread: a reader thread of its own takes in what the child says, so the child never
waits for a screen, and any number of readers see all events from the first.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from curator.errors import CuratorError, TrainingError
from curator.train.child import Child, start_child
from curator.train.events import AnyEvent, Failed, decode
from curator.train.mixture import Mixture, read_mixture
from curator.train.model import check_model, is_local
from curator.train.runfolder import (
    ACTIVE,
    LOG,
    append_events,
    now_text,
    read_record,
    write_record,
)
from curator.train.runs import Run, create_run, read_run
from curator.train.spec import TrainingSpec

_WORKER = "curator.train.worker"
_SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a training needs, found to be there.

    Attributes:
        mixture: The rows.
        model: An absolute path or a Hub id.
    """

    mixture: Mixture
    model: str


def check_inputs(mixture: Path, spec: TrainingSpec) -> Inputs:
    """Read the mixture and look for the model, without writing anything.

    Args:
        mixture: A folder that `curator mix` wrote.
        spec: How to train; its values were checked when it was made.

    Raises:
        InputError: The mixture is missing, damaged or empty.
        ModelError: The model is a path with no model there.
    """
    return Inputs(mixture=read_mixture(mixture), model=check_model(spec.model))


def child_environment(model: str) -> dict[str, str]:
    """Return the environment for a child that loads `model`.

    A folder needs no network, so for one the Hub is switched off and its token withheld.

    Args:
        model: As `check_model` returned it.
    """
    environment = dict(os.environ)
    environment["PYTHONUNBUFFERED"] = "1"
    environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    if is_local(model):
        environment["HF_HUB_OFFLINE"] = "1"
        for name in _SECRETS:
            environment.pop(name, None)
    return environment


class Training:
    """A training under way; made by `start_training`.

    Attributes:
        folder: Its run folder.
    """

    def __init__(self, run: Run, child: Child) -> None:
        self.folder = run.folder
        self._child = child
        self._events: list[AnyEvent] = []
        self._over = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._listen, name=f"training {run.id}", daemon=True)
        self._thread.start()

    @property
    def run(self) -> Run:
        """The run as it stands on disk now."""
        return read_run(self.folder)

    @property
    def over(self) -> bool:
        """Whether the child has ended and its last event is in."""
        with self._changed:
            return self._over

    def events(self) -> Iterator[AnyEvent]:
        """Yield every event from the first, waiting for each, until the end.

        The last one is `Finished`, `Stopped` or `Failed`. Each call has its own place, so that
        several threads may read.
        """
        position = 0
        while True:
            with self._changed:
                while len(self._events) == position and not self._over:
                    self._changed.wait()
                fresh = self._events[position:]
                if not fresh:
                    return
            yield from fresh
            position += len(fresh)

    def stop(self) -> None:
        """Ask for the end after the present iteration, with the adapter kept; does not wait."""
        self._child.send({"command": "stop"})

    def pause(self) -> None:
        """Ask to pause after the present iteration; does not wait."""
        self._child.send({"command": "pause"})

    def resume(self) -> None:
        """Ask to go on after a pause; does not wait."""
        self._child.send({"command": "resume"})

    def kill(self) -> None:
        """End the child at once; the adapter is the last one saved."""
        self._child.kill()

    def wait(self, timeout: float | None = None) -> Run:
        """Wait for the end and return the run.

        Args:
            timeout: Seconds; None waits for as long as it takes.

        Raises:
            TimeoutError: It is still running.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._over, timeout):
                raise TimeoutError(f"The training still runs after {timeout} seconds.")
        return self.run

    def _listen(self) -> None:
        """Take in what the child says, and speak for it if it died without a word."""
        last: AnyEvent | None = None
        try:
            for line in self._child.lines():
                try:
                    last = decode(line)
                except TrainingError:
                    # Only a defect of ours gets here; the line stays in events.jsonl to be seen.
                    continue
                with self._changed:
                    self._events.append(last)
                    self._changed.notify_all()
            if last is None or not last.final:
                death = self._child.death()
                last = Failed(message=death.message, hint=death.hint, kind="died")
                with self._changed:
                    self._events.append(last)
                    self._changed.notify_all()
                # The readers know already; a run folder that is gone needs no record.
                with contextlib.suppress(CuratorError, OSError):
                    self._bury(last)
            self._child.close(grace=10)
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _bury(self, event: Failed) -> None:
        """Write down the end of a child that could not do it itself."""
        record = read_record(self.folder)
        if record.status in ACTIVE:
            append_events(self.folder, [event])
            write_record(
                self.folder,
                msgspec.structs.replace(
                    record,
                    status="failed",
                    ended=now_text(),
                    message=event.message,
                    hint=event.hint,
                ),
            )


def start_training(
    mixture: Path, spec: TrainingSpec, *, runs_dir: Path, name: str | None = None
) -> Training:
    """Check the inputs, make a run folder and start a training in a child process.

    Args:
        mixture: A folder that `curator mix` wrote.
        spec: How to train.
        runs_dir: Where the run folder goes; made if it is not there.
        name: Part of the run's id; without it the mixture folder's name is used.

    Raises:
        InputError: The mixture is missing, damaged or empty.
        ModelError: The model is a path with no model there.
        TrainingError: The run folder cannot be written, or the child cannot be started.
    """
    inputs = check_inputs(mixture, spec)
    run, lock = create_run(runs_dir, inputs.mixture, spec, model=inputs.model, name=name)
    try:
        child = start_child(
            _WORKER,
            [str(run.folder.resolve()), inputs.model],
            log=run.folder / LOG,
            environment=child_environment(inputs.model),
            keep=(lock,),
        )
    finally:
        os.close(lock)
    return Training(run, child)
