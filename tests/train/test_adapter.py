"""What an adapter is, is read from its files, and told when it is not what was asked for."""

from __future__ import annotations

import json
import struct

import pytest

from curator.errors import ModelError
from curator.train import TrainingSpec, differences, read_adapter


def write(folder, tensors, config):
    head = json.dumps(
        {name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]} for name, shape in tensors}
    ).encode()
    (folder / "adapters.safetensors").write_bytes(struct.pack("<Q", len(head)) + head)
    (folder / "adapter_config.json").write_text(json.dumps(config))


def lora(layer, key, rank):
    name = f"model.layers.{layer}.{key}"
    return [(f"{name}.lora_a", [64, rank]), (f"{name}.lora_b", [rank, 32])]


CONFIG = {"num_layers": -1, "lora_parameters": {"rank": 99, "scale": 2.0, "dropout": 0.05}}


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, lora(0, "self_attn.q_proj", 8) + lora(1, "self_attn.q_proj", 8), CONFIG)
    return tmp_path


def test_the_rank_comes_from_the_shapes_and_not_from_what_is_written(folder):
    facts = read_adapter(folder)

    assert facts.rank == 8
    assert (facts.scale, facts.dropout, facts.layers) == (2.0, 0.05, 2)
    assert facts.keys == ("self_attn.q_proj",)
    assert facts.parameters == 2 * (64 * 8 + 8 * 32)
    assert len(facts.sha256) == 64


def test_an_adapter_that_is_what_was_asked_for_differs_in_nothing(folder):
    assert differences(read_adapter(folder), TrainingSpec(rank=8, alpha=16)) == []


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        (TrainingSpec(rank=4, alpha=8), "rank 8"),
        (TrainingSpec(rank=8, alpha=160), "scale 2"),
        (TrainingSpec(dropout=0.5), "dropout 0.05"),
        (TrainingSpec(num_layers=1), "2 layers"),
    ],
)
def test_a_difference_is_told_with_both_sides(folder, spec, word):
    found = differences(read_adapter(folder), spec)

    assert len(found) == 1
    assert word in found[0]


def test_keys_may_be_asked_for_by_their_short_names_and_must_be_those_that_are_there(folder):
    facts = read_adapter(folder)

    for key in ("self_attn.q_proj", "q_proj"):
        assert differences(facts, TrainingSpec(keys=(key,))) == []
    for keys in (("mlp.up_proj",), ("q_proj", "v_proj"), ("proj",)):
        found = differences(facts, TrainingSpec(keys=keys))
        assert len(found) == 1
        assert keys[-1] in found[0]


def test_ranks_that_do_not_agree_are_refused(folder):
    write(folder, lora(0, "a", 8) + lora(1, "a", 4), CONFIG)

    with pytest.raises(ModelError, match="4, 8"):
        read_adapter(folder)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"abc",
        struct.pack("<Q", 2**40) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 9) + b'{"a": 1} ',
        struct.pack("<Q", 4) + b"\xff\xfe{}",
    ],
)
def test_a_damaged_weights_file_is_a_sentence(folder, data):
    (folder / "adapters.safetensors").write_bytes(data)

    with pytest.raises(ModelError):
        read_adapter(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lora_parameters": {"alpha": 16}}'])
def test_a_configuration_without_a_scale_is_refused(folder, text):
    (folder / "adapter_config.json").write_text(text)

    with pytest.raises(ModelError, match="configuration"):
        read_adapter(folder)


def test_a_missing_adapter_is_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="no readable"):
        read_adapter(tmp_path)
