"""What a full disk does not take waits, so that a training outlives it and the story is whole."""

from __future__ import annotations

import errno
import os
import threading

import pytest

from curator.train import (
    Notice,
    Phase,
    Stopped,
    TrainingSpec,
    read_mixture,
    read_run,
    runfolder,
    runs,
)
from curator.train import reporter as reporter_module
from curator.train.events import decode
from curator.train.reporter import Pipe, Reporter


@pytest.fixture
def run(tmp_path, mixture):
    made, lock = runs.create_run(
        tmp_path / "runs", read_mixture(mixture), TrainingSpec(), model="org/name"
    )
    yield made
    os.close(lock)


@pytest.fixture
def full(monkeypatch):
    """A disk that is full while the list says so."""
    state = [False]
    append = runfolder.append_events

    def try_it(folder, events):
        if state[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(folder, events)

    monkeypatch.setattr(reporter_module, "append_events", try_it)
    return state


def test_events_that_found_no_room_are_written_in_order_when_there_is_some(run, full):
    reader, writer = os.pipe()
    reporter = Reporter(run.folder, Pipe(writer))
    told = [Phase(name="loading"), Notice(message="one"), Notice(message="two")]
    reporter.tell(told[0])
    full[0] = True
    reporter.tell(told[1])
    assert read_run(run.folder).events() == told[:1]
    full[0] = False
    reporter.tell(told[2])

    assert read_run(run.folder).events() == told
    os.close(writer)
    assert len(os.read(reader, 10_000).splitlines()) == 3, "the parent heard all at once"
    os.close(reader)


def test_an_end_that_cannot_be_written_is_no_secret(run, full):
    reader, writer = os.pipe()
    reporter = Reporter(run.folder, Pipe(writer))
    full[0] = True

    with pytest.raises(OSError, match="No space"):
        reporter.tell(Stopped(iteration=0))

    os.close(writer)
    assert b"stopped" in os.read(reader, 1000)
    os.close(reader)


def test_half_a_line_is_cut_off_before_another_follows(run):
    runfolder.append_events(run.folder, [Phase(name="loading")])
    with (run.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event":"not')

    runfolder.mend_events(run.folder)
    runfolder.append_events(run.folder, [Notice(message="after")])

    assert [type(event) for event in run.events()] == [Phase, Notice]


def test_an_event_of_a_later_version_hides_no_other(run):
    with (run.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event":"levitated","time":1.0}\n')
    runfolder.append_events(run.folder, [Notice(message="after")])

    assert run.events()[0].message == "after"


def test_a_parent_that_reads_nothing_for_a_while_does_not_hold_the_training_up(run):
    reader, writer = os.pipe()
    reporter = Reporter(run.folder, Pipe(writer))
    told = [Notice(message=f"{number} {'x' * 5000}") for number in range(30)]
    last = Stopped(iteration=1)

    def train():
        for event in told:
            reporter.tell(event)
        behind.set()
        reporter.tell(last)
        os.close(writer)

    behind = threading.Event()
    child = threading.Thread(target=train, daemon=True)
    child.start()
    assert behind.wait(20)

    with os.fdopen(reader, "rb") as parent:
        assert [decode(line) for line in parent] == [*told, last]
    child.join()
