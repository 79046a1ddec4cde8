"""A run that was stopped, killed or starved of room goes on, with the losses it would have had."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curator.errors import ConfigError, InputError, TrainingError
from curator.train import (
    Continued,
    Finished,
    Notice,
    Progress,
    Saved,
    TrainingSpec,
    Validation,
    read_adapter,
    read_run,
    resume_training,
    start_training,
)
from curator.train.checkpoint import latest_checkpoint

ITERS = 12


@pytest.fixture
def spec(tiny):
    values = {
        "model": str(tiny),
        "iters": ITERS,
        "learning_rate": 1e-2,
        "schedule": "cosine",
        "warmup": 2,
        "batch_size": 2,
        "steps_per_report": 2,
        "steps_per_eval": 4,
        "save_every": 3,
    }
    return lambda **changes: TrainingSpec(**{**values, **changes})


@pytest.fixture
def start(tmp_path, mixture):
    started = []

    def begin(what, **options):
        if isinstance(what, TrainingSpec):
            training = start_training(mixture, what, runs_dir=tmp_path / "runs", **options)
        else:
            training = resume_training(what, **options)
        started.append(training)
        return training

    yield begin
    for training in started:
        training.kill()
        training.wait(30)


def losses(events):
    """What was said of each iteration, the last word counting."""
    said = {}
    for event in events:
        match event:
            case Progress():
                said["train", event.iteration] = (
                    event.train_loss,
                    event.learning_rate,
                    event.trained_tokens,
                )
            case Validation():
                said["valid", event.iteration] = (event.val_loss, event.best)
    return said


def until(training, kind, iteration):
    for event in training.events():
        if isinstance(event, kind) and event.iteration >= iteration:
            return event
    raise AssertionError(f"no {kind.__name__} at {iteration}")


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_stopped_once_and_killed_once_a_run_ends_bit_for_bit_as_the_straight_one(start, spec):
    # What is random, and what is added up over batches, has to go on alike, too.
    ours = spec(dropout=0.5, grad_accumulation=2, optimizer="adamw")
    straight = start(ours)
    broken = start(ours)
    until(broken, Progress, 2)
    broken.stop()
    first = broken.wait(240)
    second = start(first)
    until(second, Saved, 6)
    os.kill(second.run.record.pid, signal.SIGKILL)
    killed = second.wait(240)
    assert killed.status in {"failed", "finished"}
    run = start(killed, iters=ITERS if killed.status == "failed" else ITERS + 1).wait(240)
    whole = straight.wait(240)

    assert run.status == whole.status == "finished"
    said, expected = losses(run.events()), losses(whole.events())
    assert {key: said[key] for key in expected} == expected
    assert run.result.adapter_sha256 == whole.result.adapter_sha256
    assert run.record.resumed == 2
    assert of(Continued, run.events())[0].iteration == first.result.iterations


KILLED = """
import sys
from pathlib import Path
from curator.train import TrainingSpec, start_training
import msgspec
mixture, runs, spec = sys.argv[1:]
spec = msgspec.json.decode(spec, type=TrainingSpec)
training = start_training(Path(mixture), spec, runs_dir=Path(runs))
print(training.folder, flush=True)
for event in training.events():
    print(event.__class__.__name__, getattr(event, "iteration", ""), flush=True)
