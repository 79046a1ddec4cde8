"""R10: the published card said 2,000 training samples and 50 iterations; somebody had typed them.

What goes out about an evaluation is worked out again from its answers, whatever its file claims.
"""

from __future__ import annotations

import json
from dataclasses import replace

from curator.evaluate import Contamination, Evaluation, Prompt, Sampling, Side, checks_of, score
from curator.evaluate.render import to_markdown
from curator.evaluate.saved import load_evaluation
from curator.evaluate.sheets import evaluation_sheets
from curator.example import load_profile

PROFILE = load_profile()


def evaluated() -> Evaluation:
    prompts = [Prompt(f"p{number}", f"Do thing {number}.") for number in range(5)]
    scores = tuple(score(prompt, "### Solution", PROFILE) for prompt in prompts)
    side = Side("base", checks_of(PROFILE), scores)
    return Evaluation(
        suite="five",
        model="some/model",
        adapter="0" * 64,
        n=5,
        contaminated=(Contamination("factorial", 100.0, 3, "Factorial.", "exact"),),
        contamination_checked=True,
        base=side,
        tuned=replace(side, name="adapter"),
        sampling=Sampling(max_tokens=64),
    )


def test_rates_that_were_typed_into_the_file_are_not_believed(tmp_path):
    kept = evaluated().to_json()
    kept["tuned"]["all"] = {"passed": 5, "n": 5, "rate": 1.0, "low": 0.57, "high": 1.0}
    kept["all"] = kept["tuned"]["all"]
    (tmp_path / "five.json").write_text(json.dumps(kept))

    read = load_evaluation(tmp_path / "five.json")

    assert read.tuned.all.passed == 0
    assert "| **all of these** | 0 0% (0–43) | 0 0% (0–43) |" in to_markdown(
        evaluation_sheets(read)
    )


def test_what_was_asked_and_how_comes_back_with_the_answers(tmp_path):
    (tmp_path / "five.json").write_text(json.dumps(evaluated().to_json()))

    read = load_evaluation(tmp_path / "five.json")

    assert read == evaluated()
    told = to_markdown(evaluation_sheets(read))
    assert "five, 5 prompts" in told
    assert "up to 64 tokens" in told
    assert "factorial is training row 4" in told
