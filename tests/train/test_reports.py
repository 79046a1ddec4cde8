"""Services are told the losses besides, when they are installed, and harm nobody when they fail."""

from __future__ import annotations

import json
import os

import pytest

from curator.errors import ConfigError
from curator.train import Finished, Notice, Progress, TrainingSpec, Validation, start_training
from curator.train.reports import check_services

# Records what it is told; the one for mlx-lm's own callback is the same by another name.
SERVICE = """
import json, os
def note(what, **more):
    with open(os.environ["SERVICE_LOG"], "a") as file:
        file.write(json.dumps({"service": __name__, "what": what, **more}) + "\\n")
def init(**options): note("init", project=options["project"], rank=options["config"]["rank"])
def log(info, step): note("log", step=step, keys=sorted(info))
def finish(): note("finish")
"""
BROKEN = """
def init(**options): pass
def log(info, step): raise OSError("no network")
def finish(): pass
"""


def test_each_service_hears_every_loss_and_a_broken_one_is_told_no_more(
    tiny, mixture, tmp_path, monkeypatch
):
    code = tmp_path / "code"
    code.mkdir()
    (code / "trackio.py").write_text(SERVICE)
    (code / "wandb.py").write_text(SERVICE)
    (code / "swanlab.py").write_text(BROKEN)
    monkeypatch.setenv("PYTHONPATH", str(code), prepend=os.pathsep)
    monkeypatch.setenv("SERVICE_LOG", str(tmp_path / "told"))
    monkeypatch.syspath_prepend(str(code))
    spec = TrainingSpec(
        model=str(tiny),
        iters=4,
        steps_per_report=2,
        steps_per_eval=4,
        report_to=("trackio", "wandb", "swanlab"),
        project="mine",
    )

    training = start_training(mixture, spec, runs_dir=tmp_path / "runs")
    events = list(training.events())

    assert isinstance(events[-1], Finished), events[-1]
    losses = [event for event in events if isinstance(event, Progress | Validation)]
    told = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    for service in ("trackio", "wandb"):
        mine = [one for one in told if one["service"] == service]
        assert mine[0] == {"service": service, "what": "init", "project": "mine", "rank": 8}
        assert [one["step"] for one in mine if one["what"] == "log"] == [
            event.iteration for event in losses
        ]
    assert told[-1]["what"] == "finish"
    failed = [event.message for event in events if isinstance(event, Notice)]
    assert len([message for message in failed if "no network" in message]) == 1


def test_a_service_that_is_not_installed_is_refused_before_anything_starts(mixture, tiny, tmp_path):
    with pytest.raises(ConfigError, match="swanlab") as caught:
        check_services(["swanlab"])
    assert "pip install swanlab" in caught.value.hint
    with pytest.raises(ConfigError):
        start_training(
            mixture,
            TrainingSpec(model=str(tiny), report_to=("swanlab",)),
            runs_dir=tmp_path / "runs",
        )
    assert not (tmp_path / "runs").exists()
