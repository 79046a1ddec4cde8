"""Which rows go together in which batch, in plain numpy, without a model.

Rows of like length share a batch, since a batch is as wide as its longest row and padding costs
what text costs. Every row comes once an epoch; the epoch's order is a function of the seed and the
epoch's number alone, so a training can be taken up anywhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curator.example.chat import TokenizedRow

# Batches are padded to a multiple of this, so that few different shapes are compiled.
_WIDTH_STEP = 32
# Lengths are blurred by up to this share before sorting, so that epochs group rows differently.
_BLUR = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is trained on.

    Attributes:
        ids: Token ids, cut to the sequence length.
        start: Index of the first token that counts in the loss; at least 1, since the first token
            has nothing to be predicted from, and below ``len(ids)``.
        cut: Whether tokens were cut off.
    """

    ids: list[int]
    start: int
    cut: bool

    @property
    def learned(self) -> int:
        """Tokens that count in the loss."""
        return len(self.ids) - self.start


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one step, padded with zeros on the right.

    Attributes:
        ids: Token ids, of shape (rows, width).
        spans: First and one past the last index that count in the loss, of shape (rows, 2).
    """

    ids: NDArray[np.int32]
    spans: NDArray[np.int32]


# Where a step has fewer rows than there are workers, one of them takes part with nothing to learn.
_BLANK = Batch(ids=np.zeros((1, 2), np.int32), spans=np.ones((1, 2), np.int32))


def fit_row(tokens: TokenizedRow, *, max_seq_length: int, mask_prompt: bool) -> Row | None:
    """Cut `tokens` to `max_seq_length`; None when no token is left that counts in the loss.

    Args:
        tokens: A whole conversation.
        max_seq_length: Tokens kept, at least 2.
        mask_prompt: Leave the prompt out of the loss.
    """
    ids = tokens.ids[:max_seq_length]
    start = max(1, tokens.prompt_length if mask_prompt else 1)
    if start >= len(ids):
        return None
    return Row(ids=ids, start=start, cut=len(ids) < len(tokens.ids))


def batches_per_epoch(rows: int, batch_size: int) -> int:
    """Return in how many batches `rows` rows fit."""
    return -(-rows // batch_size)


def epoch_order(
    lengths: Sequence[int], groups: Sequence[Hashable], batch_size: int, *, seed: int, epoch: int
) -> list[list[int]]:
    """Return the batches of one epoch as lists of row numbers.

    Every row comes once. Batches differ by at most one row in size, so that none is a remainder of
    one. Copies of an example are spread over batches where the lengths allow it.
    Cost: O(n log n) for n rows.

    Args:
        lengths: Tokens of each row.
        groups: For each row what copies of it share, such as its ids; must be as long as `lengths`.
        batch_size: Rows of a batch, at most.
        seed: Of the whole training.
        epoch: Counted from 0.
    """
    if not lengths:
        return []
    random = np.random.default_rng([seed, epoch])
    blurred = np.asarray(lengths) * random.uniform(1 - _BLUR, 1 + _BLUR, len(lengths))
    order = np.argsort(blurred, kind="stable").tolist()
    cuts = np.array_split(order, batches_per_epoch(len(order), batch_size))
    batches = [part.tolist() for part in cuts]
    _spread_copies(batches, groups)
    return [batches[index] for index in random.permutation(len(batches))]


def training_batches(
    rows: Sequence[Row], batch_size: int, *, seed: int, width: int, skip: int = 0
) -> Iterator[Batch]:
    """Yield batches for ever, epoch after epoch.

    Args:
        rows: What to train on; not empty.
        batch_size: Rows of a batch, at most.
        seed: Of the whole training.
        width: The most tokens a batch is padded to.
        skip: Batches to leave out at the beginning, where a training is taken up again.
    """
    for step in _steps(rows, batch_size, seed, skip):
        yield pad(step, width)


def training_steps(
    rows: Sequence[Row],
    batch_size: int,
    accumulation: int,
    *,
    seed: int,
    width: int,
    skip: int = 0,
    worker: int = 0,
    workers: int = 1,
) -> Iterator[list[Batch]]:
    """Yield one worker's batches of each optimiser step, for ever.

    All batches of all workers together hold the rows of the one batch of ``batch_size *
    accumulation`` rows that a single worker with memory enough would take.

    Args:
        rows: What to train on; not empty.
        batch_size: Rows in memory at once, over all workers.
        accumulation: Batches of a step, at most.
        seed: Of the whole training.
        width: The most tokens a batch is padded to.
        skip: Steps to leave out at the beginning, where a training is taken up again.
        worker: Which of them this is, from 0.
        workers: How many share the rows.
    """
    for step in _steps(rows, batch_size * accumulation, seed, skip):
        if accumulation > 1 or workers > 1:
            step.sort(key=lambda row: len(row.ids))
        parts = [step[at : at + batch_size] for at in range(0, len(step), batch_size)]
        mine = [part[worker::workers] for part in parts]
        yield [pad(part, width) for part in mine if part] or [_BLANK]


def _steps(rows: Sequence[Row], rows_per_step: int, seed: int, skip: int) -> Iterator[list[Row]]:
    lengths = [len(row.ids) for row in rows]
    groups = [hash((row.start, *row.ids)) for row in rows]
    epoch, first = divmod(skip, batches_per_epoch(len(rows), rows_per_step))
    while True:
        order = epoch_order(lengths, groups, rows_per_step, seed=seed, epoch=epoch)
        for numbers in order[first:]:
            yield [rows[number] for number in numbers]
        epoch, first = epoch + 1, 0


def validation_batches(rows: Sequence[Row], batch_size: int, *, width: int) -> Iterator[Batch]:
    """Yield every row once, the shortest first; there may be fewer rows than a batch holds.

    Args:
        rows: What to validate on; may be empty.
        batch_size: Rows of a batch, at most.
        width: The most tokens a batch is padded to.
    """
    ordered = sorted(rows, key=lambda row: len(row.ids))
    for start in range(0, len(ordered), batch_size):
        yield pad(ordered[start : start + batch_size], width)


def pad(rows: Sequence[Row], width: int) -> Batch:
    """Return `rows` as one batch, padded to a multiple of 32 tokens but not beyond `width`."""
    longest = max(len(row.ids) for row in rows)
    columns = max(longest, min(width, -(-longest // _WIDTH_STEP) * _WIDTH_STEP))
    ids = np.zeros((len(rows), columns), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
    spans = np.array([(row.start, len(row.ids)) for row in rows], np.int32)
    return Batch(ids=ids, spans=spans)


# How far a copy may be moved, in batches: further off, rows are of another length.
_REACH = 8


def _spread_copies(batches: list[list[int]], groups: Sequence[Hashable]) -> None:
    """Swap the second copy of an example in a batch against a row of a batch close by, in place."""
    members = [{groups[row] for row in batch} for batch in batches]
    for here, batch in enumerate(batches):
        seen: set[Hashable] = set()
        for place, row in enumerate(batch):
            if groups[row] in seen:
                _move(batches, members, groups, here, place)
            seen.add(groups[batch[place]])


def _move(
    batches: list[list[int]],
    members: list[set[Hashable]],
    groups: Sequence[Hashable],
    here: int,
    place: int,
) -> None:
    """Swap one row with a row near by, so that neither batch then holds two copies of either."""
    mine = groups[batches[here][place]]
    for distance in range(1, _REACH + 1):
        for there in (here + distance, here - distance):
            if not 0 <= there < len(batches) or mine in members[there]:
                continue
            for spot, row in enumerate(batches[there]):
                alone = sum(groups[other] == groups[row] for other in batches[there]) == 1
                if groups[row] not in members[here] and alone:
                    batches[here][place], batches[there][spot] = row, batches[here][place]
                    members[there].remove(groups[row])
                    members[there].add(mine)
                    members[here].add(groups[row])
                    return
