"""The tiny model: built in a moment, the same each time, loaded by anybody's loader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from curator.errors import ModelError
from curator.tiny import build_tiny_model
from curator.tiny.tokenizer import byte_characters, tokenizer_json

LOAD = """
import json, sys
import mlx_lm
model, tokenizer = mlx_lm.load(sys.argv[1])
ask = [{"role": "user", "content": "Say hé"}]
ids = tokenizer.apply_chat_template(ask, add_generation_prompt=True, tokenize=True)
print(json.dumps({
    "prompt": tokenizer.decode(ids),
    "tokens": len(ids),
    "eos": sorted(tokenizer.eos_token_ids),
    "answer": mlx_lm.generate(model, tokenizer, ids, max_tokens=3),
}))
"""


def test_plain_mlx_lm_loads_it_and_answers_without_a_system_prompt_of_its_own(tmp_path):
    folder = build_tiny_model(tmp_path / "tiny")

    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)], capture_output=True, text=True, check=True
    )

    told = json.loads(done.stdout)
    assert told["prompt"] == "<|im_start|>user\nSay hé<|im_end|>\n<|im_start|>assistant\n"
    # A token a byte, and one for each of the three markers.
    assert told["tokens"] == len("user\nSay hé\nassistant\n".encode()) + 3
    assert told["eos"] == [258]
    assert isinstance(told["answer"], str)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_weights(tmp_path):
    def weights(name: str, seed: int) -> bytes:
        folder = build_tiny_model(tmp_path / name, seed=seed)
        return (folder / "model.safetensors").read_bytes()

    assert weights("a", 3) == weights("b", 3)
    assert weights("a", 3) != weights("c", 4)


def test_a_good_model_is_reused_and_a_damaged_one_replaced(tmp_path):
    folder = build_tiny_model(tmp_path / "tiny")
    weights = folder / "model.safetensors"
    before = weights.stat().st_mtime_ns, weights.read_bytes()

    build_tiny_model(folder)
    assert weights.stat().st_mtime_ns == before[0]

    weights.write_bytes(b"half")
    build_tiny_model(folder)
    assert weights.read_bytes() == before[1]
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(ModelError, match="something else"):
        build_tiny_model(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_every_byte_has_a_character_of_its_own():
    characters = byte_characters()

    assert len(set(characters)) == 256
    assert characters[ord("A")] == "A"
    assert characters[ord(" ")] == "\u0120"


@given(st.text())
def test_any_text_comes_back_from_its_tokens(text):
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json()))

    ids = tokenizer.encode(text).ids

    assert tokenizer.decode(ids, skip_special_tokens=False) == text


def test_a_file_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "tiny").write_text("")

    with pytest.raises(ModelError):
        build_tiny_model(Path(tmp_path / "tiny"))
