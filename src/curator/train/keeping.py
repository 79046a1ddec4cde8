"""What a training keeps: checkpoints, the best weights, and in the end the adapter to use.

A disk that is full while the training goes on is told and tried again: hours of work must not end
because somebody else filled it for a minute. Only at the end is it an error, and then the last good
checkpoint is what the run is taken up from.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from curator.errors import StoreError, TrainingError
from curator.train.adapter import CONFIG, WEIGHTS, differences, read_adapter
from curator.train.checkpoint import (
    Checkpoint,
    Place,
    flush,
    link,
    restore_best,
    use_adapter,
    write_checkpoint,
)
from curator.train.events import Notice, Saved, TrainingResult
from curator.train.reporter import Teller
from curator.train.runfolder import ADAPTER, BEST
from curator.train.spec import TrainingSpec

Save = Callable[[Path], None]


class Keeper:
    """Keeps what one run is worth keeping; only the first of several workers has one.

    Args:
        folder: The run folder.
        spec: How it is trained.
        reporter: Told of what is kept, and of what could not be.
        adapter: Writes an adapter, weights and configuration, into a folder.
        optimizer: Writes the optimiser's state into a folder.
    """

    def __init__(
        self, folder: Path, spec: TrainingSpec, reporter: Teller, *, adapter: Save, optimizer: Save
    ) -> None:
        self._folder = folder
        self._spec = spec
        self._reporter = reporter
        self._save_adapter = adapter
        self._save_optimizer = optimizer
        self._saved_at: int | None = None

    def take_up(self, checkpoint: Checkpoint) -> None:
        """Let the run's folders hold what they held when `checkpoint` was written.

        Raises:
            OSError: The run folder cannot be written.
        """
        restore_best(self._folder, checkpoint)
        use_adapter(checkpoint.folder, self._folder / ADAPTER)
        self._saved_at = checkpoint.place.iteration

    def best(self) -> bool:
        """Write the present weights to the run's ``best`` folder; return whether they are there."""
        best = self._folder / BEST
        fresh = best.with_name(f".saving-{BEST}")
        try:
            fresh.mkdir(exist_ok=True)
            self._save_adapter(fresh)
            flush(fresh / WEIGHTS)
            best.mkdir(exist_ok=True)
            for name in (CONFIG, WEIGHTS):
                (fresh / name).replace(best / name)
        # MLX says RuntimeError where the system says OSError.
        except (OSError, RuntimeError, StoreError) as error:
            self._tell_of_disk(f"The best weights so far could not be saved: {error}")
            return False
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return True

    def checkpoint(self, place: Place, *, final: bool) -> None:
        """Write a checkpoint and let the run's adapter be its weights.

        Args:
            place: Where the training stands.
            final: Whether nothing comes after.

        Raises:
            OSError: It is the final one and cannot be written; before, that is only told.
            StoreError: Likewise.
        """
        if self._saved_at == place.iteration:
            return
        try:
            made = write_checkpoint(self._folder, place, self._write)
            use_adapter(made.folder, self._folder / ADAPTER)
        except (OSError, StoreError) as error:
            if final:
                raise
            self._tell_of_disk(error.message if isinstance(error, StoreError) else str(error))
            return
        self._saved_at = place.iteration
        self._reporter.tell(Saved(iteration=place.iteration, path=f"{ADAPTER}/{WEIGHTS}"))

    def result(self, place: Place, *, peak_memory_gb: float, early: bool) -> TrainingResult:
        """Choose the adapter, read it back and put it beside the numbers of the training.

        The last weights are it, unless the last validation was worse than an earlier one and the
        spec wants the best.

        Raises:
            TrainingError: The adapter is not what the spec asked for.
            OSError: The run folder cannot be written.
        """
        adapter = self._folder / ADAPTER
        kept = place.iteration
        if self._spec.keep == "best" and place.kept and place.kept[1] != place.validated:
            link(self._folder / BEST / WEIGHTS, adapter / WEIGHTS)
            kept = place.kept[1]
        facts = read_adapter(adapter)
        if found := differences(facts, self._spec):
            raise TrainingError("The saved adapter is not what was asked for: " + " ".join(found))
        return TrainingResult(
            iterations=place.iteration,
            rank=facts.rank,
            scale=facts.scale,
            dropout=facts.dropout,
            layers=facts.layers,
            keys=facts.keys,
            trained_parameters=facts.parameters,
            adapter_sha256=facts.sha256,
            train_loss=place.train_loss,
            val_loss=place.val_loss,
            best_val_loss=place.best[0] if place.best else None,
            best_iteration=place.best[1] if place.best else None,
            trained_tokens=place.tokens,
            seconds=place.seconds,
            peak_memory_gb=peak_memory_gb,
            kept_iteration=kept,
            early=early,
        )

    def _write(self, folder: Path) -> None:
        self._save_adapter(folder)
        self._save_optimizer(folder)

    def _tell_of_disk(self, message: str) -> None:
        self._reporter.tell(
            Notice(message=message, hint="The training goes on and tries again; make room.")
        )
