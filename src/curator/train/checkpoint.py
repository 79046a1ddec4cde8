"""Checkpoints: where a training stood, whole, so that it can be taken up as if never interrupted.

::

    checkpoints/0000100/
        adapters.safetensors, adapter_config.json   the adapter; plain mlx-lm loads this folder
        optimizer.safetensors                       the optimiser's state
        best.safetensors                            the weights with the lowest validation loss
        state.json                                  step, losses, hashes of these files

A checkpoint is written beside the last one, flushed, and only then takes its name; the older ones
go after that. Whatever fails before, the last good one stays. There is no random state to keep: the
order of the rows and the dropout of each step follow from the seed and the step's number alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from curator.errors import CuratorError, StoreError, TrainingError
from curator.train.adapter import CONFIG, WEIGHTS
from curator.train.runfolder import BEST, CHECKPOINTS, read_json, write_json

OPTIMIZER = "optimizer.safetensors"
BEST_WEIGHTS = "best.safetensors"
STATE = "state.json"

_TEMPORARY = ".saving-"


class Window(msgspec.Struct):
    """What happened since the last report.

    Attributes:
        loss: Sum of the losses of all tokens.
        tokens: Tokens that counted in it.
        steps: Optimiser steps.
        seconds: Spent on them.
    """

    loss: float = 0.0
    tokens: int = 0
    steps: int = 0
    seconds: float = 0.0


class Place(msgspec.Struct):
    """Where a training stands.

    Attributes:
        iteration: Optimiser steps done; the place in the rows follows from it.
        tokens: Trained so far, repeats included.
        seconds: Spent on steps.
        train_loss: The last reported.
        val_loss: The last.
        best: The lowest validation loss and its iteration.
        kept: The same among trained weights: the untrained model is not kept.
        validated: Iteration of the last validation.
        worse: Validations in a row that were not the best.
        window: Since the last report.
    """

    iteration: int = 0
    tokens: int = 0
    seconds: float = 0.0
    train_loss: float | None = None
    val_loss: float | None = None
    best: tuple[float, int] | None = None
    kept: tuple[float, int] | None = None
    validated: int = 0
    worse: int = 0
    window: Window = msgspec.field(default_factory=Window)


class _State(msgspec.Struct, frozen=True):
    place: Place
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A whole checkpoint on disk.

    Attributes:
        folder: Its folder.
        place: Where the training stood.
    """

    folder: Path
    place: Place


def write_checkpoint(run: Path, place: Place, save: Callable[[Path], None]) -> Checkpoint:
    """Write a checkpoint, and then let the older ones go.

    Args:
        run: The run folder.
        place: Where the training stands.
        save: Writes the tensors and the adapter's configuration into the folder it is given.

    Raises:
        StoreError: It could not be written; the last good one is still there.
    """
    folder = run / CHECKPOINTS / f"{place.iteration:07d}"
    temporary = folder.with_name(f"{_TEMPORARY}{folder.name}")
    try:
        # A kill leaves half a checkpoint behind.
        for stale in folder.parent.glob(f"{_TEMPORARY}*"):
            shutil.rmtree(stale, ignore_errors=True)
        temporary.mkdir(parents=True)
        save(temporary)
        if place.kept is not None:
            link(run / BEST / WEIGHTS, temporary / BEST_WEIGHTS)
        files = sorted(temporary.iterdir())
        for path in files:
            flush(path)
        hashes = {path.name: _sha256(path) for path in files}
        write_json(temporary / STATE, _State(place=place, sha256=hashes))
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    # MLX says RuntimeError where the system says OSError.
    except (OSError, RuntimeError, StoreError) as error:
        raise StoreError(
            f"The checkpoint of iteration {place.iteration:,} could not be written: {error}",
            hint="The last good one is still there.",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for other in _folders(run):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return Checkpoint(folder=folder, place=place)


def latest_checkpoint(run: Path) -> Checkpoint | None:
    """Return the newest checkpoint whose files are what they were when written; None without one.

    Args:
        run: The run folder.
    """
    for folder in reversed(_folders(run)):
        try:
            state = read_json(folder / STATE, _State)
            whole = all(_sha256(folder / name) == sha for name, sha in state.sha256.items())
        except (CuratorError, OSError):
            continue
        if whole and {WEIGHTS, CONFIG, OPTIMIZER} <= set(state.sha256):
            return Checkpoint(folder=folder, place=state.place)
    return None


def restore_best(run: Path, checkpoint: Checkpoint) -> None:
    """Make the run's best weights those that the checkpoint knows of.

    Raises:
        TrainingError: The run folder cannot be written.
    """
    best = run / BEST
    try:
        if checkpoint.place.kept is None:
            shutil.rmtree(best, ignore_errors=True)
            return
        best.mkdir(exist_ok=True)
        link(checkpoint.folder / CONFIG, best / CONFIG)
        link(checkpoint.folder / BEST_WEIGHTS, best / WEIGHTS)
    except OSError as error:
        raise TrainingError(
            f"The run folder cannot be written: {error.strerror}.", path=run
        ) from None


def use_adapter(source: Path, target: Path) -> None:
    """Let the adapter in `target` be the one in `source`.

    Args:
        source: A folder with an adapter.
        target: The run's adapter folder.

    Raises:
        OSError: It cannot be written; the adapter is as it was.
    """
    target.mkdir(exist_ok=True)
    for name in (CONFIG, WEIGHTS):
        link(source / name, target / name)


def link(source: Path, target: Path) -> None:
    """Replace `target` by `source`, without a second copy where the file system can.

    Every one of these files is only ever replaced and never written into, so that sharing is safe.

    Raises:
        OSError: It cannot be written; `target` is as it was.
    """
    temporary = target.with_name(f"{_TEMPORARY}{target.name}")
    try:
        temporary.unlink(missing_ok=True)
        try:
            temporary.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, temporary)
            flush(temporary)
        temporary.replace(target)
    finally:
        # Where both names are the same file, `replace` leaves the first in place.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Wait until the file at `path` is on the disk.

    Raises:
        OSError: It cannot be written there.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(run: Path) -> list[Path]:
    """Return the folders that have a checkpoint's name, oldest first."""
    folder = run / CHECKPOINTS
    if not folder.is_dir():
        return []
    return sorted(
        (path for path in folder.iterdir() if path.name.isdigit() and path.is_dir()),
        key=lambda path: int(path.name),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
