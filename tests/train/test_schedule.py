"""The learning rate of any step is a function of the step, and goes where it was asked to go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import ConfigError
from curator.train import TrainingSpec, spec_from
from curator.train.schedule import learning_rate


def rates(**values):
    spec = TrainingSpec(**{"learning_rate": 1.0, "iters": 11, **values})
    return [learning_rate(spec, step) for step in range(spec.iters)]


def test_constant_is_constant():
    assert set(rates()) == {1.0}


def test_linear_falls_in_equal_steps_to_the_last_one():
    values = rates(schedule="linear", final_learning_rate=0.5)

    assert values[0] == 1.0
    assert values[-1] == 0.5
    assert values[5] == pytest.approx(0.75)


def test_cosine_is_half_way_in_the_middle_and_ends_where_asked():
    values = rates(schedule="cosine")

    assert values[0] == 1.0
    assert values[5] == pytest.approx(0.5)
    assert values[-1] == pytest.approx(0.0, abs=1e-12)
    assert values == sorted(values, reverse=True)


def test_warm_up_rises_from_above_zero_to_the_full_rate():
    values = rates(warmup=4, schedule="linear")

    assert values[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert values[-1] == 0.0


@given(
    st.integers(1, 60),
    st.data(),
    st.sampled_from(["constant", "linear", "cosine"]),
    st.floats(0, 1),
)
def test_no_rate_is_ever_outside_of_what_was_asked_for(iters, data, schedule, final):
    warmup = data.draw(st.integers(0, iters - 1))
    values = rates(iters=iters, warmup=warmup, schedule=schedule, final_learning_rate=final)

    assert all(0 <= rate <= 1.0 for rate in values)
    assert max(values) == 1.0


def test_epochs_become_iterations_when_the_rows_are_known():
    spec = spec_from({"epochs": 3, "batch_size": 4, "grad_accumulation": 2})

    assert spec.for_rows(33).iters == 15, "33 rows are 5 steps of 8, the remainder shared out"
    assert spec_from({"epochs": 0.1}).for_rows(4000).iters == 100
    assert spec_from({"epochs": 0.001}).for_rows(4).iters == 1
    assert TrainingSpec(iters=7).for_rows(33).iters == 7


def test_both_iterations_and_epochs_are_refused_wherever_they_come_from(tmp_path):
    with pytest.raises(ConfigError, match="Both"):
        spec_from({"iters": 5, "epochs": 1})
    path = tmp_path / "spec.toml"
    path.write_text("iters = 5\nepochs = 1\n")
    from curator.train import read_spec

    with pytest.raises(ConfigError, match="Both") as caught:
        read_spec(path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"epochs": 0.0}, "epochs"),
        ({"epochs": float("inf")}, "epochs"),
        ({"warmup": 100}, "warmup"),
        ({"warmup": -1}, "warmup"),
        ({"final_learning_rate": 1.0}, "final_learning_rate"),
        ({"final_learning_rate": -1.0}, "final_learning_rate"),
        ({"grad_accumulation": 0}, "grad_accumulation"),
        ({"patience": -1}, "patience"),
        ({"keys": ["q_proj", " "]}, "keys"),
        ({"schedule": "wild"}, "schedule"),
        ({"keep": "none"}, "keep"),
        ({"report_to": ["paper"]}, "report_to"),
        ({"optimizer": "adamm"}, "optimizer"),
    ],
)
def test_impossible_values_are_refused_by_name(values, key):
    with pytest.raises(ConfigError) as caught:
        spec_from(values)

    assert key in caught.value.message


def test_a_warm_up_longer_than_the_epochs_is_refused_when_the_rows_are_known():
    spec = spec_from({"epochs": 1, "warmup": 10})

    with pytest.raises(ConfigError, match="warmup"):
        spec.for_rows(8)
