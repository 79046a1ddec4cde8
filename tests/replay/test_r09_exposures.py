"""R9: 100 iterations × 4 saw 400 of 1,042 rows, and the last two rows never, in any epoch."""

from __future__ import annotations

import itertools

import pytest

from curator.mix import Verdict, check_exposures, write_mixture
from curator.preflight import preflight
from curator.train import TrainingSpec
from curator.train.batches import batches_per_epoch, epoch_order


@pytest.fixture
def planned(put, base, perfect, mixed):
    put("base.jsonl", base(1000))
    put("perfect_3x.jsonl", perfect(64) * 3)
    return mixed(("perfect_3x.jsonl", "curated"), ("base.jsonl", "base"), valid=22 / 1064)


def test_the_split_of_the_report_comes_out(planned):
    assert (len(planned.train), len(planned.valid)) == (1042, 22)


def test_each_curated_example_was_seen_0_38_times(planned):
    assert planned.exposures(iters=100, batch_size=4) == pytest.approx(400 / 1042)
    check = check_exposures(planned, iters=100, batch_size=4)
    assert check.verdict is Verdict.WARN
    assert "0.38 times" in check.message
    assert "takes 261 iterations" in check.remedy


def test_one_pass_of_our_batches_leaves_no_row_out():
    assert 1042 % 4 == 2
    lengths = [50 + number % 7 for number in range(1042)]

    for epoch in range(3):
        batches = list(epoch_order(lengths, list(range(1042)), 4, seed=7, epoch=epoch))
        assert sorted(itertools.chain(*batches)) == list(range(1042))
        assert len(batches) == batches_per_epoch(1042, 4) == 261


def test_after_261_iterations_every_example_was_seen(planned):
    check = check_exposures(planned, iters=261, batch_size=4)

    assert check.verdict is Verdict.OK
    assert "1.00 times" in check.message


def test_preflight_says_both_before_the_training(planned, tmp_path, model, tokens, check_of):
    write_mixture(planned, tmp_path / "out")
    spec = TrainingSpec(model=str(model), iters=100, batch_size=4)

    looked = preflight(tmp_path / "out", spec, held_out=(), tokens=tokens)

    exposures = check_of(looked, "exposures")
    assert exposures.verdict is Verdict.WARN
    assert "100 iterations × 4 rows show each curated example 0.38 times" in exposures.message
    unseen = check_of(looked, "unseen-rows")
    assert "1,042 rows leave 2 over in batches of 4" in unseen.message
    assert [place.partition(" ")[0] for place in unseen.evidence] == [
        "train.jsonl:1041",
        "train.jsonl:1042",
    ]
