"""Tokens are counted by the model's own tokenizer, in a process of its own."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from transformers import AutoTokenizer

from curator.errors import CancelledError, ModelError
from curator.example.chat import prompt_ids, row_ids
from curator.tiny import build_tiny_model
from curator.train.tokens import CountedRow, Tokens, is_at_hand


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build_tiny_model(tmp_path_factory.mktemp("tokens") / "model")


@pytest.fixture(scope="module")
def tokens(model):
    with Tokens(str(model), local=True) as counting:
        yield counting


def talk(asked, answer):
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]


ROWS = [talk(f"question {n} ß 🦭"[: n + 5], "answer\n" * (n % 4 + 1)) for n in range(30)]


def test_counts_are_those_that_training_sees(model, tokens):
    own = AutoTokenizer.from_pretrained(model)

    for row, counted in zip(ROWS, tokens.count(ROWS), strict=True):
        exact = row_ids(own, row)
        assert (counted.total, counted.prompt) == (len(exact.ids), exact.prompt_length)
        assert counted.agrees == (exact.ids[: counted.prompt] == prompt_ids(own, row[:-1]))
        assert exact.ids[counted.end - 1] == own.eos_token_id


def test_marks_are_found_by_the_tokens_before_them(tokens):
    [row] = tokens.count([talk("ab", "abc ### Usage d")], marks=["### Usage", "### Nothing"])

    assert row.sections == (row.prompt + 4, -1)


def test_what_was_counted_is_remembered(tokens):
    one = tokens.count(ROWS[:3])
    tokens.close()
    cancelled = threading.Event()
    cancelled.set()

    # With a set event a child would never answer.
    assert tokens.count(ROWS[:3], cancel=cancelled) == one


def test_a_child_that_was_closed_comes_back(tokens):
    tokens.count(ROWS[:1])
    tokens.close()

    [row] = tokens.count([talk("never asked before", "x")])

    assert isinstance(row, CountedRow)


def test_a_stop_is_heard(tokens):
    cancel = threading.Event()
    cancel.set()

    with pytest.raises(CancelledError):
        tokens.count([talk("not counted yet", "x")], cancel=cancel)


def test_half_a_character_is_counted_as_what_replaces_it(tokens):
    [row] = tokens.count([talk("\ud800", "x")])

    assert row.total > 0


def test_the_facts_tell_the_models_sizes(tokens, model):
    facts = tokens.facts

    assert (facts.template, facts.system_role, facts.own_system) == (True, True, "")
    assert facts.end_tokens == ("<|im_end|>",)
    assert facts.vocabulary == 259
    assert facts.weight_bytes == (model / "model.safetensors").stat().st_size
    assert len(facts.tokenizer) == 64


def test_the_base_that_comes_along_is_always_at_hand(model, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))

    assert is_at_hand("tiny")
    assert is_at_hand(str(model))
    assert not is_at_hand("org/nobody-has-this")


def test_a_model_that_is_not_here_is_told(tmp_path):
    assert not is_at_hand("nobody/has-this-model")
    assert not is_at_hand("no model at all")
    assert is_at_hand(str(tmp_path))
    with Tokens("nobody/has-this-model", local=True) as counting, pytest.raises(ModelError) as told:
        counting.count(ROWS[:1])
    assert "not on this machine" in told.value.message


def test_loading_can_be_stopped(model):
    """It may be a download, and the child may say nothing for as long as that takes."""
    cancel = threading.Event()
    with Tokens(str(model), local=True) as tokens:
        tokens.start()
        os.kill(tokens._child.pid, signal.SIGSTOP)
        cancel.set()
        with pytest.raises(CancelledError):
            tokens.load(cancel)
        with pytest.raises(CancelledError):
            tokens.count(ROWS, cancel=cancel)
