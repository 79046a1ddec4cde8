"""Answers come from a child with one loaded base, with or without an adapter."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from curator.errors import ConfigError, ModelError
from curator.evaluate.generate import Generator, Sampling, generate
from curator.example.chat import prompt_messages
from curator.tiny import build_tiny_model
from curator.tiny.tokenizer import MESSAGE_END, MESSAGE_END_ID
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
    # What is remembered would prove nothing.
    with Generator(str(tiny), cache=False) as generator:
        yield generator


def texts(completions):
    return [one.text for one in sorted(completions, key=lambda one: one.index)]


def test_base_and_adapter_answer_from_one_child_and_the_base_is_unharmed(generator, adapter, tiny):
    short = Sampling(max_tokens=6)
    before = texts(generator.complete(PROMPTS, sampling=short, batch_size=2))
    tuned = texts(generator.complete(PROMPTS, sampling=short, batch_size=2, adapter=adapter))
    after = texts(generator.complete(PROMPTS, sampling=short, batch_size=5))
    with Generator(str(tiny), cache=False) as plain:
        alone = texts(plain.complete(PROMPTS, sampling=short, batch_size=1))

    assert before == after == alone
    assert tuned != before


def test_samples_differ_and_come_again_whatever_is_asked_beside_them(generator):
    drawn = Sampling(max_tokens=12, samples=3, temperature=1.0, seed=5)

    def ask(prompts, sampling, batch_size):
        found = generator.complete(prompts, sampling=sampling, batch_size=batch_size)
        return {(one.index, one.sample): one.text for one in found}

    together = ask(PROMPTS, drawn, 15)
    assert sorted(together) == [(index, sample) for index in range(5) for sample in range(3)]
    assert len(set(together.values())) == 15
    # Bytes drawn at random are hardly ever text; what comes is, all the same.
    assert any("\ufffd" in text for text in together.values())
    assert all(text.encode("utf-8") for text in together.values())
    first = ask(PROMPTS[:1], drawn, 2)
    assert first == {key: text for key, text in together.items() if key[0] == 0}
    other = ask(PROMPTS[:1], Sampling(max_tokens=12, samples=3, temperature=1.0, seed=6), 2)
    assert not set(other.values()) & set(first.values())


def test_what_prompts_share_is_read_once_and_changes_no_answer(generator):
    system = "Answer with a solution, its usage and a sanity test."
    prompts = [
        prompt_messages(text, system_prompt=system) for text in ("a", "a much longer one", "b")
    ]
    short = Sampling(max_tokens=20)

    together = texts(generator.complete(prompts, sampling=short))
    alone = [texts(generator.complete([prompt], sampling=short))[0] for prompt in prompts]

    assert together == alone


@pytest.mark.parametrize(
    ("loudest", "text", "truncated"), [("<|im_end|>", "", False), ("a", "aaaaa", True)]
)
def test_a_model_that_says_one_thing_only_ends_at_once_or_at_the_limit(
    tmp_path, loudest, text, truncated
):
    model = build_tiny_model(tmp_path / "tiny")
    tensors = load_file(model / "model.safetensors")
    tokens = MESSAGE_END_ID if loudest == MESSAGE_END else ord(loudest)
    for name, tensor in tensors.items():
        # Every state is the same, and one token answers it best.
        tensor.fill(1 if "norm" in name or "embed" in name else 0)
    tensors["model.embed_tokens.weight"][tokens] = 2
    save_file(tensors, model / "model.safetensors", metadata={"format": "mlx"})

    (found,) = generate(str(model), PROMPTS[:1], sampling=Sampling(max_tokens=5))

    assert (found.text, found.truncated, found.failure) == (text, truncated, "")
    assert found.tokens == len(text)


def test_a_text_can_be_heard_as_it_comes(generator, adapter):
    pieces = []
    answer = generator.answer(PROMPTS[0], adapter=adapter, hear=pieces.append)

    assert "".join(pieces) == answer.text
    assert answer.failure == ""


def test_an_answer_that_is_stopped_leaves_the_model_loaded(generator):
    cancel = threading.Event()
    child = generator._child

    stopped = generator.answer(
        PROMPTS[0],
        sampling=Sampling(max_tokens=8000),
        hear=lambda _piece: cancel.set(),
        cancel=cancel,
    )

    assert stopped is None
    assert generator.answer(PROMPTS[0], sampling=Sampling(max_tokens=1)).tokens == 1
    assert generator._child is child


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


def test_what_is_answered_is_remembered_for_that_model_adapter_prompt_and_setting(
    tiny, adapter, tmp_path, monkeypatch
):
    monkeypatch.setenv("CURATOR_CACHE_DIR", str(tmp_path / "cache"))
    short = Sampling(max_tokens=2)
    with Generator(str(tiny)) as generator:
        # Left in the middle, as a kill would leave it.
        answers = generator.complete(PROMPTS, sampling=short, batch_size=1)
        done = [next(answers) for _ in range(3)]
        answers.close()

        def remembered(prompts, **how):
            return sorted(
                one.index for one in generator.complete(prompts, **how) if one.seconds == 0
            )

        again = {one.index: one.text for one in generator.complete(PROMPTS, sampling=short)}
        assert all(again[one.index] == one.text for one in done)
        assert remembered(PROMPTS, sampling=short) == list(range(5))
        assert remembered(PROMPTS[:2], sampling=Sampling(max_tokens=3)) == []
        assert remembered(PROMPTS[:2], sampling=short, adapter=adapter) == []
        assert remembered([prompt_messages("Another")], sampling=short) == []
        drawn = Sampling(max_tokens=2, temperature=1.0)
        assert remembered(PROMPTS[:1], sampling=drawn) == []
        assert remembered(PROMPTS[:1], sampling=drawn) == [0]


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
