"""R12: the first model was published before anyone looked at an answer of it.

And R10 where it goes out: the card and its metadata say what the run's record says, not what
somebody typed: 2,000 training samples and 50 iterations then, for a run of 1,042 and 100.
"""

from __future__ import annotations

import json
import re

import pytest

from curator.errors import ConfigError
from curator.evaluate import save_evaluation
from curator.publish import UNEVALUATED, bundle_files, write_bundle
from curator.publish.report import make_report, markdown
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project


@pytest.fixture
def run(tmp_path):
    return finished_run(mix_project(tmp_path))


def test_an_adapter_that_nobody_looked_at_stays_here(run, tmp_path):
    bundle = bundle_files(run)

    with pytest.raises(ConfigError, match="Nobody has looked at an answer of this adapter") as told:
        write_bundle(bundle, tmp_path / "out")

    assert told.value.hint == f"curator eval --run {run.id}"
    assert not (tmp_path / "out").exists()


def test_who_publishes_it_unevaluated_says_so_and_the_card_does_too(run, tmp_path):
    write_bundle(bundle_files(run, allow=UNEVALUATED), tmp_path / "out")

    card = (tmp_path / "out/README.md").read_text()
    meta = json.loads((tmp_path / "out/run_meta.json").read_text())
    assert "**evaluated**: Nobody has looked at an answer of this adapter." in card
    assert "This adapter has not been evaluated." in card
    assert meta["allowed"] == ["clean-suite", "evaluated"]
    assert "model-index" not in card


def test_an_evaluation_of_the_adapter_before_does_not_count(run):
    save_evaluation(evaluation_of(run), run)
    weights = run.adapter / "adapters.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")

    standing = {gate.code for gate in bundle_files(run).standing}

    assert {"evaluated", "adapter"} <= standing


def test_samples_and_iterations_are_those_of_the_record(run, tmp_path):
    save_evaluation(evaluation_of(run), run)
    config = run.adapter / "adapter_config.json"
    # What somebody typed beside the weights gets into nothing that is derived.
    typed = {**json.loads(config.read_text()), "training_samples": 2000, "iterations": 50}
    config.write_text(json.dumps(typed))

    bundle = bundle_files(run)
    texts = {name: one for name, one in bundle.files.items() if isinstance(one, bytes)}
    meta = json.loads(texts["run_meta.json"])

    assert (meta["rows"]["train"], meta["result"]["iterations"]) == (12, 200)
    for name in ("README.md", "MODEL_CARD.md", "USAGE.md", "run_meta.json", "config.json"):
        assert not re.search(rb"training_samples|\b2,?000\b", texts[name])
    assert "200 of 200" in texts["MODEL_CARD.md"].decode()


def test_the_report_claims_nothing_that_was_not_measured(run):
    text = markdown(make_report(run))

    assert "This adapter has not been evaluated." in text
    assert "100%" not in text
    assert "Nobody has looked at an answer of this adapter." in text
    assert "Nothing has been published of this run." in text
