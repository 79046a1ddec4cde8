"""The training loop: steps, validation, samples, saving, and stopping between two of them.

mlx-lm's own `train` prints to stdout, cannot say what it was doing when it was stopped, and keeps
neither the last validation nor the place it was at. Its LoRA layers, loaders and files are used as
they are; the loop is ours.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim
from mlx_lm import batch_generate
from mlx_lm.tuner.trainer import grad_checkpoint
from mlx_lm.utils import maybe_set_recommended_wired_limit

from curator.errors import TrainingError
from curator.example.chat import prompt_ids, prompt_messages
from curator.train.adapter import WEIGHTS, differences, read_adapter
from curator.train.batches import (
    Batch,
    Row,
    batches_per_epoch,
    training_batches,
    validation_batches,
)
from curator.train.control import Control
from curator.train.events import (
    Paused,
    Progress,
    Resumed,
    Sample,
    Saved,
    TrainingResult,
    Validation,
)
from curator.train.reporter import Reporter
from curator.train.runfolder import ADAPTER
from curator.train.spec import TrainingSpec
from curator.train.worker_model import save_adapter, write_adapter_config


@dataclass(slots=True)
class _Window:
    """What happened since the last report."""

    loss: float = 0.0
    tokens: int = 0
    steps: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Tally:
    """What happened so far."""

    iteration: int = 0
    tokens: int = 0
    seconds: float = 0.0
    train_loss: float | None = None
    val_loss: float | None = None
    best: tuple[float, int] | None = None


def masked_loss(model: Any, ids: mx.array, spans: mx.array) -> tuple[mx.array, mx.array]:
    """Return the mean cross-entropy over the tokens inside `spans`, and their number.

    Args:
        model: Maps ids of shape (rows, width) to logits of shape (rows, width, vocabulary).
        ids: Of shape (rows, width), padded on the right.
        spans: First and one past the last index that count, of shape (rows, 2).
    """
    targets = ids[:, 1:]
    logits = model(ids[:, :-1])
    index = mx.arange(1, targets.shape[1] + 1)
    mask = mx.logical_and(index >= spans[:, :1], index < spans[:, 1:])
    losses = nn.losses.cross_entropy(logits, targets).astype(mx.float32) * mask
    count = mask.sum()
    return losses.sum() / count, count


def _number(array: mx.array) -> float:
    value: Any = array.item()
    return float(value)


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
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        spec: TrainingSpec,
        *,
        folder: Path,
        model_name: str,
        reporter: Reporter,
        control: Control,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._spec = spec
        self._adapter = folder / ADAPTER
        self._model_name = model_name
        self._reporter = reporter
        self._control = control
        self._tally = _Tally()
        self._saved_at: int | None = None

    def run(self, train: Sequence[Row], valid: Sequence[Row]) -> tuple[bool, TrainingResult | None]:
        """Train until the last iteration or until stopped, and save the adapter.

        Args:
            train: Rows to train on; not empty.
            valid: Rows to validate on; may be empty.

        Returns:
            Whether all iterations were done, and what came out; None when not one was.

        Raises:
            TrainingError: The loss is not a number, or the adapter is not what the spec asked for.
            OSError: The run folder cannot be written.
            StoreError: Likewise.
        """
        spec, tally = self._spec, self._tally
        maybe_set_recommended_wired_limit()
        if spec.grad_checkpoint:
            grad_checkpoint(self._model.layers[0])
        optimizer = {"adam": optim.Adam, "adamw": optim.AdamW}[spec.optimizer](
            learning_rate=spec.learning_rate
        )
        step = self._compiled_step(optimizer)
        write_adapter_config(self._adapter, spec, self._model_name)
        self._validate(valid)
        window = _Window()
        batches = training_batches(
            train, spec.batch_size, seed=spec.seed, width=spec.max_seq_length
        )
        per_epoch = batches_per_epoch(len(train), spec.batch_size)
        self._model.train()
        while tally.iteration < spec.iters and self._go_on():
            self._step(step, next(batches), window)
            last = tally.iteration == spec.iters
            if last or tally.iteration % spec.steps_per_report == 0:
                self._report(window, optimizer, per_epoch)
                window = _Window()
            if last or tally.iteration % spec.steps_per_eval == 0:
                self._validate(valid)
            if tally.iteration % spec.save_every == 0:
                self._save()
        if tally.iteration == 0:
            return False, None
        if window.steps:
            self._report(window, optimizer, per_epoch)
        self._save()
        return tally.iteration == spec.iters, self._result()

    def _compiled_step(self, optimizer: Any) -> Callable[..., Any]:
        model = self._model
        value_and_grad = nn.value_and_grad(model, masked_loss)
        state = [model.state, optimizer.state, mx.random.state]

        @partial(mx.compile, inputs=state, outputs=state)
        def step(ids: mx.array, spans: mx.array) -> tuple[mx.array, mx.array]:
            (loss, count), gradients = value_and_grad(model, ids, spans)
            optimizer.update(model, gradients)
            return loss, count

        def run(batch: Batch) -> tuple[float, int]:
            loss, count = step(mx.array(batch.ids), mx.array(batch.spans))
            mx.eval(state, loss, count)
            return _number(loss), int(_number(count))

        return run

    def _step(self, step: Callable[..., Any], batch: Batch, window: _Window) -> None:
        tally = self._tally
        begin = time.perf_counter()
        loss, count = step(batch)
        seconds = time.perf_counter() - begin
        tally.iteration += 1
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is not a number any more at iteration {tally.iteration}.",
                hint="Try a lower learning_rate; the adapter is the last one saved.",
            )
        tally.tokens += count
        tally.seconds += seconds
        window.loss += loss * count
        window.tokens += count
        window.steps += 1
        window.seconds += seconds
        if mx.default_device() != mx.cpu:
            # Batches of many widths would fill the GPU's cache with buffers of as many sizes.
            mx.clear_cache()

    def _report(self, window: _Window, optimizer: Any, per_epoch: int) -> None:
        tally = self._tally
        tally.train_loss = window.loss / window.tokens
        self._reporter.tell(
            Progress(
                iteration=tally.iteration,
                iters=self._spec.iters,
                train_loss=tally.train_loss,
                learning_rate=float(optimizer.learning_rate.item()),
                iterations_per_second=window.steps / window.seconds,
                tokens_per_second=window.tokens / window.seconds,
                trained_tokens=tally.tokens,
                peak_memory_gb=mx.get_peak_memory() / 1e9,
                epoch=tally.iteration / per_epoch,
            )
        )

    def _go_on(self) -> bool:
        iteration = self._tally.iteration
        return self._control.go_on(
            lambda: self._reporter.tell(Paused(iteration=iteration)),
            lambda: self._reporter.tell(Resumed(iteration=iteration)),
        )

    def _validate(self, rows: Sequence[Row]) -> None:
        """Tell the loss over all `rows`, and a sample answer, if there are any to tell."""
        spec, tally = self._spec, self._tally
        self._model.eval()
        if rows:
            begin = time.perf_counter()
            total, tokens = 0.0, 0
            for batch in validation_batches(rows, spec.batch_size, width=spec.max_seq_length):
                loss, count = masked_loss(self._model, mx.array(batch.ids), mx.array(batch.spans))
                total += _number(loss) * _number(count)
                tokens += int(_number(count))
            loss_now = total / tokens
            if not math.isfinite(loss_now):
                raise TrainingError(
                    f"The validation loss is not a number at iteration {tally.iteration}.",
                    hint="Try a lower learning_rate.",
                )
            best = tally.best is None or loss_now < tally.best[0]
            if best:
                tally.best = (loss_now, tally.iteration)
            tally.val_loss = loss_now
            self._reporter.tell(
                Validation(
                    iteration=tally.iteration,
                    val_loss=loss_now,
                    seconds=time.perf_counter() - begin,
                    best=best,
                )
            )
        if spec.sample_prompt:
            self._sample()
        self._model.train()

    def _sample(self) -> None:
        limit = self._spec.sample_max_tokens
        ids = prompt_ids(self._tokenizer, prompt_messages(self._spec.sample_prompt))
        answer = batch_generate(
            self._model, self._tokenizer, [ids], max_tokens=limit, return_token_ids=True
        )
        self._reporter.tell(
            Sample(
                iteration=self._tally.iteration,
                text=answer.texts[0],
                truncated=len(answer.token_ids[0]) >= limit,
            )
        )

    def _save(self) -> None:
        if self._saved_at == self._tally.iteration:
            return
        save_adapter(self._model, self._adapter)
        self._saved_at = self._tally.iteration
        self._reporter.tell(Saved(iteration=self._tally.iteration, path=f"{ADAPTER}/{WEIGHTS}"))

    def _result(self) -> TrainingResult:
        """Read the adapter back and put it beside the numbers of the training."""
        tally = self._tally
        facts = read_adapter(self._adapter)
        if found := differences(facts, self._spec):
            raise TrainingError("The saved adapter is not what was asked for: " + " ".join(found))
        return TrainingResult(
            iterations=tally.iteration,
            rank=facts.rank,
            scale=facts.scale,
            dropout=facts.dropout,
            layers=facts.layers,
            keys=facts.keys,
            trained_parameters=facts.parameters,
            adapter_sha256=facts.sha256,
            train_loss=tally.train_loss,
            val_loss=tally.val_loss,
            best_val_loss=tally.best[0] if tally.best else None,
            best_iteration=tally.best[1] if tally.best else None,
            trained_tokens=tally.tokens,
            seconds=tally.seconds,
            peak_memory_gb=mx.get_peak_memory() / 1e9,
        )
