"""Answers really run: their own test, and the asserts that the model never saw."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, Suite, checks_for, checks_of, score
from curator.evaluate import running as running_module
from curator.evaluate.running import run_scores
from curator.evaluate.side import Side
from curator.example import load_profile
from curator.sandbox import Limits, probe
from tests.evaluate.test_score import SOLUTION, answer

PROFILE = load_profile()
HIDDEN = Prompt(
    id="factorial",
    instruction="Write factorial(n).",
    function="factorial",
    asserts=("assert factorial(0) == 1", "assert factorial(6) == 720"),
)
OPEN = Prompt(id="open", instruction="Write something.")
SUITE = Suite(name="two", prompt=(HIDDEN, OPEN))
CHECKS = checks_for(SUITE, PROFILE, run=True)
WRONG = SOLUTION.replace("n * factorial", "n + factorial")
SMALL = "assert factorial(1) == 1"


@pytest.fixture(scope="module")
def sealed():
    backend = probe()
    if not backend.sealed:
        pytest.skip(f"{backend.reason} {backend.hint}")
    return backend


def ran(backend, *texts, prompt=HIDDEN, **more):
    scores = [score(prompt, text, PROFILE, **more) for text in texts]
    return run_scores(scores, PROFILE, CHECKS, backend=backend)


def test_a_right_answer_passes_its_own_test_and_the_hidden_asserts(sealed):
    (one,) = ran(sealed, answer())

    assert (one.passed["runs"], one.passed["solves"]) == (True, True)
    assert one.notes["solves"] == "2 asserts held."


def test_a_test_of_its_own_that_asks_too_little_does_not_save_a_wrong_answer(sealed):
    (one,) = ran(sealed, answer(solution=WRONG, usage="factorial(1)", test=SMALL))

    assert (one.passed["runs"], one.passed["solves"]) == (True, False)
    assert one.notes["solves"].startswith("failed: Hidden asserts, line 2:")


def test_running_is_no_part_of_all(sealed):
    (one,) = ran(sealed, answer(solution=WRONG))

    assert not one.passed["runs"]
    assert one.all


def test_a_vacuous_test_counts_as_failed(sealed):
    (one,) = ran(sealed, answer(test="assert factorial is not None"))

    assert not one.passed["runs"]
    assert one.notes["runs"].startswith("vacuous")


def test_hidden_asserts_are_asked_of_their_own_prompts_only(sealed):
    (one,) = ran(sealed, answer(), prompt=OPEN)

    assert "runs" in one.passed
    assert "solves" not in one.passed


def test_code_without_the_format_solves_loosely_only(sealed):
    (one,) = ran(sealed, f"```python\n{SOLUTION}\n```")

    assert not one.passed["solves"]
    assert one.verdict(loose=True).passed["solves"]
    assert not one.verdict(loose=True).passed["runs"]


@pytest.mark.parametrize(
    ("more", "note"),
    [({"truncated": True}, "not whole"), ({"failure": "It hung."}, "not whole")],
)
def test_what_is_not_whole_does_not_run(more, note):
    (one,) = ran(probe(), answer(), **more)

    assert (one.passed["runs"], one.passed["solves"]) == (False, False)
    assert note in one.notes["runs"]


@pytest.mark.parametrize("text", ["", "I cannot.", "```\n```", "\ud800"])
def test_where_there_is_no_code_nothing_runs_and_nothing_passes(text):
    (one,) = ran(probe(), text)

    assert (one.passed["runs"], one.passed["solves"]) == (False, False)
    assert one.notes["runs"] == "There is no code to run."


def test_hostile_answers_fail_and_the_others_go_on(sealed, monkeypatch):
    monkeypatch.setattr(running_module, "LIMITS", Limits(seconds=1.0))
    hostile = [
        "import os\nos._exit(0)",
        "import sys\nsys.exit(0)",
        "while True:\n    pass",
        "import os\nos.kill(os.getpid(), 9)",
        "open('/etc/shadow').read()",
        "print('x' * 10**8)",
    ]
    texts = [answer(solution=f"{code}\n\n{SOLUTION}") for code in hostile]

    *bad, good = ran(sealed, *texts, answer())

    assert [one.passed["solves"] for one in bad] == [False] * len(hostile)
    assert [one.passed["runs"] for one in bad] == [False] * len(hostile)
    assert (good.passed["runs"], good.passed["solves"]) == (True, True)


def test_equal_programs_run_once(sealed):
    told = []
    scores = [score(HIDDEN, answer(), PROFILE, sample=number) for number in range(5)]

    run_scores(scores, PROFILE, CHECKS, backend=sealed, progress=lambda *step: told.append(step))

    assert told == [(1, 2), (2, 2)]


def test_without_a_sandbox_there_is_no_such_check():
    assert not any(check.ran for check in checks_for(SUITE, PROFILE, run=False))
    assert [check.name for check in CHECKS if check.ran] == ["runs", "solves"]
    assert checks_for(Suite("o", (OPEN,)), PROFILE, run=True)[-1].name == "runs"


def test_pass_at_k_counts_prompts_with_hidden_asserts(sealed):
    wrong = answer(solution=WRONG)
    scores = [
        score(prompt, text, PROFILE, sample=number)
        for prompt in (HIDDEN, OPEN)
        for number, text in enumerate((answer(), wrong, wrong))
    ]
    side = Side("adapter", CHECKS, run_scores(scores, PROFILE, CHECKS, backend=sealed))

    first, third = side.pass_at()
    assert (first.k, first.n, first.rate) == (1, 1, pytest.approx(1 / 3))
    assert (third.k, third.n, third.rate) == (3, 1, 1.0)
    assert side.figures()["pass_at"][1]["k"] == 3
    assert len(side.checks) == len(checks_of(PROFILE)) + 2
