"""Base and adapter are asked the same prompts, without those that were trained on."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from curator.errors import CancelledError, ConfigError, StoreError
from curator.evaluate import (
    Prompt,
    Sampling,
    Suite,
    asking,
    evaluate,
    evaluate_run,
    save_evaluation,
    score,
    trained_in,
)
from curator.evaluate.saved import load_evaluation
from curator.evaluate.sheets import evaluation_sheets
from curator.example import load_profile
from curator.sandbox import Backend, probe
from curator.sandbox.backend import Kind
from curator.train import read_run
from tests.evaluate.answering import answering
from tests.evaluate.test_score import answer

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
def sealed():
    if not probe().sealed:
        pytest.skip(probe().reason)


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
    silent = answering(lambda adapter, index, sample: f"answer {index}")
    monkeypatch.setattr(asking, "Generator", silent)
    return silent.heard


@pytest.fixture
def replied(monkeypatch):
    """Let the model answer as `reply` says, and return the evaluation of a suite without a run."""

    def make(reply, suite=SUITE, **more):
        monkeypatch.setattr(asking, "Generator", answering(reply))
        more.setdefault("adapter_sha256", "0" * 64)
        return evaluate("a model", suite, adapter=Path("adapter"), **more)

    return make


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


SOLVED = Suite(
    name="solved",
    prompt=(
        Prompt(
            id="factorial",
            instruction="Write factorial(n).",
            function="factorial",
            asserts=("assert factorial(5) == 120",),
        ),
        Prompt(id="open", instruction="Write something."),
    ),
)


def by_adapter(adapter, index, sample):
    return "No." if adapter is None else answer()


def test_base_and_adapter_are_compared_prompt_by_prompt(replied):
    prompts = tuple(Prompt(id=f"p{n}", instruction=f"Do thing {n}.") for n in range(8))
    found = replied(by_adapter, Suite(name="eight", prompt=prompts), run_tests=False)

    assert (found.base.all.passed, found.tuned.all.passed) == (0, 8)
    difference = found.paired["all"]
    assert (difference.n, difference.better, difference.worse) == (8, 8, 0)
    assert difference.p == pytest.approx(2 / 2**8)
    assert difference.shown
    told = found.to_json()
    assert set(told["paired"]) == {*told["checks"], "all"}
    assert told["paired"]["all"]["shown"] is True
    assert told["all"] == told["tuned"]["all"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"text": answer(), "truncated": True},
        {"failure": "It took longer than 60 s."},
        {"text": ""},
        {"text": "na " * 500, "truncated": True},
        {"text": "\ufffd\x1b[2J"},
    ],
    ids=["cut", "hung", "only an end token", "repeating", "broken characters"],
)
def test_trouble_with_one_answer_counts_as_failed_and_the_rest_goes_on(replied, sealed, trouble):
    def reply(adapter, index, sample):
        return trouble if index == 1 else answer()

    found = replied(reply)

    assert found.n == 3
    for side in found.sides:
        assert (side.all.passed, side.all.n) == (2, 3)
        assert not side.scores[1].all
        assert side.rates["runs"].n == 3
        assert not side.scores[1].passed["runs"]
    assert found.tuned.truncated == int(bool(trouble.get("truncated")))
    assert found.tuned.failures == int(bool(trouble.get("failure")))


def test_hidden_asserts_run_and_are_counted_over_their_own_prompts(replied, sealed):
    found = replied(by_adapter, SOLVED)

    assert found.not_run == ""
    assert found.tuned.rates["solves"].n == 1
    assert found.tuned.rates["solves"].passed == 1
    assert found.tuned.rates["runs"].n == 2
    assert found.to_json()["pass_at"] == [found.tuned.pass_at()[0].to_json()]


@pytest.mark.parametrize("run_tests", [True, False])
def test_what_did_not_run_is_neither_passed_nor_failed_and_says_so(replied, monkeypatch, run_tests):
    none = Backend(Kind.NONE, "There is no sandbox here.", hint="Install bubblewrap.")
    monkeypatch.setattr(asking, "probe", lambda: none)

    found = replied(by_adapter, SOLVED, run_tests=run_tests)

    assert "runs" not in found.tuned.rates
    assert "solves" not in found.tuned.scores[0].passed
    assert found.tuned.all.passed == 2
    [sheet] = evaluation_sheets(found)
    told = "There is no sandbox here. Install bubblewrap." if run_tests else "switched off"
    assert any("were run" in warning and told in warning for warning in sheet.warnings)


def test_several_answers_to_a_prompt_are_kept_apart_and_judged_together(replied):
    def reply(adapter, index, sample):
        return answer() if adapter is not None and sample == 0 else "No."

    found = replied(reply, sampling=Sampling(samples=4, temperature=0.7), run_tests=False)

    assert [(one.prompt.id, one.sample) for one in found.tuned.scores[:5]] == [
        *(("factorial", sample) for sample in range(4)),
        ("histogram", 0),
    ]
    assert (found.tuned.all.passed, found.tuned.all.n) == (3, 12)
    assert found.paired["all"].n == 3
    assert found.file_name == "three.4x-t0.7-seed0.json"


def test_where_the_format_is_not_wanted_an_answer_without_it_passes(replied):
    suite = Suite(name="control", prompt=SUITE.prompt, wants="other")

    found = replied(lambda adapter, *_: "A stack grows." if adapter is None else answer(), suite)

    assert [check.name for check in found.base.checks] == ["answered", "free"]
    assert (found.base.all.passed, found.tuned.all.passed) == (3, 0)
    assert found.paired["free"].worse == 3
    assert found.not_run == ""


def test_silence_is_no_answer_where_the_format_is_not_wanted_either(replied):
    suite = Suite(name="control", prompt=SUITE.prompt, wants="other")

    assert replied(lambda *_: " \n", suite).tuned.all.passed == 0


def test_everything_comes_back_from_its_file(replied, tmp_path):
    def reply(adapter, index, sample):
        return f"Sure!\n```\n{answer()}\n```" if sample else {"failure": "It hung."}

    found = replied(
        reply, SOLVED, sampling=Sampling(32, 2, 0.5, 7), system_prompt="Be brief.", run_tests=False
    )

    assert load_evaluation(save_evaluation(found, tmp_path)).to_json() == found.to_json()
    assert found.tuned.scores[1].loose.all


def test_a_profile_of_ones_own_comes_back_with_the_answers(replied, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\n[[section]]\nkey = "s"\ntitle = "Code"\nrole = "solution"\n'
        'code = "python"\n[docstring]\nrequire = []\n'
    )
    suite = Suite(name="own", prompt=SUITE.prompt, profile=str(tmp_path / "mine.toml"))
    found = replied(lambda *_: "### Code\n\n```python\nx = 1\n```\n", suite)
    path = save_evaluation(found, tmp_path)
    (tmp_path / "mine.toml").unlink()

    back = load_evaluation(path)

    assert back.profile.name == "mine"
    assert [check.title for check in back.base.checks] == ["### Code", "Valid Python"]
    assert back.base.rates == found.base.rates


def test_an_evaluation_of_an_earlier_version_is_read(tmp_path):
    rate = {"passed": 1, "n": 1, "rate": 1.0, "low": 0.2, "high": 1.0}
    side = {
        "checks": {"python": rate},
        "all": rate,
        "answers": [
            {
                "prompt": "p",
                "text": "x",
                "truncated": False,
                "passed": {"python": True},
                "all": True,
            }
        ],
    }
    old = {
        "suite": "s", "model": "m", "adapter": None, "n": 1, "max_tokens": 64,
        "contaminated": [{"prompt": "q", "score": 90.0, "row": 0, "text": "t"}],
        "contamination_checked": True, "base": side, "tuned": None,
    }  # fmt: skip
    (tmp_path / "s.json").write_text(json.dumps(old))

    read = load_evaluation(tmp_path / "s.json")

    assert (read.max_tokens, read.base.all.passed, read.contaminated[0].kind) == (64, 1, "twin")


def test_stopping_while_tests_run_leaves_no_half_an_evaluation(replied, sealed):
    cancel = threading.Event()

    def progress(step, done, total):
        if step == "tests":
            cancel.set()

    with pytest.raises(CancelledError, match="tests ran"):
        replied(by_adapter, SOLVED, cancel=cancel, progress=progress)


def test_an_adapter_without_a_run_is_checked_against_the_mixture_that_is_named(replied, copied):
    trained = trained_in(copied.mixture)
    found = replied(by_adapter, trained=trained, run_tests=False)

    assert [one.prompt for one in found.contaminated] == ["factorial"]
    assert (found.n, found.to_json()["prompts"]) == (2, 3)
    assert len(found.base.scores) == len(found.tuned.scores) == 2


def test_a_projects_own_lint_settings_change_no_rate(tmp_path, monkeypatch):
    """A rate means the same in every project, also where a rule is ignored or made an error."""
    text = answer().replace("### Usage", "### usage")
    before = score(SUITE.prompt[0], text, load_profile())
    (tmp_path / "curator.toml").write_text('[lint]\nignore = ["SEC", "DOC", "TST"]\n')
    monkeypatch.chdir(tmp_path)

    assert score(SUITE.prompt[0], text, load_profile()) == before
