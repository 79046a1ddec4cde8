"""One optimiser step, by one process or by several that share it.

Apart from the loop, which knows checkpoints and events: here are only a model, its loss and its
gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten, tree_map, tree_unflatten

from curator.train.batches import Batch
from curator.train.machine import end_with_parent


def summed_loss(model: Any, ids: mx.array, spans: mx.array) -> tuple[mx.array, mx.array]:
    """Return the sum of the cross-entropies of the tokens inside `spans`, and their number.

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
    return losses.sum(), mask.sum()


class Peers:
    """The processes that share a training: this one alone, or those that MLX's ring connects.

    Args:
        several: Whether to look for others.
    """

    def __init__(self, several: bool) -> None:
        self._group = _connected() if several else None
        self.rank: int = self._group.rank() if self._group else 0
        self.size: int = self._group.size() if self._group else 1

    def sum(self, array: mx.array) -> mx.array:
        """Return the sum of everybody's `array`."""
        if self._group is None:
            return array
        return mx.distributed.all_sum(array, group=self._group, stream=mx.cpu)

    def agree(self, going: bool) -> bool:
        """Return what the first of them says."""
        said = mx.array(int(going and self.rank == 0))
        return going if self._group is None else bool(self.sum(said).item())


def _connected() -> Any:
    """Wait for all the others; not for those whom a launcher that is gone would have started."""
    end_with_parent(True)
    try:
        return mx.distributed.init(strict=True)
    finally:
        # From here on the others hear of it by their connections, and end as they should.
        end_with_parent(False)


class Step:
    """One optimiser step at a time; the tokens of all its batches and workers weigh alike.

    Args:
        model: With LoRA matrices.
        optimizer: Of those.
        workers: Who shares the step.
    """

    def __init__(self, model: Any, optimizer: Any, workers: Peers) -> None:
        self._optimizer = optimizer
        self._workers = workers
        self._state = [model.state, optimizer.state, mx.random.state]
        value_and_grad = nn.value_and_grad(model, summed_loss)

        @partial(mx.compile, inputs=self._state, outputs=self._state)
        def forward(ids: mx.array, spans: mx.array) -> Any:
            return value_and_grad(model, ids, spans)

        @partial(mx.compile, inputs=self._state, outputs=self._state)
        def update(gradients: Any, count: mx.array) -> None:
            mean = tree_map(lambda gradient: gradient / count, gradients)
            optimizer.update(model, mean)

        self._forward: Callable[..., Any] = forward
        self._update: Callable[..., Any] = update

    def __call__(self, batches: Sequence[Batch], rate: float, seed: int) -> tuple[float, int]:
        """Take a step and return its summed loss and its number of tokens.

        Args:
            batches: This worker's part of it.
            rate: The learning rate.
            seed: Of the dropout.
        """
        mx.random.seed(seed)
        self._optimizer.learning_rate = rate
        loss: Any = None
        for batch in batches:
            (more, tokens), slope = self._forward(mx.array(batch.ids), mx.array(batch.spans))
            if loss is None:
                loss, count, gradients = more, tokens, slope
            else:
                loss, count = loss + more, count + tokens
                gradients = tree_map(lambda a, b: a + b, gradients, slope)
            if len(batches) > 1:
                # One batch after the other, or all would be in memory at once.
                mx.eval(loss, count, gradients)
        if self._workers.size > 1:
            loss, count, gradients = self._share(loss, count, gradients)
        self._update(gradients, count)
        mx.eval(self._state, loss, count)
        return number(loss), int(number(count))

    def _share(self, loss: mx.array, count: mx.array, gradients: Any) -> tuple[Any, Any, Any]:
        """Sum everything over the workers, in one message."""
        flat = tree_flatten(gradients)
        parts = [value.reshape(-1).astype(mx.float32) for _, value in flat]
        numbers = [loss.reshape(1), count.reshape(1).astype(mx.float32)]
        whole = self._workers.sum(mx.concatenate([*parts, *numbers]))
        pieces, place = [], 0
        for name, value in flat:
            piece = whole[place : place + value.size].reshape(value.shape).astype(value.dtype)
            pieces.append((name, piece))
            place += value.size
        return whole[place], whole[place + 1], tree_unflatten(pieces)


def number(array: mx.array) -> float:
    """Return the one number in `array`, computed by now."""
    value: Any = array.item()
    return float(value)
