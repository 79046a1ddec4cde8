"""The training loop: steps, validation, samples, checkpoints, and stopping between two of them.

mlx-lm's own `train` prints to stdout, cannot say what it was doing when it was stopped, and keeps
neither the last validation nor the place it was at. Its LoRA layers, loaders and files are used as
they are; the loop is ours.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import mlx.core as mx
import numpy as np
from mlx_lm import batch_generate
from mlx_lm.tuner.callbacks import get_reporting_callbacks
from mlx_lm.tuner.trainer import grad_checkpoint
from mlx_lm.utils import maybe_set_recommended_wired_limit

from curator.errors import TrainingError
from curator.example.chat import prompt_ids, prompt_messages
from curator.train.adapter import WEIGHTS
from curator.train.batches import (
    Batch,
    Row,
    batches_per_epoch,
    training_steps,
    validation_batches,
)
from curator.train.checkpoint import OPTIMIZER, Checkpoint, Place, Window
from curator.train.control import Control
from curator.train.events import (
    Continued,
    Notice,
    Paused,
    Progress,
    Resumed,
    Sample,
    TrainingResult,
    Validation,
)
from curator.train.keeping import Keeper
from curator.train.reporter import Teller
from curator.train.schedule import learning_rate
from curator.train.spec import TrainingSpec
from curator.train.worker_model import (
    make_optimizer,
    restore,
    save_adapter,
    save_optimizer,
    write_adapter_config,
)
from curator.train.worker_step import Peers, Step, number, summed_loss

__all__ = ["Loop", "get_reporting_callbacks"]


class Loop:
    """One training, from a model with LoRA matrices to a saved adapter.

    Args:
        model: With LoRA matrices, see `curator.train.worker_model.add_lora`.
        tokenizer: For sample answers.
        spec: How to train.
        folder: The run folder.
        model_name: As the spec's model resolved.
        reporter: Told of everything.
        control: Asked between iterations.
        workers: Who shares the work; the first of them writes and reports.
        system_prompt: What sample answers are asked under, as the rows are trained.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        spec: TrainingSpec,
        *,
        folder: Path,
        model_name: str,
        reporter: Teller,
        control: Control,
        workers: Peers,
        system_prompt: str = "",
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._spec = spec
        self._reporter = reporter
        self._control = control
        self._workers = workers
        self._system_prompt = system_prompt
        self._place = Place()
        self._early = False
        self._optimizer = optimizer = make_optimizer(model, spec)

        def save(where: Path) -> None:
            write_adapter_config(where, spec, model_name)
            save_adapter(model, where)

        self._keeper = (
            Keeper(
                folder,
                spec,
                reporter,
                adapter=save,
                optimizer=lambda where: save_optimizer(optimizer, where / OPTIMIZER),
            )
            if workers.rank == 0
            else None
        )

    def run(
        self, train: Sequence[Row], valid: Sequence[Row], checkpoint: Checkpoint | None = None
    ) -> tuple[bool, TrainingResult | None]:
        """Train until the last iteration, the end of patience or a stop, and save the adapter.

        Args:
            train: Rows to train on; not empty.
            valid: Rows to validate on; may be empty.
            checkpoint: Where to take the training up; None begins it.

        Returns:
            Whether it came to its end, and what came out; None when there was not one iteration.

        Raises:
            TrainingError: The loss is not a number, or the adapter is not what the spec asked for.
            OSError: The run folder cannot be written.
            StoreError: Likewise.
        """
        spec = self._spec
        maybe_set_recommended_wired_limit()
        if spec.grad_checkpoint:
            grad_checkpoint(self._model.layers[0])
        if checkpoint is not None:
            self._take_up(checkpoint)
        # Made after that: it holds on to the optimiser's state.
        step = Step(self._model, self._optimizer, self._workers)
        if checkpoint is None:
            self._validate(valid)
        per_epoch = batches_per_epoch(len(train), spec.rows_per_step)
        steps = training_steps(
            train,
            spec.batch_size,
            spec.grad_accumulation,
            seed=spec.seed,
            width=spec.max_seq_length,
            skip=self._place.iteration,
            worker=self._workers.rank,
            workers=self._workers.size,
        )
        self._model.train()
        while self._place.iteration < spec.iters and not self._early and self._go_on():
            self._step(step, next(steps))
            place = self._place
            last = place.iteration == spec.iters
            if last or place.iteration % spec.steps_per_report == 0:
                self._report(per_epoch)
            if last or place.iteration % spec.steps_per_eval == 0:
                self._validate(valid)
            if self._keeper and place.iteration % spec.save_every == 0:
                self._keeper.checkpoint(place, final=False)
        place = self._place
        if place.iteration == 0:
            return False, None
        if place.window.steps:
            self._tell_progress(per_epoch)
        whole = place.iteration == spec.iters or self._early
        if self._keeper is None:
            return whole, None
        self._keeper.checkpoint(place, final=True)
        peak = mx.get_peak_memory() / 1e9
        return whole, self._keeper.result(place, peak_memory_gb=peak, early=self._early)

    def _take_up(self, checkpoint: Checkpoint) -> None:
        folder = checkpoint.folder
        restore(self._model, self._optimizer, folder / WEIGHTS, folder / OPTIMIZER)
        self._place = checkpoint.place
        if self._keeper is not None:
            self._keeper.take_up(checkpoint)
        self._reporter.tell(Continued(iteration=self._place.iteration))

    def _step(self, step: Step, batches: Sequence[Batch]) -> None:
        spec, place = self._spec, self._place
        # A function of the step alone: a training taken up anywhere drops out the same.
        entropy = [spec.seed, place.iteration, self._workers.rank]
        seed = int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0])
        begin = time.perf_counter()
        loss, count = step(batches, learning_rate(spec, place.iteration), seed)
        seconds = time.perf_counter() - begin
        place.iteration += 1
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is not a number any more at iteration {place.iteration}.",
                hint="Try a lower learning_rate; the adapter is the last one saved.",
            )
        place.tokens += count
        place.seconds += seconds
        window = place.window
        window.loss += loss
        window.tokens += count
        window.steps += 1
        window.seconds += seconds
        if mx.default_device() != mx.cpu:
            # Batches of many widths would fill the GPU's cache with buffers of as many sizes.
            mx.clear_cache()

    def _report(self, per_epoch: int) -> None:
        self._tell_progress(per_epoch)
        self._place.window = Window()

    def _tell_progress(self, per_epoch: int) -> None:
        place, window = self._place, self._place.window
        place.train_loss = window.loss / window.tokens
        self._reporter.tell(
            Progress(
                iteration=place.iteration,
                iters=self._spec.iters,
                train_loss=place.train_loss,
                learning_rate=learning_rate(self._spec, place.iteration - 1),
                iterations_per_second=window.steps / window.seconds,
                tokens_per_second=window.tokens / window.seconds,
                trained_tokens=place.tokens,
                peak_memory_gb=mx.get_peak_memory() / 1e9,
                epoch=place.iteration / per_epoch,
            )
        )

    def _go_on(self) -> bool:
        iteration = self._place.iteration
        going = self._control.go_on(
            lambda: self._reporter.tell(Paused(iteration=iteration)),
            lambda: self._reporter.tell(Resumed(iteration=iteration)),
        )
        return self._workers.agree(going)

    def _validate(self, rows: Sequence[Row]) -> None:
        """Tell the loss over all `rows`, and a sample answer, if there are any to tell."""
        self._model.eval()
        if rows:
            begin = time.perf_counter()
            loss = self._validation_loss(rows)
            best = self._judge(loss)
            self._reporter.tell(
                Validation(
                    iteration=self._place.iteration,
                    val_loss=loss,
                    seconds=time.perf_counter() - begin,
                    best=best,
                )
            )
            if self._early:
                self._tell_of_patience()
        if self._spec.sample_prompt and self._workers.rank == 0:
            self._sample()
        self._model.train()

    def _validation_loss(self, rows: Sequence[Row]) -> float:
        spec, workers = self._spec, self._workers
        batches = validation_batches(rows, spec.batch_size, width=spec.max_seq_length)
        total, tokens = 0.0, 0.0
        for batch in islice(batches, workers.rank, None, workers.size):
            loss, count = summed_loss(self._model, mx.array(batch.ids), mx.array(batch.spans))
            total += number(loss)
            tokens += number(count)
        if workers.size > 1:
            sums = workers.sum(mx.array([total, tokens]))
            total, tokens = number(sums[0]), number(sums[1])
        if not math.isfinite(total):
            raise TrainingError(
                f"The validation loss is not a number at iteration {self._place.iteration}.",
                hint="Try a lower learning_rate.",
            )
        return total / tokens

    def _judge(self, loss: float) -> bool:
        """Take in a validation loss; keep the weights of the lowest. Return whether it is that."""
        place = self._place
        place.val_loss = loss
        best = place.best is None or loss < place.best[0]
        if best:
            place.best = (loss, place.iteration)
        place.worse = 0 if best else place.worse + 1
        patience = self._spec.patience
        self._early = bool(
            patience and place.worse >= patience and place.iteration < self._spec.iters
        )
        place.validated = place.iteration
        lowest = place.iteration and (place.kept is None or loss < place.kept[0])
        if lowest and (self._keeper is None or self._keeper.best()):
            place.kept = (loss, place.iteration)
        return best

    def _tell_of_patience(self) -> None:
        best = self._place.best
        assert best is not None
        self._reporter.tell(
            Notice(
                message=f"The validation loss has not fallen in {self._place.worse} validations,"
                f" so the training ends; the lowest was {best[0]:.3f} at iteration {best[1]:,}."
            )
        )

    def _sample(self) -> None:
        limit = self._spec.sample_max_tokens
        asked = prompt_messages(self._spec.sample_prompt, system_prompt=self._system_prompt)
        ids = prompt_ids(self._tokenizer, asked)
        answer = batch_generate(
            self._model, self._tokenizer, [ids], max_tokens=limit, return_token_ids=True
        )
        self._reporter.tell(
            Sample(
                iteration=self._place.iteration,
                text=answer.texts[0],
                truncated=len(answer.token_ids[0]) >= limit,
            )
        )
