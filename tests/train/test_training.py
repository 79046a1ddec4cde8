"""Training for real, in a child: it finishes, stops, pauses, dies, and always says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curator.errors import InputError, ModelError
from curator.tiny import build_tiny_model
from curator.train import (
    Failed,
    Finished,
    Notice,
    Paused,
    Progress,
    Resumed,
    Sample,
    Saved,
    Started,
    Stopped,
    TrainingSpec,
    Validation,
    check_inputs,
    read_adapter,
    read_run,
    start_training,
)
from curator.train.training import child_environment

LOAD_WITH_ADAPTER = """
import json, sys
import mlx_lm
from mlx.utils import tree_flatten
model, tokenizer = mlx_lm.load(sys.argv[1], adapter_path=sys.argv[2])
tensors = {name: value for name, value in tree_flatten(model.parameters()) if "lora_b" in name}
ids = tokenizer.apply_chat_template([{"role": "user", "content": "x"}], add_generation_prompt=True)
print(json.dumps({
    "count": len(tensors),
    "changed": sum(float(abs(value).max()) > 0 for value in tensors.values()),
    "answer": mlx_lm.generate(model, tokenizer, ids, max_tokens=2),
}))
"""
ENDLESS = 100_000


@pytest.fixture
def spec(tiny):
    def make(**changes):
        values = {"model": str(tiny), "iters": 6, "learning_rate": 1e-2, "steps_per_report": 2}
        return TrainingSpec(**{**values, **changes})

    return make


@pytest.fixture
def train(tmp_path, mixture):
    started = []

    def start(spec, folder=None):
        training = start_training(folder or mixture, spec, runs_dir=tmp_path / "runs")
        started.append(training)
        return training

    yield start
    for training in started:
        training.kill()
        training.wait(30)


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_a_training_says_what_it_does_and_leaves_an_adapter_that_plain_mlx_lm_loads(
    train, spec, tiny, tmp_path, monkeypatch
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))

    training = train(spec(steps_per_eval=3, save_every=4, sample_prompt="Hi", sample_max_tokens=3))
    events = list(training.events())
    run = training.wait(60)

    finished = events[-1]
    assert isinstance(finished, Finished), finished
    started = of(Started, events)[0]
    assert (started.train_rows, started.valid_rows, started.batches_per_epoch) == (9, 2, 3)
    assert started.device in {"cpu", "gpu"}
    assert [event.iteration for event in of(Progress, events)] == [2, 4, 6]
    assert of(Progress, events)[-1].epoch == 2.0
    assert [event.iteration for event in of(Validation, events)] == [0, 3, 6]
    assert [event.iteration for event in of(Sample, events)] == [0, 3, 6]
    assert [event.iteration for event in of(Saved, events)] == [4, 6]
    # Two epochs: each learned token came twice.
    assert of(Progress, events)[-1].trained_tokens == 2 * started.learned_tokens
    assert of(Validation, events)[-1].val_loss < of(Validation, events)[0].val_loss

    assert (run.status, run.result) == ("finished", finished.result)
    assert run.events() == events
    assert list(training.events()) == events, "every reader sees every event"
    assert training.over
    facts = read_adapter(run.adapter)
    assert (facts.rank, facts.scale, facts.layers) == (8, 2.0, 2)
    assert facts.parameters == started.trainable_parameters == run.result.trained_parameters
    config = json.loads((run.adapter / "adapter_config.json").read_text())
    assert str(tiny) not in json.dumps(config), "a path of this machine must not be published"
    # MLX would leave what it compiled here, and a machine without a compiler could not train.
    assert started.device == "gpu" or not (scratch / "mlx").exists()

    done = subprocess.run(
        [sys.executable, "-c", LOAD_WITH_ADAPTER, str(tiny), str(run.adapter)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["count"] == 14, "seven linear maps in each of two layers"
    assert told["changed"] == 14


def test_the_same_seed_gives_the_same_adapter(train, spec):
    first, second = train(spec(iters=3)), train(spec(iters=3))

    hashes = {training.wait(60).result.adapter_sha256 for training in (first, second)}

    assert len(hashes) == 1


def test_stop_ends_after_the_present_iteration_and_keeps_the_adapter(train, spec):
    training = train(spec(iters=ENDLESS))
    for event in training.events():
        if isinstance(event, Progress):
            training.stop()
        last = event

    run = training.wait(60)
    assert isinstance(last, Stopped)
    assert run.status == "stopped"
    assert 2 <= run.result.iterations == last.iteration < ENDLESS
    assert read_adapter(run.adapter).sha256 == run.result.adapter_sha256


def test_a_pause_holds_the_training_until_it_is_resumed(train, spec):
    training = train(spec(iters=ENDLESS))
    seen = []
    for event in training.events():
        seen.append(event)
        if isinstance(event, Progress) and not of(Paused, seen):
            training.pause()
        elif isinstance(event, Paused):
            assert training.run.status == "paused"
            training.resume()
        elif isinstance(event, Resumed):
            assert training.run.status == "running"
        elif isinstance(event, Progress) and of(Resumed, seen):
            training.stop()

    assert of(Paused, seen)[0].iteration == of(Resumed, seen)[0].iteration
    assert isinstance(seen[-1], Stopped)


def test_stop_while_loading_is_answered_and_leaves_no_adapter(train, spec):
    training = train(spec(iters=ENDLESS))
    training.stop()

    events = list(training.events())

    assert isinstance(events[-1], Stopped)
    assert events[-1].result is None
    assert of(Progress, events) == []
    assert training.wait(60).adapter is None


def test_a_killed_child_is_told_from_a_stopped_one_and_its_last_save_stays(train, spec):
    training = train(spec(iters=ENDLESS, save_every=1))
    for event in training.events():
        if isinstance(event, Saved) and event.iteration == 1:
            os.kill(training.run.record.pid, signal.SIGKILL)
        last = event

    run = training.wait(60)
    assert isinstance(last, Failed)
    assert last.kind == "died"
    assert "SIGKILL" in last.message
    assert run.status == "failed"
    assert run.record.message == last.message
    assert run.events()[-1] == last
    assert read_adapter(run.adapter).rank == 8


def test_a_run_goes_on_when_its_parent_is_killed(mixture, spec, tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(mixture), spec().model, str(tmp_path / "runs")],
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = Path(parent.stdout.readline().strip())
    # The parent waits for its stdin to close, which never happens: only a kill ends it.
    parent.kill()
    parent.communicate()

    pid = read_run(folder).record.pid
    lock = os.open(folder / "alive.lock", os.O_RDONLY)
    # Only from here on can the training end: it was paused, and SIGTERM means stop.
    os.kill(pid, signal.SIGTERM)
    wait_for_lock(lock)

    run = read_run(folder)
    assert run.status == "stopped"
    assert run.adapter is not None
    assert isinstance(run.events()[-1], Stopped)


PARENT = """
import sys
from pathlib import Path
from curator.train import Paused, Progress, TrainingSpec, start_training
mixture, model, runs = sys.argv[1:]
spec = TrainingSpec(model=model, iters=100000, steps_per_report=2)
training = start_training(Path(mixture), spec, runs_dir=Path(runs))
for event in training.events():
    if isinstance(event, Progress):
        training.pause()
    if isinstance(event, Paused):
        print(training.folder, flush=True)
