"""One tiny training for all tests of evaluation."""

from __future__ import annotations

import json

import pytest

from curator.mix import Recipe, SourceSpec, SplitSpec, plan_mixture, write_mixture
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec, start_training

TRAINED = (
    "Calculate the factorial of a number.",
    "Reverse the words of a sentence.",
    "Merge two sorted lists into one.",
)


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A finished run of a tiny model on three rows that carry a system prompt."""
    folder = tmp_path_factory.mktemp("evaluated")
    rows = [{"instruction": text, "input": "", "output": "### Solution"} for text in TRAINED]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = Recipe(
        name="three",
        source=(SourceSpec(path="rows.jsonl", role="curated"),),
        system_prompt="Answer in three parts.",
        split=SplitSpec(valid=0),
    )
    write_mixture(plan_mixture(recipe, folder), folder / "mixture")
    model = build_tiny_model(folder / "model")
    spec = TrainingSpec(model=str(model), iters=3, learning_rate=0.01, max_seq_length=128)
    finished = start_training(folder / "mixture", spec, runs_dir=folder / "runs").wait(60)
    assert finished.adapter is not None
    return finished
