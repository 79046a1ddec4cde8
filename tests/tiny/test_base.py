"""The base that comes with Curator: small, whole, loaded by any loader, and as its card says."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from curator.tiny.corpus import base_rows, curated_rows, vocabulary_texts
from curator.tiny.model import FOLDER, MODEL
from curator.tiny.tokenizer import tokenizer_config
from curator.tiny.wording import chat_ids, learn_tokenizer
from curator.train import check_model

ASK = """
import json, sys
import mlx_lm
model, tokenizer = mlx_lm.load(sys.argv[1])
answers = []
whole = []
for row in json.loads(sys.argv[2]):
    ask = [{"role": "user", "content": row["instruction"]}]
    ids = tokenizer.apply_chat_template(ask, add_generation_prompt=True)
    answers.append(mlx_lm.generate(model, tokenizer, ids, max_tokens=240))
    ask.append({"role": "assistant", "content": row["output"]})
    whole.append(tokenizer.apply_chat_template(ask))
print(json.dumps({"answers": answers, "ids": whole, "eos": sorted(tokenizer.eos_token_ids)}))
"""


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


@pytest.fixture(scope="module")
def header():
    data = (FOLDER / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])


def test_it_is_at_most_two_megabytes_in_all():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 2_000_000


def test_its_folder_holds_a_model_and_nothing_else():
    names = {path.name for path in FOLDER.iterdir()}
    model = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert names == {*model, "README.md"}
    assert json.loads((FOLDER / "config.json").read_text()) == MODEL
    written = json.loads((FOLDER / "tokenizer_config.json").read_text())
    assert written == tokenizer_config(max_length=MODEL["max_position_embeddings"])


def test_the_tokenizer_is_the_one_that_the_generator_makes():
    shipped = (FOLDER / "tokenizer.json").read_text("utf-8")
    assert shipped == learn_tokenizer(vocabulary_texts())


def test_it_has_a_name_that_every_command_knows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert check_model("tiny") == str(FOLDER)


def test_the_card_has_the_models_own_figures(header):
    card = (FOLDER / "README.md").read_text("utf-8")
    shapes = [value["shape"] for name, value in header.items() if name != "__metadata__"]
    parameters = sum(first * (rest[0] if rest else 1) for first, *rest in shapes)

    told = re.search(r"([\d,]+) parameters", card)
    assert told
    assert int(told[1].replace(",", "")) == parameters
    assert f"{MODEL['num_hidden_layers']} layers" in card
    assert f"{MODEL['vocab_size']:,} tokens" in card


def test_every_weight_is_stored_in_half_precision(header):
    kinds = {value["dtype"] for name, value in header.items() if name != "__metadata__"}
    assert kinds == {"F16"}


@given(st.text())
def test_any_text_survives_the_tokenizer_with_its_accents_composed(text):
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    again = tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False)
    assert again == unicodedata.normalize("NFC", text)


def test_an_answer_in_its_language_is_short(tokenizer):
    rows = list(islice(curated_rows(11), 50))
    lengths = [len(tokenizer.encode(row["output"]).ids) for row in rows]
    assert sum(lengths) / len(lengths) < 170
    assert max(lengths) < 260


def test_plain_mlx_lm_loads_it_and_it_answers_in_python(tokenizer):
    rows = list(islice(base_rows(12), 4))
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(FOLDER), json.dumps(rows)],
        capture_output=True,
        text=True,
        check=True,
    )

    told = json.loads(done.stdout)
    assert told["eos"] == [2]
    # Loaders cut text as the base was trained on it, token for token.
    for row, ids in zip(rows, told["ids"], strict=True):
        learned, _ = chat_ids(tokenizer, row, "")
        assert ids[: len(learned)] == learned
    assert sum("return" in answer for answer in told["answers"]) >= 3