"""


@pytest.mark.parametrize("victims", ["child", "parent", "both"])
def test_killed_at_a_random_moment_a_run_is_found_and_goes_on(
    victims, start, spec, mixture, tmp_path, monkeypatch
):
    import msgspec

    # Truly at random: losses agree wherever it falls, and a failure names nothing but the moment.
    moment = random.randrange(6, 40)
    endless = spec(iters=100_000, schedule="constant")
    runs = tmp_path / "runs"
    parent = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(mixture), str(runs), msgspec.json.encode(endless)],
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = Path(parent.stdout.readline().strip())
    for _, line in zip(range(moment), parent.stdout, strict=False):
        assert line
    pid = read_run(folder).record.pid
    lock = os.open(folder / "alive.lock", os.O_RDONLY)
    if victims in {"parent", "both"}:
        parent.kill()
    if victims in {"child", "both"}:
        os.kill(pid, signal.SIGKILL)
    else:
        # It outlives its parent; only then is it asked to end.
        assert read_run(folder).active
        os.kill(pid, signal.SIGTERM)
    wait_for_lock(lock)
    parent.communicate()

    found = read_run(folder)
    assert found.status == ("stopped" if victims == "parent" else "failed")
    assert found.resumable
    if victims != "parent":
        assert found.record.cause == "killed"
        assert "--resume" in found.record.hint
    checkpoint = latest_checkpoint(folder)
    done = checkpoint.place.iteration if checkpoint else 0
    again = start(found, iters=max(found.record.iteration, done) + 4)
    run = again.wait(240)
    assert run.status == "finished"

    # How often it is saved changes nothing but the time it takes.
    straight = start(
        spec(iters=run.result.iterations, schedule="constant", save_every=100_000)
    ).wait(240)
    said, expected = losses(run.events()), losses(straight.events())
    agreed = {key for key in expected if key in said}
    assert len(agreed) >= len(expected) - 1
    assert {key: said[key] for key in agreed} == {key: expected[key] for key in agreed}
    assert run.result.adapter_sha256 == straight.result.adapter_sha256


def wait_for_lock(descriptor):
    """Block until no child holds the lock, that is, until it has ended."""
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.close(descriptor)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_a_disk_that_is_full_at_a_checkpoint_keeps_the_last_good_one(start, spec):
    training = start(spec(iters=100_000, schedule="constant"))
    until(training, Saved, 3)
    pid = training.run.record.pid
    # No file may grow beyond this: events go on, weights and optimiser do not fit.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
    told = next(event for event in training.events() if isinstance(event, Notice))
    assert "could not be" in told.message
    assert "room" in told.hint
    good = latest_checkpoint(training.folder)
    weights = read_adapter(training.run.adapter).sha256
    training.stop()

    run = training.wait(240)
    assert run.status == "failed"
    assert run.record.cause == "disk"
    assert latest_checkpoint(run.folder) == good
    assert read_adapter(run.adapter).sha256 == weights
    again = start(run, iters=good.place.iteration + 1).wait(240)
    assert again.status == "finished"


def test_a_run_without_a_checkpoint_begins_anew(start, spec):
    training = start(spec(save_every=1000))
    training.stop()
    stopped = training.wait(240)
    assert stopped.status == "stopped"

    again = start(stopped)
    events = list(again.events())

    assert isinstance(events[-1], Finished)
    assert any("no checkpoint" in notice.message for notice in of(Notice, events))


def test_only_the_same_rows_go_on_and_only_once(start, spec, mixture, tmp_path):
    training = start(spec(iters=100_000, schedule="constant"))
    until(training, Progress, 2)
    with pytest.raises(TrainingError, match="at work"):
        resume_training(training.run)
    training.stop()
    run = training.wait(240)

    with pytest.raises(ConfigError, match="above"):
        resume_training(run, iters=1)
    with (mixture / "train.jsonl").open("a") as file:
        file.write((mixture / "valid.jsonl").read_text())
    with pytest.raises(InputError, match="not the one"):
        resume_training(run)
    assert read_run(run.folder).status == "stopped"


def test_patience_ends_a_training_and_the_best_weights_are_the_adapter(start, spec, mixture):
    # Validation asks for the opposite of what is trained, so that its loss rises.
    rows = [json.loads(line) for line in (mixture / "train.jsonl").read_text().splitlines()]
    for row in rows:
        row["messages"][-1]["content"] = "zq~" * 12
    (mixture / "valid.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[:2]))

    training = start(
        spec(iters=400, steps_per_eval=5, patience=3, learning_rate=3e-2, schedule="constant")
    )
    events = list(training.events())
    run = training.wait(240)

    assert isinstance(events[-1], Finished), events[-1]
    result = run.result
    assert result.early
    assert result.iterations < 400
    trained = [event for event in of(Validation, events) if event.iteration]
    lowest = min(trained, key=lambda event: event.val_loss)
    assert result.kept_iteration == lowest.iteration < result.iterations
    assert read_adapter(run.adapter).sha256 == read_adapter(run.best).sha256
    last = latest_checkpoint(run.folder)
    assert last.place.iteration == result.iterations
    assert read_adapter(last.folder).sha256 != result.adapter_sha256
    assert any("has not fallen in 3" in notice.message for notice in of(Notice, events))


def test_a_finished_run_wants_more_iterations_and_a_damaged_checkpoint_is_passed_over(start, spec):
    run = start(spec(iters=3)).wait(240)
    with pytest.raises(TrainingError, match="finished"):
        resume_training(run)
    checkpoint = latest_checkpoint(run.folder)
    older = checkpoint.folder.with_name("0000001")
    shutil.copytree(checkpoint.folder, older)
    damaged = checkpoint.folder / "optimizer.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")

    assert latest_checkpoint(run.folder).folder == older
