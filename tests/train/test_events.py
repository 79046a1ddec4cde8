"""Events come back from their lines as they went in."""

from __future__ import annotations

import msgspec
import pytest

from curator.errors import TrainingError
from curator.train import events
from curator.train.events import decode, encode

RESULT = events.TrainingResult(
    iterations=3,
    rank=8,
    scale=2.0,
    dropout=0.05,
    layers=2,
    keys=("mlp.up_proj",),
    trained_parameters=10,
    adapter_sha256="ab",
)
EVENTS = [
    events.Phase(name="loading"),
    events.Notice(message="short", hint="longer"),
    events.Validation(iteration=0, val_loss=5.5, seconds=0.1, best=True),
    events.Sample(iteration=0, text="\x1b]52;\u202e\n", truncated=False),
    events.Saved(iteration=3, path="adapter/adapters.safetensors"),
    events.Paused(iteration=1),
    events.Resumed(iteration=1),
    events.Stopped(iteration=0),
    events.Finished(iteration=3, result=RESULT),
    events.Failed(message="no", kind="model"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_and_comes_back(event):
    line = encode(event)

    assert line.count(b"\n") == 1
    assert decode(line) == event


def test_every_kind_says_what_it_is():
    assert msgspec.json.decode(encode(EVENTS[0]))["event"] == "phase"


def test_three_kinds_are_final():
    assert {type(event).__name__ for event in EVENTS if event.final} == {
        "Stopped",
        "Finished",
        "Failed",
    }


def test_a_line_that_is_no_event_is_an_error_of_ours_to_tell():
    with pytest.raises(TrainingError):
        decode(b'{"event":"party"}')
