"""Tokens are counted where the model's tokenizer is on disk, and guessed with a mark elsewhere."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from curator.example import Example
from curator.settings import find_project
from curator.tui.panes.author.tokens import Size, TokenCounter, estimate, tokenizer_file

TEN = Example.new("one two", input="three", output="four five")


@pytest.fixture
def model(tmp_path):
    words = {word: number for number, word in enumerate(["?", "one", "two", "three", "four"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    folder = tmp_path / "tiny"
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    (tmp_path / "curator.toml").write_text('model = "tiny"\n', "utf-8")
    return folder


def test_a_model_folder_counts_its_own_tokens(model):
    counter = TokenCounter(find_project(model.parent))
    assert not counter.size(TEN).counted
    counter.load()
    assert counter.size(TEN) == Size(5, 21, counted=True)
    assert counter.size(Example.new("\ud800 one")).counted


def test_a_damaged_tokenizer_leaves_an_estimate(model):
    (model / "tokenizer.json").write_text("{", "utf-8")
    counter = TokenCounter(find_project(model.parent))
    counter.load()
    assert counter.ready
    assert counter.size(TEN) == estimate(21) == Size(6, 21)


def test_a_model_of_the_hub_is_looked_up_where_it_was_fetched_to(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    assert tokenizer_file("who/what") is None
    cached = tmp_path / "models--who--what"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs/main").write_text("abc", "utf-8")
    (cached / "snapshots/abc").mkdir(parents=True)
    file = cached / "snapshots/abc/tokenizer.json"
    file.write_text("{}", "utf-8")
    assert tokenizer_file("who/what") == file
