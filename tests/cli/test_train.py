"""Training and evaluating from a shell: what is printed where, and how Ctrl-C ends it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from curator.tiny import build_tiny_model
from curator.train import read_run

ROWS = [
    {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "Yes."}]}
    for text in ("Is it so?", "Is it the other way round?", "Could it be?")
]
HELD_OUT = {
    "messages": [
        {"role": "user", "content": "Name a colour of the rainbow."},
        {"role": "assistant", "content": "Green."},
    ]
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def mixture(tmp_path):
    folder = tmp_path / "mixture"
    folder.mkdir()
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "valid.jsonl").write_text(json.dumps(HELD_OUT) + "\n")
    return folder


def test_train_prints_the_run_and_the_run_can_be_listed_and_evaluated(
    curator, model, mixture, tmp_path
):
    trained = curator("train", mixture, "--model", model, "--iters", 2, "--rank", 4, "--alpha", 4)

    assert trained.code == 0
    run = read_run(Path(trained.out.rstrip("\n")))
    assert (run.status, run.spec.rank, run.result.rank) == ("finished", 4, 4)
    assert "Finished 2 iterations" in trained.err
    assert "read back from the adapter: rank 4, scale 1" in trained.err
    assert f"Next: curator eval --run {run.id}" in trained.err

    listed = curator("runs")
    assert run.id in listed.out
    assert "finished" in listed.out
    assert [one["id"] for one in curator("runs", "--format", "json").json] == [run.id]

    suite = tmp_path / "suite.toml"
    suite.write_text(
        'name = "mine"\n[[prompt]]\nid = "seen"\ninstruction = "Could it be?"\n'
        '[[prompt]]\nid = "new"\ninstruction = "Write a function that adds two numbers."\n'
    )
    evaluated = curator(
        "eval", "--run", "latest", "--suite", suite, "--max-tokens", 2, "--format", "json"
    )
    assert evaluated.code == 0
    assert evaluated.json["n"] == 1
    assert [one["prompt"] for one in evaluated.json["contaminated"]] == ["seen"]
    assert evaluated.json["base"]["all"] == {
        "passed": 0,
        "n": 1,
        "rate": 0.0,
        "low": 0.0,
        "high": 0.793451,
    }
    kept = run.folder / "evaluations" / "mine.json"
    assert json.loads(kept.read_text()) == evaluated.json
    assert str(kept) in evaluated.err

    table = curator("eval", "--run", run.folder, "--suite", suite, "--max-tokens", 2)
    assert table.code == 0
    assert "mine, 1 prompt, read strictly" in table.out
    assert "0   0% (0–79)" in table.out
    assert "Left out on both sides: seen is training row" in table.out
    assert "Cut at 2 tokens, which counts as failed: 1 of 1 answer of the base." in table.out


def test_bundle_writes_nothing_while_a_gate_stands_unless_it_is_named(
    curator, model, mixture, tmp_path
):
    assert curator("train", mixture, "--model", model, "--iters", 1).code == 0

    refused = curator("bundle", "latest", "--out", "bundle")
    assert refused.code == 1
    assert "The adapter is what the run wrote" in refused.out
    assert "Nobody has looked at an answer of this adapter." in refused.out
    assert not (tmp_path / "bundle").exists()

    named = refused.err.split("all the same: ")[1].split()
    written = curator("bundle", "latest", "--out", "bundle", *named)
    assert written.code == 0
    files = {path.name for path in (tmp_path / "bundle").iterdir()}
    assert "adapters.safetensors" in files
    assert f"Wrote {len(files)} files to bundle." in written.err


def test_the_settings_of_a_project_say_what_a_command_line_leaves_out(
    curator, model, mixture, tmp_path
):
    (tmp_path / "base").symlink_to(model)
    (tmp_path / "curator.toml").write_text('model = "base"\nruns = "kept"\n')
    (tmp_path / "spec.toml").write_text("rank = 2\niters = 1\nalpha = 2\n")

    trained = curator("train", "mixture", "--spec", "spec.toml", "--alpha", 8, "--name", "mine")

    assert trained.code == 0
    run = read_run("latest", runs_dir=tmp_path / "kept")
    assert run.name == "mine"
    assert Path(run.model) == model.resolve()
    assert (run.result.rank, run.result.scale) == (2, 4.0)


def test_ctrl_c_stops_the_training_and_keeps_the_adapter(spawn, model, mixture):
    process = spawn("train", mixture, "--model", model, "--iters", 100_000)
    for line in process.stderr:
        if line.startswith(b"iteration 5 of 100,000"):
            break

    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert b"Stopping after this iteration" in err
    assert b"Traceback" not in err
    run = read_run(Path(out.decode().rstrip("\n")))
    assert run.status == "stopped"
    assert (run.adapter / "adapters.safetensors").stat().st_size > 0
    assert run.result.iterations >= 5


def test_a_model_that_is_none_ends_with_2_and_leaves_no_run(curator, mixture, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text('{"model_type": "qwen2"}')
    (broken / "model.safetensors").write_bytes(b"no weights")

    result = curator("train", mixture, "--model", broken)

    assert result.code == 2
    assert result.out == ""
    assert "Traceback" not in result.err
    assert result.err.count("has a tokenizer without tokens") == 1
    assert not list((tmp_path / "runs").glob("*"))


def test_a_check_that_stands_in_the_way_stops_a_training_before_it_begins(
    curator, model, mixture, tmp_path
):
    # The very row that is held out trains, too.
    (mixture / "valid.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    arguments = ("train", mixture, "--model", model, "--iters", 1)

    stopped = curator(*arguments)

    assert stopped.code == 1
    assert stopped.out == ""
    assert "1 held-out row of 1 is like a training row" in stopped.err
    assert "To go on all the same: --allow twins-across" in stopped.err
    assert not (tmp_path / "runs").exists()

    allowed = curator(*arguments, "--allow", "twins-across")

    assert allowed.code == 0
    assert "1 held-out row of 1 is like a training row" in allowed.err
    assert read_run(Path(allowed.out.strip())).status == "finished"


def test_a_check_that_does_not_exist_is_named_with_one_that_does(curator, mixture, tmp_path):
    told = curator("train", mixture, "--allow", "twins-acros")

    assert told.code == 2
    assert "Did you mean 'twins-across'?" in told.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("rank", "code", "said"),
    [(100_000_000, 2, "`rank` must be at most"), (5_000, 1, "no map of this model has a rank")],
)
def test_a_rank_that_no_model_has_never_reaches_a_process(
    curator, model, mixture, tmp_path, rank, code, said
):
    told = curator("train", mixture, "--model", model, "--rank", rank)

    assert told.code == code
    assert said in told.err
    assert not (tmp_path / "runs").exists()


def test_a_rank_that_is_let_pass_is_refused_by_the_model_itself(curator, model, mixture):
    told = curator("train", mixture, "--model", model, "--rank", 5_000, "--allow", "adapter")

    assert told.code == 2
    assert "`rank` is 5,000, but no map of this model has a rank above 64" in told.err
    assert curator("runs", "--format", "json").json == []
