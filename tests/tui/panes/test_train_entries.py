"""What is typed into the spec's form becomes a spec, or a reason beside the field it is about."""

from __future__ import annotations

import pytest

from curator.train import TrainingSpec
from curator.tui.panes.train.entries import ENTRIES, read_values, start_values

START = start_values(TrainingSpec())


def test_what_a_form_starts_with_reads_as_the_spec_it_was_made_of():
    spec = TrainingSpec(rank=4, keys=("q_proj", "v_proj"), schedule="linear", learning_rate=1e-3)

    assert read_values(start_values(spec)).spec == spec


def test_epochs_take_the_place_of_iterations():
    spec = read_values({**START, "epochs": "2"}).for_rows(10).spec

    assert (spec.epochs, spec.iters) == (2.0, 6)


@pytest.mark.parametrize(
    ("typed", "key", "reason"),
    [
        ({"rank": "eight"}, "rank", "needs a whole number"),
        ({"rank": ""}, "rank", "needs a whole number"),
        ({"rank": "100000000"}, "rank", "must be at most 65,536, not 100,000,000"),
        ({"alpha": "nan"}, "alpha", "must be above 0, not nan"),
        ({"model": " "}, "model", "is empty: a model folder or a Hub id like org/name is needed"),
        ({"warmup": "100"}, "warmup", "must be below `iters` (100), not 100"),
        ({"final_learning_rate": "1"}, "final_learning_rate", "must be at least 0 and at most"),
    ],
)
def test_a_reason_stands_beside_the_field_it_is_about(typed, key, reason):
    reading = read_values({**START, **typed})

    assert reading.spec is None
    assert list(reading.problems) == [key]
    assert reading.problems[key].startswith(reason)


def test_values_are_judged_together():
    assert read_values({**START, "learning_rate": "1e-2", "final_learning_rate": "1e-3"}).spec


def test_every_wrong_field_has_its_reason():
    reading = read_values({**START, "rank": "0", "batch_size": "0", "dropout": "x"})

    assert set(reading.problems) == {"rank", "batch_size", "dropout"}


def test_a_warm_up_longer_than_the_epochs_is_told_where_the_rows_are_known():
    reading = read_values({**START, "epochs": "1", "warmup": "20"})

    assert reading.spec is not None
    assert "must be below the 3 iterations" in reading.for_rows(10).problems["warmup"]


def test_the_form_has_the_whole_spec_but_for_what_is_said_elsewhere():
    elsewhere = {"steps_per_report", "sample_max_tokens", "report_to", "project"}

    assert {entry.key for entry in ENTRIES} == set(TrainingSpec.__struct_fields__) - elsewhere
