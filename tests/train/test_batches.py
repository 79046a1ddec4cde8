"""Every row once an epoch, like lengths together, copies apart, nothing that cannot be learned."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curator.example.chat import TokenizedRow
from curator.train.batches import (
    Row,
    batches_per_epoch,
    epoch_order,
    fit_row,
    pad,
    training_batches,
    validation_batches,
)

LENGTHS = st.lists(st.integers(2, 500), min_size=1, max_size=80)
SIZES = st.integers(1, 9)


def row(length: int, start: int = 1, first: int = 1) -> Row:
    return Row(ids=[first] * length, start=start, cut=False)


@given(LENGTHS, SIZES, st.integers(0, 5))
def test_every_row_comes_exactly_once_an_epoch(lengths, size, epoch):
    order = epoch_order(lengths, list(range(len(lengths))), size, seed=7, epoch=epoch)

    assert sorted(itertools.chain(*order)) == list(range(len(lengths)))
    assert len(order) == batches_per_epoch(len(lengths), size)
    assert max(map(len, order)) <= size


@given(LENGTHS, SIZES, st.lists(st.integers(0, 4), min_size=80, max_size=80))
def test_spreading_copies_loses_no_row(lengths, size, groups):
    order = epoch_order(lengths, groups[: len(lengths)], size, seed=1, epoch=0)

    assert sorted(itertools.chain(*order)) == list(range(len(lengths)))


def test_the_order_depends_on_seed_and_epoch_and_on_nothing_else():
    lengths = list(range(2, 42))
    groups = list(range(40))

    def order(seed: int, epoch: int) -> list[list[int]]:
        return epoch_order(lengths, groups, 4, seed=seed, epoch=epoch)

    assert order(7, 0) == order(7, 0)
    assert order(7, 0) != order(7, 1)
    assert order(7, 0) != order(8, 0)


def test_a_remainder_is_shared_out_and_not_left_as_a_batch_of_one():
    order = epoch_order([10] * 9, list(range(9)), 4, seed=0, epoch=0)

    assert sorted(map(len, order)) == [3, 3, 3]


def test_like_lengths_share_a_batch():
    lengths = [10, 200] * 16

    order = epoch_order(lengths, list(range(32)), 4, seed=3, epoch=0)

    assert all(len({lengths[index] for index in batch}) == 1 for batch in order)


def test_copies_of_an_example_go_to_different_batches():
    # Ten examples three times each, all of one length: by length alone they could meet.
    groups = [number % 10 for number in range(30)]
    for epoch in range(10):
        order = epoch_order([50] * 30, groups, 4, seed=5, epoch=epoch)

        assert all(len({groups[index] for index in batch}) == len(batch) for batch in order)


def test_copies_that_cannot_be_parted_stay_together():
    order = epoch_order([5, 5, 5, 5], [0, 0, 0, 0], 2, seed=0, epoch=0)

    assert sorted(map(len, order)) == [2, 2]


def test_taking_up_in_the_middle_gives_the_batches_that_were_to_come():
    rows = [row(length, first=length) for length in range(3, 30)]

    straight = list(itertools.islice(training_batches(rows, 4, seed=7, width=64), 20))
    resumed = list(itertools.islice(training_batches(rows, 4, seed=7, width=64, skip=13), 7))

    for one, other in zip(straight[13:], resumed, strict=True):
        assert np.array_equal(one.ids, other.ids)


@given(LENGTHS, SIZES)
def test_validation_sees_every_row_however_few(lengths, size):
    batches = list(validation_batches([row(length) for length in lengths], size, width=512))

    assert sum(len(batch.ids) for batch in batches) == len(lengths)
    assert sum((batch.ids != 0).sum() for batch in batches) == sum(lengths)


def test_padding_goes_to_a_multiple_of_32_but_not_beyond_the_sequence_length():
    assert pad([row(3), row(33)], 512).ids.shape == (2, 64)
    assert pad([row(3), row(33)], 40).ids.shape == (2, 40)
    assert pad([row(3), row(33)], 40).spans.tolist() == [[1, 3], [1, 33]]


def test_a_row_is_cut_and_says_so():
    fitted = fit_row(TokenizedRow([1, 2, 3, 4], 2), max_seq_length=3, mask_prompt=True)

    assert fitted == Row(ids=[1, 2, 3], start=2, cut=True)
    assert fitted.learned == 1


def test_a_row_whose_prompt_fills_the_sequence_has_nothing_to_learn():
    tokens = TokenizedRow([1, 2, 3, 4], 3)

    assert fit_row(tokens, max_seq_length=3, mask_prompt=True) is None
    assert fit_row(tokens, max_seq_length=3, mask_prompt=False) is not None


def test_the_first_token_is_never_learned():
    assert fit_row(TokenizedRow([1, 2], 0), max_seq_length=9, mask_prompt=True).start == 1
    assert fit_row(TokenizedRow([1], 0), max_seq_length=9, mask_prompt=False) is None
