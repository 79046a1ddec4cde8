"""What is done with whole runs: compare them, hand one on, delete one."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import ConfigError, TrainingError
from curator.store.atomic import write_atomic
from curator.train.curves import loss_curves
from curator.train.model import is_local
from curator.train.plot import plot_svg
from curator.train.runfolder import ADAPTER, BEST, EVENTS, MANIFEST, RECORD, SPEC, wait_for_end
from curator.train.runs import Run

_RESULTS = (
    *("iterations", "train_loss", "val_loss", "best_val_loss", "best_iteration"),
    *("kept_iteration", "trained_tokens", "seconds", "peak_memory_gb", "trained_parameters"),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs beside each other.

    Attributes:
        runs: In the order given.
        spec: What was asked for, by key, one value a run; only keys in which they differ.
        results: What came out, by name, one value a run; None where a run has none.
    """

    runs: tuple[Run, ...]
    spec: dict[str, tuple[Any, ...]]
    results: dict[str, tuple[Any, ...]]


def compare_runs(runs: Sequence[Run]) -> Comparison:
    """Put `runs` beside each other.

    Two losses can only be compared where the rows were the same: the mixtures' hashes stand among
    what differs where they do.
    """
    specs = [msgspec.to_builtins(run.spec) for run in runs]
    spec = {key: tuple(one[key] for one in specs) for key in specs[0]} if specs else {}
    spec["mixture"] = tuple(run.mixture.name for run in runs)
    spec["rows' hash"] = tuple(run.record.hashes.get("train.jsonl", "")[:12] for run in runs)
    return Comparison(
        runs=tuple(runs),
        spec={key: values for key, values in spec.items() if any(v != values[0] for v in values)},
        results={
            name: tuple(getattr(run.result, name) if run.result else None for run in runs)
            for name in _RESULTS
        },
    )


def export_run(run: Run, path: Path, *, overwrite: bool = False) -> None:
    """Write one run into a ZIP file that can be handed on.

    It holds the adapter, the best weights where they are others, spec, record, manifest, events and
    the loss curves as SVG. The paths of this machine are left out, and so are the log and the
    checkpoints.

    Args:
        run: The run.
        path: The ZIP file.
        overwrite: Replace a file that is there.

    Raises:
        ConfigError: `path` is there already, or no name for a ZIP file.
        TrainingError: There is no adapter yet.
        StoreError: It cannot be written.
    """
    if path.suffix.lower() != ".zip":
        raise ConfigError("A run is exported as .zip.", path=path)
    if path.exists() and not overwrite:
        raise ConfigError("This file is there already.", path=path, hint="Name another one.")
    if run.adapter is None:
        raise TrainingError("This run has no adapter yet.", path=run.folder)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        record = msgspec.structs.replace(
            run.record, model=_shareable(run.model), mixture=run.mixture.name, pid=None, boot=""
        )
        spec = msgspec.structs.replace(run.spec, model=_shareable(run.model))
        for name, value in ((RECORD, record), (SPEC, spec)):
            archive.writestr(f"{run.id}/{name}", msgspec.json.format(msgspec.json.encode(value)))
        for name in (MANIFEST, EVENTS):
            if (run.folder / name).is_file():
                told = _without_paths((run.folder / name).read_bytes(), run)
                archive.writestr(f"{run.id}/{name}", told)
        for folder in (ADAPTER, BEST):
            for file in sorted((run.folder / folder).glob("adapter*")):
                archive.write(file, f"{run.id}/{folder}/{file.name}")
        curves = loss_curves(run.events())
        if curves.train or curves.valid:
            archive.writestr(f"{run.id}/loss.svg", plot_svg([(run.id, curves)]))
    write_atomic(path, [buffer.getvalue()])


def delete_run(run: Run) -> None:
    """Delete a run, its adapter included. This cannot be undone.

    Raises:
        TrainingError: A child is at work on it, or it cannot be deleted.
    """
    if not wait_for_end(run.folder):
        raise TrainingError(
            "A training is at work on this run.",
            path=run.folder,
            hint=f"End it first: curator runs stop {run.id}",
        )
    try:
        # The record goes last: a run that is half deleted can still be found and deleted.
        for path in sorted(run.folder.iterdir(), key=lambda path: path.name == RECORD):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        run.folder.rmdir()
    except OSError as error:
        raise TrainingError(
            f"The run cannot be deleted: {error.strerror}.", path=run.folder
        ) from None


def _without_paths(data: bytes, run: Run) -> bytes:
    """Return `data` with the folders of this machine that a run knows of cut from their names."""
    for path in (run.folder.resolve(), run.folder, run.mixture, Path(run.model)):
        if path.is_absolute():
            data = data.replace(str(path).encode(), path.name.encode())
    return data


def _shareable(model: str) -> str:
    """Return a model's name without the folders of this machine."""
    return Path(model).name if is_local(model) else model
