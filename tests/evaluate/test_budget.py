"""Iterations for a number of learned tokens, worked out from the rows and the seed alone."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.evaluate.budget import Length, length_for, length_of
from curator.mix import RowTokens
from curator.train import TrainingSpec

# Ten rows that learn 10, 20 … 100 tokens after prompts of 5.
ROWS = [RowTokens(5 + 10 * number, 5) for number in range(1, 11)]
SAME = list(range(10))
SPEC = TrainingSpec(model="m", batch_size=2)


def test_an_epoch_learns_every_row_once():
    assert length_of(ROWS, SAME, SPEC, 5) == Length(5, 550)
    assert length_of(ROWS, SAME, SPEC, 10) == Length(10, 1100)


@pytest.mark.parametrize("budget", [1, 90, 300, 550, 777, 5000])
def test_the_iterations_come_nearest_to_the_budget(budget):
    found = length_for(ROWS, SAME, SPEC, budget)

    assert found == length_of(ROWS, SAME, SPEC, found.iters)
    for other in (found.iters - 1, found.iters + 1):
        if other > 0:
            missed = abs(length_of(ROWS, SAME, SPEC, other).tokens - budget)
            assert abs(found.tokens - budget) <= missed


def test_a_cut_row_learns_less_and_one_without_an_answer_left_nothing():
    short = TrainingSpec(model="m", batch_size=2, max_seq_length=55)
    # 10 + 20 + 30 + 40 and six times 50.
    assert length_of(ROWS, SAME, short, 5).tokens == 400

    nothing = [*ROWS, RowTokens(60, 60)]
    assert length_of(nothing, [*SAME, 10], SPEC, 5).tokens == 550
    with pytest.raises(ConfigError, match="No row has a token to learn"):
        length_of([RowTokens(60, 60)], [0], SPEC, 1)