"""


def wait_for_lock(descriptor):
    """Block until no child holds the lock, that is, until it has ended."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.close(descriptor)


def test_rows_with_nothing_to_learn_are_left_out_and_told(train, spec, mixture):
    with (mixture / "train.jsonl").open("a") as file:
        messages = [
            {"role": "user", "content": "long " * 40},
            {"role": "assistant", "content": "a"},
        ]
        file.write(json.dumps({"messages": messages}) + "\n")

    events = list(train(spec(iters=1, max_seq_length=90)).events())

    assert of(Started, events)[0].left_out_rows == 1
    assert of(Started, events)[0].train_rows == 9
    assert any("1 of 10" in notice.message for notice in of(Notice, events))
    assert isinstance(events[-1], Finished)


def test_one_row_and_no_validation_is_enough(train, spec, write_rows, tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    write_rows(folder / "train.jsonl", 1)
    write_rows(folder / "valid.jsonl", 0)

    events = list(train(spec(iters=2), folder).events())

    assert isinstance(events[-1], Finished)
    assert of(Validation, events) == []
    assert any("no validation" in notice.message for notice in of(Notice, events))


def test_layers_the_model_does_not_have_fail_with_a_sentence(train, spec):
    events = list(train(spec(num_layers=16)).events())

    assert isinstance(events[-1], Failed)
    assert "2 layers" in events[-1].message
    assert events[-1].hint


def test_a_model_of_a_kind_mlx_does_not_know_fails_with_a_sentence(train, spec, tmp_path):
    folder = build_tiny_model(tmp_path / "odd")
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"qwen2"', '"teapot"'))

    training = train(spec(model=str(folder)))
    last = list(training.events())[-1]

    assert isinstance(last, Failed)
    assert last.kind == "model"
    assert "teapot" in last.message
    assert "Traceback" in training.wait(30).log.read_text()


def test_a_hub_model_without_a_network_fails_with_a_sentence(train, spec, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    last = list(train(spec(model="nobody/nothing")).events())[-1]

    assert isinstance(last, Failed)
    assert last.kind == "model"
    assert "nobody/nothing" in last.message
    assert last.hint


def test_inputs_are_checked_before_anything_is_written(tmp_path, mixture, spec):
    runs = tmp_path / "runs"
    with pytest.raises(ModelError):
        start_training(mixture, spec(model=str(tmp_path)), runs_dir=runs)
    with pytest.raises(InputError):
        start_training(tmp_path / "nowhere", spec(), runs_dir=runs)

    assert not runs.exists()
    assert check_inputs(mixture, spec()).mixture.rows["train"] == 9


def test_a_loss_that_is_no_number_ends_the_training_with_a_sentence(train, spec, tmp_path):
    folder = build_tiny_model(tmp_path / "nan")
    weights = (folder / "model.safetensors").read_bytes()
    numbers = 16_000
    (folder / "model.safetensors").write_bytes(
        weights[: -4 * numbers] + b"\x00\x00\xc0\x7f" * numbers
    )

    last = list(train(spec(model=str(folder))).events())[-1]

    assert isinstance(last, Failed)
    assert "not a number" in last.message
    assert "learning_rate" in last.hint


def test_a_child_with_a_local_model_gets_no_token_and_no_network(monkeypatch, tiny):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    local, remote = child_environment(str(tiny)), child_environment("org/name")

    assert "HF_TOKEN" not in local
    assert local["HF_HUB_OFFLINE"] == "1"
    assert remote["HF_TOKEN"] == "hf_secret"
    assert "HF_HUB_OFFLINE" not in remote


def test_importing_the_rooms_does_not_import_mlx():
    program = (
        "import sys, curator.train, curator.tiny, curator.evaluate.generate;"
        "print([name for name in ('mlx', 'mlx_lm', 'transformers') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.strip() == b"[]"
