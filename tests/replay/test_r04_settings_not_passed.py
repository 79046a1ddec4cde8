"""R4: rank, alpha and dropout were reported as used; the script never gave them to the trainer."""

from __future__ import annotations

import json

import pytest

from curator.tiny import build_tiny_model
from curator.train import TrainingSpec, differences, read_adapter, start_training

ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A training that asked for a rank, an alpha and a dropout unlike any default."""
    folder = tmp_path_factory.mktemp("r04")
    (folder / "train.jsonl").write_text(json.dumps(ROW) + "\n")
    (folder / "valid.jsonl").write_text("")
    model = build_tiny_model(folder / "model")
    spec = TrainingSpec(model=str(model), rank=3, alpha=12, dropout=0.25, iters=1)
    return start_training(folder, spec, runs_dir=folder / "runs").wait(60)


def test_the_record_says_what_the_files_of_the_adapter_say(run):
    facts = read_adapter(run.adapter)

    assert (run.result.rank, run.result.scale, run.result.dropout) == (3, 4.0, 0.25)
    assert (facts.rank, facts.scale, facts.dropout) == (3, 4.0, 0.25)
    assert run.result.adapter_sha256 == facts.sha256


def test_a_training_that_ends_well_was_the_one_that_was_asked_for(run):
    assert run.status == "finished"
    assert differences(read_adapter(run.adapter), run.spec) == []


def test_settings_that_are_only_written_down_are_told_apart_from_the_adapter(run):
    reported = TrainingSpec(rank=8, alpha=16, dropout=0.05)

    told = " ".join(differences(read_adapter(run.adapter), reported))

    for what in ("rank 3", "scale 4", "dropout 0.25"):
        assert what in told
