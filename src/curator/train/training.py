"""Start a training in a child process, and talk to it while it runs.

Usable from any thread: a reader thread of its own takes in what the child says, so the child never
waits for a screen, and any number of readers see all events from the first.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from curator.errors import ConfigError, CuratorError, InputError, TrainingError
from curator.train.checkpoint import latest_checkpoint
from curator.train.child import Child, start_child
from curator.train.events import AnyEvent, Failed, decode
from curator.train.launch import Workers
from curator.train.machine import boot_id, oom_kills
from curator.train.mixture import Mixture, read_mixture
from curator.train.model import check_model, is_local
from curator.train.reports import check_services
from curator.train.runfolder import (
    ACTIVE,
    EVENTS,
    LOG,
    SPEC,
    append_events,
    mend_events,
    now_text,
    read_record,
    take_lock,
    wait_for_end,
    write_json,
    write_record,
)
from curator.train.runs import Run, create_run, hashes, read_run
from curator.train.spec import TrainingSpec

_WORKER = "curator.train.worker"
_POLL_SECONDS = 0.1
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

    def __init__(self, run: Run, child: Child, *, past: int | None = None) -> None:
        """Begin to listen.

        Args:
            run: The run.
            child: At work on it.
            past: Bytes of its ``events.jsonl`` that are no news; given where the events are to be
                read there, since no pipe reaches through MLX's launcher.
        """
        self.folder = run.folder
        self._child = child
        self._past = past
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
            for line in self._lines():
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
                last = Failed(
                    message=death.message,
                    hint=f"{death.hint} {self._advice()}".strip(),
                    kind="died",
                    cause=death.cause,
                )
                with self._changed:
                    self._events.append(last)
                    self._changed.notify_all()
            self._child.close(grace=10)
            if isinstance(last, Failed):
                # The readers know already; a run folder that is gone needs no record.
                with contextlib.suppress(CuratorError, OSError):
                    self._bury(last)
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _lines(self) -> Iterator[bytes]:
        if self._past is None:
            yield from self._child.lines()
            return
        with (self.folder / EVENTS).open("rb") as file:
            file.seek(self._past)
            rest, over = b"", False
            while not over:
                # Asked before the file is read: what was written until the end is read after it.
                over = self._child.ended(_POLL_SECONDS)
                *whole, rest = (rest + file.read()).split(b"\n")
                yield from whole

    def _advice(self) -> str:
        """Return how to take the run up, where there is a checkpoint."""
        if latest_checkpoint(self.folder) is None:
            return ""
        return f"`curator train --resume {self.folder.name}` takes it up."

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
                    cause=event.cause,
                ),
            )


def start_training(
    mixture: Path,
    spec: TrainingSpec,
    *,
    runs_dir: Path,
    name: str | None = None,
    workers: Workers | None = None,
) -> Training:
    """Check the inputs, make a run folder and start a training in a child process.

    Args:
        mixture: A folder that `curator mix` wrote.
        spec: How to train.
        runs_dir: Where the run folder goes; made if it is not there.
        name: Part of the run's id; without it the mixture folder's name is used.
        workers: Share the work among several processes, see `curator.train.launch`.

    Raises:
        InputError: The mixture is missing, damaged or empty.
        ModelError: The model is a path with no model there.
        ConfigError: The spec does not fit the mixture or the workers, or wants what is not
            installed.
        TrainingError: The run folder cannot be written, or the child cannot be started.
    """
    inputs = check_inputs(mixture, spec)
    spec = spec.for_rows(len(inputs.mixture.train))
    check_services(spec.report_to)
    if workers is not None:
        workers.check(spec)
    run, lock = create_run(
        runs_dir,
        inputs.mixture,
        spec,
        model=inputs.model,
        name=name,
        workers=workers.count if workers else 1,
    )
    try:
        return _start(run, inputs.model, lock, workers)
    finally:
        os.close(lock)


def resume_training(
    run: Run, *, iters: int | None = None, workers: Workers | None = None
) -> Training:
    """Take up a run that was stopped, failed or killed, at its last checkpoint.

    The losses are those that it would have had without the interruption: bit for bit on a CPU.

    Args:
        run: The run; its events and its folder are gone on with.
        iters: Another number of iterations; a run that is finished needs more of them.
        workers: As for `start_training`; they need not be as many as before.

    Raises:
        TrainingError: A child is at work on it, it is finished, or its folder cannot be written.
        InputError: Its mixture is gone or is not what it was.
        ModelError: Its model is gone.
        ConfigError: `iters` is not beyond what is done, or `workers` do not fit.
    """
    wait_for_end(run.folder)
    lock = take_lock(run.folder)
    try:
        # Read under the lock: it may have ended since.
        run = read_run(run.folder)
        if run.status == "finished" and iters is None:
            raise TrainingError(
                "This run is finished.", path=run.folder, hint="To go on, give it more iterations."
            )
        model = check_model(run.model)
        check_services(run.spec.report_to)
        if hashes(read_mixture(run.mixture)) != run.record.hashes:
            raise InputError(
                "The mixture is not the one that this run began with.",
                path=run.mixture,
                hint="Build it again from its recipe, or start a new run.",
            )
        spec = _with_iters(run, iters)
        if workers is not None:
            workers.check(spec)
        record = msgspec.structs.replace(
            run.record,
            status="starting",
            ended=None,
            result=None,
            message="",
            hint="",
            cause="",
            resumed=run.record.resumed + 1,
            workers=workers.count if workers else 1,
            boot=boot_id(),
            oom_kills=oom_kills(),
        )
        try:
            mend_events(run.folder)
            write_json(run.folder / SPEC, spec)
            write_record(run.folder, record)
        except OSError as error:
            raise TrainingError(
                f"The run folder cannot be written: {error.strerror}.", path=run.folder
            ) from None
        return _start(replace(run, record=record, spec=spec), model, lock, workers, resume=True)
    finally:
        os.close(lock)


def _with_iters(run: Run, iters: int | None) -> TrainingSpec:
    if iters is None:
        return run.spec
    if iters <= run.record.iteration:
        raise ConfigError(
            f"`iters` must be above the {run.record.iteration:,} iterations that are done, "
            f"not {iters}."
        )
    return msgspec.structs.replace(run.spec, iters=iters, epochs=None)


def _start(
    run: Run, model: str, lock: int, workers: Workers | None, *, resume: bool = False
) -> Training:
    environment = child_environment(model)
    past = None
    if workers is not None:
        environment = workers.environment(environment)
        past = (run.folder / EVENTS).stat().st_size
    child = start_child(
        _WORKER,
        [str(run.folder.resolve()), model, *(["--resume"] if resume else [])],
        log=run.folder / LOG,
        environment=environment,
        keep=(lock,),
        launcher=workers.command() if workers else (),
    )
    return Training(run, child, past=past)
