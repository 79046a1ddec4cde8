"""Two processes share a training and have the losses of one."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from curator.errors import ConfigError
from curator.train import (
    Failed,
    Finished,
    Paused,
    Progress,
    Stopped,
    TrainingSpec,
    Validation,
    local_workers,
    read_hosts,
    resume_training,
    start_training,
)


def curves(events):
    return [
        event.train_loss if isinstance(event, Progress) else event.val_loss
        for event in events
        if isinstance(event, Progress | Validation)
    ]


@pytest.fixture
def spec(tiny):
    values = {
        "model": str(tiny),
        "iters": 6,
        "batch_size": 4,
        "grad_accumulation": 1,
        # Each worker drops out by its own dice; without, they and one process compute the same.
        "dropout": 0.0,
        "learning_rate": 1e-2,
        "steps_per_report": 1,
        "steps_per_eval": 3,
    }
    return lambda **changes: TrainingSpec(**{**values, **changes})


@pytest.fixture
def start(tmp_path, mixture):
    started = []

    def begin(spec, **options):
        training = start_training(mixture, spec, runs_dir=tmp_path / "runs", **options)
        started.append(training)
        return training

    yield begin
    for training in started:
        training.kill()
        training.wait(30)


def test_two_workers_have_the_losses_of_one_and_so_has_accumulation(start, spec):
    one = start(spec())
    parts = start(spec(batch_size=2, grad_accumulation=2))
    two = start(spec(), workers=local_workers(2))
    ends = [list(training.events()) for training in (one, parts, two)]

    assert all(isinstance(events[-1], Finished) for events in ends), [e[-1] for e in ends]
    alone, accumulated, shared = map(curves, ends)
    assert shared == pytest.approx(alone, abs=2e-4)
    assert accumulated == pytest.approx(alone, abs=2e-4)
    tokens = {training.run.result.trained_tokens for training in (one, parts, two)}
    assert len(tokens) == 1
    assert two.run.record.workers == 2


def test_workers_pause_and_stop_together_and_one_process_takes_up_what_two_began(start, spec):
    training = start(spec(iters=100_000), workers=local_workers(2))
    seen = []
    for event in training.events():
        seen.append(event)
        if isinstance(event, Progress) and event.iteration == 3:
            training.pause()
        elif isinstance(event, Paused):
            training.stop()

    assert any(isinstance(event, Paused) for event in seen)
    assert isinstance(seen[-1], Stopped), seen[-1]
    run = training.wait(30)
    again = resume_training(run, iters=run.result.iterations + 2)
    assert isinstance(list(again.events())[-1], Finished)


def ranks(training):
    """The process id of each worker, by its rank."""
    found = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            number = int(folder.name)
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if {b"curator.train.worker", bytes(training.folder.resolve())} <= set(command):
                environment = (folder / "environ").read_bytes().split(b"\0")
                found |= {
                    int(line[9:]): number for line in environment if line.startswith(b"MLX_RANK=")
                }
    return found


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@on_linux
def test_a_worker_that_hears_of_a_pause_before_the_first_does_not_hold_it_up(start, spec):
    training = start(spec(iters=100_000), workers=local_workers(2))
    heard = None
    for event in training.events():
        if isinstance(event, Progress) and event.iteration == 3:
            # The launcher tells all of them, and who hears it first is chance; here it is this one.
            Path(f"/proc/{ranks(training)[1]}/fd/0").write_bytes(b'{"command": "pause"}\n')
            heard = event.iteration
        elif isinstance(event, Progress) and heard and event.iteration == heard + 30:
            training.stop()

    assert isinstance(event, Stopped), event
    assert event.iteration >= 33


@on_linux
@pytest.mark.parametrize("rank", [0, 1])
def test_when_one_worker_is_killed_the_run_ends_and_says_so(start, spec, rank):
    training = start(spec(iters=100_000), workers=local_workers(2))
    for event in training.events():
        if isinstance(event, Progress) and event.iteration == 3:
            os.kill(ranks(training)[rank], signal.SIGKILL)

    assert isinstance(event, Failed), event
    assert event.cause == "worker"
    assert training.wait(60).status == "failed"


@on_linux
def test_when_one_worker_is_killed_while_the_others_wait_for_it_the_run_ends(start, spec):
    training = start(spec(), workers=local_workers(2))
    end = time.monotonic() + 60
    while 1 not in ranks(training):
        assert time.monotonic() < end
    os.kill(ranks(training)[1], signal.SIGKILL)

    *_, last = training.events()

    assert isinstance(last, Failed), last
    assert last.message.startswith('A worker ended: "')
    assert "rank 1" in last.message


def test_a_worker_that_fails_ends_with_1_and_says_why_in_the_log(start, spec, tmp_path):
    """The launcher ends the others only where one ends with another status than 0."""
    training = start(spec(iters=1))
    training.wait(60)
    worker = [sys.executable, "-m", "curator.train.worker", str(training.folder)]
    theirs, ours = os.pipe()
    done = subprocess.run(
        [*worker, str(tmp_path / "nowhere"), "--pipe", "-1"],
        env={**os.environ, "MLX_RANK": "1"},
        # A launcher that is there: it has not closed it.
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=60,
    )
    os.close(theirs)
    os.close(ours)

    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("The worker of rank 1 failed: ")
    assert "nowhere" in last


@on_linux
def test_a_worker_that_waits_for_another_ends_with_the_launcher(start, spec):
    training = start(spec(iters=1))
    training.wait(60)
    launch = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()"
    worker = [sys.executable, "-m", "curator.train.worker", str(training.folder)]
    with socket.create_server(("127.0.0.1", 0)) as first:
        # The test is the worker of rank 0: it takes the call and never calls back.
        hosts = training.folder / "hosts.json"
        hosts.write_text(json.dumps([[f"127.0.0.1:{first.getsockname()[1]}"], ["127.0.0.1:0"]]))
        launcher = subprocess.Popen(
            [sys.executable, "-c", launch, *worker, training.run.record.model, "--pipe", "-1"],
            env={**os.environ, "MLX_RANK": "1", "MLX_HOSTFILE": str(hosts)},
            stderr=subprocess.DEVNULL,
        )
        first.settimeout(60)
        call, _ = first.accept()
        launcher.kill()
        launcher.wait()
        with call:
            call.settimeout(20)
            while call.recv(64):
                pass
    assert ranks(training) == {}


def test_more_workers_than_rows_in_a_batch_are_refused(mixture, spec, tmp_path):
    with pytest.raises(ConfigError, match="batch_size"):
        start_training(
            mixture, spec(batch_size=1), runs_dir=tmp_path / "runs", workers=local_workers(2)
        )
    assert not (tmp_path / "runs").exists()


def test_one_worker_needs_no_launcher_and_none_is_refused():
    assert local_workers(1) is None
    with pytest.raises(ConfigError, match="workers"):
        local_workers(0)


def test_a_host_file_says_how_many_and_is_handed_to_the_launcher(tmp_path):
    path = tmp_path / "hosts.json"
    hosts = [{"ssh": "127.0.0.1", "ips": ["127.0.0.1"]}, {"ssh": "other", "ips": ["10.0.0.2"]}]
    path.write_text(json.dumps(hosts))

    workers = read_hosts(path)

    assert workers.count == 2
    assert "--hostfile" in workers.command()
    path.write_text(json.dumps({"backend": "ring", "hosts": hosts[:1]}))
    assert read_hosts(path).count == 1


@pytest.mark.parametrize("text", ["{", "[1]", "[]", '{"hosts": 3}'])
def test_what_is_no_host_file_is_refused(tmp_path, text):
    path = tmp_path / "hosts.json"
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        read_hosts(path)

    assert caught.value.path == str(path)
