"""Preflight tells whether a model can have the adapter that is asked for, and how large it is."""

from __future__ import annotations

import json
import shutil

import pytest

from curator.train.maps import linear_maps
from curator.train.tokens import Tokens
from tests.preflight.conftest import talk

ROWS = [talk(f"question {number}") for number in range(8)]
MAPS = {
    "self_attn.q_proj": (64, 64),
    "self_attn.k_proj": (32, 64),
    "self_attn.v_proj": (32, 64),
    "self_attn.o_proj": (64, 64),
    "mlp.gate_proj": (128, 64),
    "mlp.up_proj": (128, 64),
    "mlp.down_proj": (64, 128),
}


def test_the_maps_of_a_model_are_read_from_its_files(model):
    assert linear_maps(model, {}) == MAPS


def test_quantised_maps_are_told_in_the_numbers_they_stand_for(tmp_path):
    stem = "model.layers.0.self_attn.q_proj."
    shapes = {f"{stem}weight": [64, 8], f"{stem}scales": [64, 1], "lm_head.weight": [9, 9]}
    entries = {
        name: {"dtype": "U32", "shape": shape, "data_offsets": [0, 0]}
        for name, shape in shapes.items()
    }
    header = json.dumps(entries).encode()
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)

    assert linear_maps(tmp_path, {"quantization": {"bits": 4}}) == {"self_attn.q_proj": (64, 64)}


def test_a_damaged_file_tells_nothing(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no header")

    assert linear_maps(tmp_path, {}) == {}


def test_an_adapter_that_fits_is_told_with_its_size(look, put):
    check = look(put(ROWS), rank=4)["adapter"]

    assert check.verdict == "ok"
    widths = sum(a + b for a, b in MAPS.values())
    assert f"Rank 4 on 7 maps of 2 layers trains {4 * 2 * widths:,} numbers" in check.message


@pytest.mark.parametrize(
    ("spec", "verdict", "said"),
    [
        ({"rank": 65}, "error", "no map of this model has a rank above 64"),
        ({"rank": 33}, "warn", "`self_attn.k_proj` has no rank above 32"),
        ({"rank": 33, "keys": ("q_proj",)}, "ok", "on 1 map of 2 layers"),
        ({"num_layers": 3}, "error", "but the model has 2 layers"),
        ({"num_layers": 1}, "ok", "of 1 layer trains"),
        ({"keys": ("q_porj",)}, "error", "`keys` names `q_porj`"),
    ],
)
def test_what_the_model_does_not_have_is_told(look, put, spec, verdict, said):
    check = look(put(ROWS), **spec)["adapter"]

    assert check.verdict == verdict
    assert said in check.message


def test_a_mistyped_map_is_named_with_the_right_one(look, put):
    assert look(put(ROWS), keys=("q_porj",))["adapter"].remedy == "Did you mean `q_proj`?"


def test_where_the_weights_are_not_here_nothing_is_said(model, tmp_path, look, put):
    folder = tmp_path / "without"
    shutil.copytree(model, folder)
    (folder / "model.safetensors").unlink()
    shutil.copyfile(model / "config.json", folder / "config.json")
    (folder / "model.safetensors").write_bytes(b"")
    with Tokens(str(folder), local=True) as counting:
        assert "adapter" not in look(put(ROWS), with_tokens=counting, model=str(folder))
