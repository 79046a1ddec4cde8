"""Answers come from a child with one loaded base, with or without an adapter."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from curator.errors import ConfigError, ModelError, TrainingError
from curator.evaluate.generate import Generator, Sampling, generate
from curator.example.chat import prompt_messages
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec, start_training

PROMPTS = [prompt_messages(f"Write a function{' that adds' * number}") for number in range(5)]
ROW = '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def adapter(tmp_path_factory, tiny) -> Path:
    """An adapter that has learned to say something else than the base."""
    folder = tmp_path_factory.mktemp("mixture")
    (folder / "train.jsonl").write_text(ROW)
    (folder / "valid.jsonl").write_text("")
    spec = TrainingSpec(model=str(tiny), iters=150, learning_rate=0.003)
    run = start_training(folder, spec, runs_dir=folder / "runs").wait(60)
    assert run.adapter is not None
    return run.adapter


@pytest.fixture(scope="module")
def generator(tiny):
    with Generator(str(tiny)) as generator:
        yield generator


def texts(completions):
    return [one.text for one in sorted(completions, key=lambda one: one.index)]


def test_base_and_adapter_answer_from_one_child_and_the_base_is_unharmed(generator, adapter):
    before = texts(generator.complete(PROMPTS, sampling=Sampling(max_tokens=6), batch_size=2))
    tuned = texts(
        generator.complete(PROMPTS, sampling=Sampling(max_tokens=6), batch_size=2, adapter=adapter)
    )
    after = texts(generator.complete(PROMPTS, sampling=Sampling(max_tokens=6), batch_size=5))

    assert before == after
    assert tuned != before


def test_each_prompt_is_answered_once_and_a_cut_answer_says_so(tiny):
    answers = list(generate(str(tiny), PROMPTS, sampling=Sampling(max_tokens=3), batch_size=2))

    assert sorted(answer.index for answer in answers) == list(range(5))
    assert {(answer.tokens, answer.truncated) for answer in answers} == {(3, True)}
    assert all(answer.seconds > 0 for answer in answers)


def test_an_answer_that_ends_by_itself_is_not_cut(generator, adapter):
    answers = list(
        generator.complete(PROMPTS[:1], sampling=Sampling(max_tokens=200), adapter=adapter)
    )

    assert answers[0].tokens < 200
    assert not answers[0].truncated
    assert "<|im_end|>" not in answers[0].text


def test_a_prompt_with_a_broken_character_is_asked_all_the_same(generator):
    answers = list(
        generator.complete([prompt_messages("caf\ud800")], sampling=Sampling(max_tokens=1))
    )

    assert len(answers) == 1


def test_cancelling_ends_the_answers_and_the_child(tiny):
    cancel = threading.Event()
    with Generator(str(tiny)) as generator:
        answers = generator.complete(
            PROMPTS, sampling=Sampling(max_tokens=4000), batch_size=1, cancel=cancel
        )
        cancel.set()
        assert list(answers) == []

        assert len(list(generator.complete(PROMPTS[:1], sampling=Sampling(max_tokens=1)))) == 1


def test_a_child_that_dies_is_an_error_with_its_end(tiny, tmp_path):
    with Generator(str(tiny), log=tmp_path / "log.txt") as generator:
        answers = generator.complete(PROMPTS, sampling=Sampling(max_tokens=1), batch_size=1)
        next(answers)
        generator._child.kill()
        with pytest.raises(TrainingError, match="SIGKILL"):
            list(answers)


def test_no_prompts_need_no_child(tiny):
    with Generator(str(tiny)) as generator:
        assert list(generator.complete([])) == []
        assert generator._child is None


def test_an_adapter_of_another_model_is_a_sentence(tiny, adapter, tmp_path):
    (tmp_path / "adapter_config.json").write_text((adapter / "adapter_config.json").read_text())
    data = (adapter / "adapters.safetensors").read_bytes()
    (tmp_path / "adapters.safetensors").write_bytes(data.replace(b"layers.1.", b"layers.7."))

    with pytest.raises(ModelError, match="does not fit"):
        list(generate(str(tiny), PROMPTS[:1], adapter=tmp_path))


def test_what_cannot_work_is_refused_before_a_child_starts(tiny, tmp_path):
    with pytest.raises(ModelError, match="no such model"):
        Generator(str(tmp_path / "nowhere"))
    with Generator(str(tiny)) as generator:
        with pytest.raises(ModelError):
            generator.complete(PROMPTS, adapter=tmp_path)
        with pytest.raises(ConfigError, match="batch_size"):
            generator.complete(PROMPTS, batch_size=0)
        assert generator._child is None
