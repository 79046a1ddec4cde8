"""Base and adapter are asked the same prompts, without those that were trained on."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace

import msgspec
import pytest

from curator.errors import CancelledError, ConfigError, StoreError
from curator.evaluate import (
    Completion,
    Prompt,
    Sampling,
    Suite,
    asking,
    evaluate_run,
    save_evaluation,
)
from curator.train import read_run

SUITE = Suite(
    name="three",
    prompt=(
        Prompt(id="factorial", instruction="Calculate the factorial of a number."),
        Prompt(id="histogram", instruction="Draw a histogram of word lengths as text."),
        Prompt(id="ip", instruction="Is this text an IPv4 address?", input="127.0.0.1"),
    ),
)


@pytest.fixture(scope="module")
def evaluation(run):
    return evaluate_run(run, SUITE, sampling=Sampling(max_tokens=4))


@pytest.fixture
def copied(run, tmp_path):
    """The run in a folder of this test's own, with its mixture beside it."""
    shutil.copytree(run.mixture, tmp_path / "mixture")
    shutil.copytree(run.folder, tmp_path / run.id)
    record = msgspec.structs.replace(run.record, mixture=str(tmp_path / "mixture"))
    (tmp_path / run.id / "run.json").write_bytes(msgspec.json.encode(record))
    return read_run(tmp_path / run.id)


@pytest.fixture
def asked(monkeypatch):
    """A generator that answers at once; the conversations it was asked, by adapter or none."""
    heard = []

    class Silent:
        def __init__(self, model, *, log=None):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *reason):
            pass

        def complete(self, prompts, *, adapter=None, sampling=None, cancel=None):
            heard.append((adapter, prompts))
            for index in reversed(range(len(prompts))):
                yield Completion(index, f"answer {index}", 2, False, 0.0)

    monkeypatch.setattr(asking, "Generator", Silent)
    return heard


def test_base_and_adapter_answer_the_same_clean_prompts(evaluation):
    for side in (evaluation.base, evaluation.tuned):
        assert [one.prompt.id for one in side.scores] == ["histogram", "ip"]
        assert {rate.n for rate in side.rates.values()} == {2}
        assert side.all.n == 2


def test_a_prompt_that_was_trained_on_is_named_and_not_scored(evaluation):
    (one,) = evaluation.contaminated

    assert (one.prompt, one.score) == ("factorial", 100.0)
    assert evaluation.contamination_checked
    assert evaluation.n == 2


def test_the_evaluation_says_which_adapter_it_is_about(evaluation, run):
    assert evaluation.adapter == run.result.adapter_sha256
    assert evaluation.model == run.model


def test_an_answer_that_fills_the_limit_is_marked_as_cut(evaluation):
    assert {one.truncated for one in evaluation.base.scores} == {True}


def test_noise_passes_nothing(evaluation):
    assert evaluation.base.all.passed == 0
    assert set(evaluation.tuned.rates) == {check.name for check in evaluation.base.checks}


def test_it_is_kept_in_the_run_as_json_with_every_answer(copied, evaluation):
    path = save_evaluation(evaluation, copied)

    assert path == copied.folder / "evaluations" / "three.json"
    kept = json.loads(path.read_text())
    assert kept == json.loads(json.dumps(evaluation.to_json()))
    assert kept["n"] == 2
    assert kept["contaminated"][0]["prompt"] == "factorial"
    for side in ("base", "tuned"):
        assert [one["prompt"] for one in kept[side]["answers"]] == ["histogram", "ip"]
        assert set(kept[side]["all"]) == {"passed", "n", "rate", "low", "high"}


def test_where_it_cannot_be_kept_a_sentence_says_so(copied, evaluation):
    (copied.folder / "evaluations").write_text("mine")

    with pytest.raises(StoreError):
        save_evaluation(evaluation, copied)

    assert (copied.folder / "evaluations").read_text() == "mine"


def test_prompts_are_asked_under_the_system_prompt_that_trained(copied, asked):
    evaluate_run(copied, SUITE)

    conversations = [
        [
            {"role": "system", "content": "Answer in three parts."},
            {"role": "user", "content": "Draw a histogram of word lengths as text."},
        ],
        [
            {"role": "system", "content": "Answer in three parts."},
            {"role": "user", "content": "Is this text an IPv4 address?\n\n127.0.0.1"},
        ],
    ]
    assert asked == [(None, conversations), (copied.adapter, conversations)]


def test_a_system_prompt_that_no_row_carried_is_not_asked_with(copied, asked):
    manifest = json.loads((copied.folder / "manifest.json").read_text())
    manifest["recipe"]["system_prompt_on"] = "none"
    (copied.folder / "manifest.json").write_text(json.dumps(manifest))

    evaluate_run(copied, SUITE)

    assert asked[0][1][0][0]["role"] == "user"


def test_a_run_on_a_mixture_by_hand_has_no_system_prompt(copied, asked):
    (copied.folder / "manifest.json").unlink()

    evaluate_run(copied, SUITE)

    assert asked[0][1][0][0]["role"] == "user"


def test_a_damaged_manifest_is_said_and_not_guessed(copied, asked):
    (copied.folder / "manifest.json").write_text("[]")

    with pytest.raises(ConfigError, match="manifest"):
        evaluate_run(copied, SUITE)

    assert asked == []


def test_answers_are_scored_in_the_order_of_the_suite_however_they_come(copied, asked):
    found = evaluate_run(copied, SUITE)

    assert [(one.prompt.id, one.text) for one in found.base.scores] == [
        ("histogram", "answer 0"),
        ("ip", "answer 1"),
    ]


def test_progress_is_told_for_each_side(copied, asked):
    told = []
    evaluate_run(copied, SUITE, progress=lambda *step: told.append(step))

    assert told == [("base", 1, 2), ("base", 2, 2), ("adapter", 1, 2), ("adapter", 2, 2)]


def test_a_mixture_that_is_gone_is_told_and_every_prompt_scored(copied, asked):
    shutil.rmtree(copied.mixture)

    found = evaluate_run(copied, SUITE)

    assert not found.contamination_checked
    assert (found.contaminated, found.n) == ((), 3)


def test_a_mixture_that_was_built_anew_is_not_taken_for_the_one_that_trained(copied, asked):
    with (copied.mixture / "train.jsonl").open("a") as file:
        file.write('{"messages": [{"role": "user", "content": "a"}, ')
        file.write('{"role": "assistant", "content": "b"}]}\n')

    assert not evaluate_run(copied, SUITE).contamination_checked


def test_a_suite_that_was_trained_on_whole_measures_nothing(copied, asked):
    with pytest.raises(ConfigError, match="Every prompt") as caught:
        evaluate_run(copied, Suite(name="spoilt", prompt=SUITE.prompt[:1]))

    assert caught.value.hint == "Choose another suite."
    assert asked == []


def test_a_run_without_an_adapter_is_refused(copied, asked):
    shutil.rmtree(copied.folder / "adapter")

    with pytest.raises(ConfigError, match="left no adapter"):
        evaluate_run(replace(copied), SUITE)


def test_cancelling_leaves_no_half_an_evaluation(run):
    cancel = threading.Event()
    cancel.set()

    with pytest.raises(CancelledError, match="Stopped after 0 of 2 answers of the base"):
        evaluate_run(run, SUITE, sampling=Sampling(max_tokens=4), cancel=cancel)
