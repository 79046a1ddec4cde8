"""A spec refuses what cannot be trained, and says which key is at fault."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.train import TrainingSpec, read_spec, spec_from


def test_defaults_are_those_the_project_began_with():
    spec = TrainingSpec()

    assert (spec.rank, spec.alpha, spec.dropout) == (8, 16.0, 0.05)
    assert (spec.learning_rate, spec.iters, spec.mask_prompt) == (2e-5, 100, True)


def test_scale_is_alpha_by_rank_as_mlx_lm_wants_it():
    spec = TrainingSpec(rank=16, alpha=8)

    assert spec.scale == 0.5
    assert spec.lora_parameters() == {"rank": 16, "scale": 0.5, "dropout": 0.05}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", "  "),
        ("rank", 0),
        ("alpha", 0.0),
        ("alpha", float("inf")),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("iters", 0),
        ("batch_size", 0),
        ("max_seq_length", 1),
        ("num_layers", 0),
        ("num_layers", -2),
        ("steps_per_eval", 0),
        ("save_every", -1),
        ("seed", -1),
        ("seed", 2**32),
    ],
)
def test_an_impossible_value_is_refused_by_name(key, value):
    with pytest.raises(ConfigError, match=f"`{key}`"):
        TrainingSpec(**{key: value})


def test_toml_gives_the_same_spec_as_keywords(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text('model = "org/name"\nrank = 4\nalpha = 4\nnum_layers = -1\n')

    assert read_spec(path) == TrainingSpec(model="org/name", rank=4, alpha=4.0)


def test_a_mistyped_key_is_named_with_the_right_one(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text("learning_rat = 1e-4\n")

    with pytest.raises(ConfigError, match="learning_rat") as caught:
        read_spec(path)

    assert "`learning_rate`" in caught.value.hint
    assert caught.value.path == str(path)


def test_an_impossible_value_in_a_file_names_the_file(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_text("rank = 0\n")

    with pytest.raises(ConfigError) as caught:
        read_spec(path)

    assert caught.value.path == str(path)


def test_a_value_of_another_type_is_refused():
    with pytest.raises(ConfigError, match="batch_size"):
        spec_from({"batch_size": "four"})
