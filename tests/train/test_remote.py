"""Another process pauses, resumes and stops a run through a pipe in its folder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from curator.errors import TrainingError
from curator.train import (
    Paused,
    Progress,
    Resumed,
    Stopped,
    TrainingSpec,
    read_run,
    start_training,
    tell_run,
)
from curator.train.control import open_control, read_commands

TELL = """
import sys
from pathlib import Path
from curator.train import read_run, tell_run
tell_run(read_run(Path(sys.argv[1])), sys.argv[2])
"""


def test_a_run_obeys_a_process_that_did_not_start_it(tiny, mixture, tmp_path):
    spec = TrainingSpec(model=str(tiny), iters=100_000, steps_per_report=1)
    training = start_training(mixture, spec, runs_dir=tmp_path / "runs")
    seen = []

    def tell(command):
        subprocess.run([sys.executable, "-c", TELL, str(training.folder), command], check=True)

    try:
        for event in training.events():
            seen.append(type(event))
            if seen == [*seen[:-1], Progress] and Paused not in seen:
                mode = (training.folder / "control").stat().st_mode
                assert stat.S_ISFIFO(mode)
                assert stat.S_IMODE(mode) == 0o600
                # What is no command harms nobody.
                with (training.folder / "control").open("wb", buffering=0) as pipe:
                    pipe.write(b'rubbish\n[1]\n{"command": "explode"}\n')
                tell_run(read_run(training.folder), "pause")
            elif isinstance(event, Paused):
                tell("resume")
            elif isinstance(event, Resumed):
                tell("stop")
    finally:
        training.kill()
    run = training.wait(30)
    assert [kind for kind in (Paused, Resumed, Stopped) if kind in seen] == [
        Paused,
        Resumed,
        Stopped,
    ]
    assert run.status == "stopped"
    assert not (run.folder / "control").exists()
    with pytest.raises(TrainingError, match="Nobody") as caught:
        tell_run(run, "stop")
    assert f"--resume {run.id}" in caught.value.hint


def test_a_file_in_the_place_of_the_pipe_is_not_written_to(tiny, mixture, tmp_path):
    from curator.train import read_mixture, runs

    run, lock = runs.create_run(
        tmp_path / "runs", read_mixture(mixture), TrainingSpec(), model="org/name"
    )
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (run.folder / "control").symlink_to(victim)
    with pytest.raises(TrainingError, match="cannot be reached"):
        tell_run(run, "stop")
    (run.folder / "control").unlink()
    (run.folder / "control").write_text("")
    with pytest.raises(TrainingError, match="no pipe"):
        tell_run(run, "stop")

    os.close(lock)
    assert victim.read_text() == "precious"


def test_where_there_can_be_no_pipe_there_is_none(tmp_path):
    assert open_control(tmp_path / "missing" / "control") is None


def test_the_pipe_replaces_what_a_killed_child_left_behind(tmp_path):
    path = tmp_path / "control"
    os.close(open_control(path))
    again = open_control(path)
    with path.open("wb", buffering=0) as pipe:
        pipe.write(b'{"command": "pause"}\n')

    assert next(read_commands(again)) == {"command": "pause"}
    os.close(again)
