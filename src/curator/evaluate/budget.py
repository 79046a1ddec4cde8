"""Equal training for unequal rows: how many iterations learn a given number of tokens.

Points of a sweep differ in the length of their rows, so equal iterations would not be equal
training. Which rows a step sees follows from the seed alone (`curator.train.batches`), so the
tokens of every step are known before anything trains, and each point is given the iterations that
come nearest to the budget: off by half a step's tokens at most.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from curator.errors import ConfigError
from curator.mix import RowTokens
from curator.train import TrainingSpec
from curator.train.batches import epoch_order


@dataclass(frozen=True, slots=True)
class Length:
    """How long a training is.

    Attributes:
        iters: Optimiser steps.
        tokens: Tokens that count in the loss, repeats included.
    """

    iters: int
    tokens: int


def length_for(
    rows: Sequence[RowTokens], same: Sequence[Hashable], spec: TrainingSpec, budget: int
) -> Length:
    """Return the training whose tokens come nearest to `budget`; at least one step.

    Args:
        rows: The training rows in the order of the mixture, copies included.
        same: For each what its copies share.
        spec: Batch size, cutting, masking and seed.
        budget: Tokens to learn.

    Raises:
        ConfigError: No row has anything to learn.
    """
    done = 0
    for iters, tokens in enumerate(_steps(rows, same, spec), start=1):
        # Beyond half of the step that crosses it, the step before is nearer.
        if done + tokens >= budget:
            nearer = iters > 1 and budget - done < done + tokens - budget
            return Length(iters - 1, done) if nearer else Length(iters, done + tokens)
        done += tokens
    raise AssertionError("steps go on for ever")


def length_of(
    rows: Sequence[RowTokens], same: Sequence[Hashable], spec: TrainingSpec, iters: int
) -> Length:
    """Return how many tokens `iters` steps learn; see `length_for`."""
    steps = _steps(rows, same, spec)
    return Length(iters, sum(next(steps) for _ in range(iters)))


def _steps(
    rows: Sequence[RowTokens], same: Sequence[Hashable], spec: TrainingSpec
) -> Iterator[int]:
    """Yield the learned tokens of each step, for ever."""
    kept = [(row, key) for row, key in zip(rows, same, strict=True) if _learned(row, spec)]
    if not kept:
        raise ConfigError(
            "No row has a token to learn within max_seq_length.",
            hint="Raise max_seq_length, or set mask_prompt = false.",
        )
    lengths = [min(row.total, spec.max_seq_length) for row, _ in kept]
    learned = [_learned(row, spec) for row, _ in kept]
    groups = [key for _, key in kept]
    for epoch in count():
        order = epoch_order(lengths, groups, spec.rows_per_step, seed=spec.seed, epoch=epoch)
        for step in order:
            yield sum(learned[row] for row in step)


def _learned(row: RowTokens, spec: TrainingSpec) -> int:
    return row.learned(max_seq_length=spec.max_seq_length, mask_prompt=spec.mask_prompt)
