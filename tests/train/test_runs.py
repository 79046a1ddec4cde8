"""A run folder can be read by anybody at any time, and tells a dead child from a live one."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import msgspec
import pytest

from curator.errors import InputError, TrainingError
from curator.train import TrainingSpec, list_runs, read_mixture, read_run, runfolder, runs
from curator.train.events import Paused, Phase


@pytest.fixture
def create(tmp_path, mixture):
    """Make a run and give its child's lock back, as if the child had not started yet."""
    locks = []

    def make(name=None):
        run, lock = runs.create_run(
            tmp_path / "runs", read_mixture(mixture), TrainingSpec(), model="org/name", name=name
        )
        locks.append(lock)
        return run, lock

    yield make
    for lock in locks:
        try:
            os.close(lock)
        except OSError:
            continue  # The test closed it.


def test_a_new_run_holds_what_it_needs_to_be_understood_later(create, mixture):
    run, _ = create()

    again = read_run(run.folder)
    assert again == run
    assert (again.status, again.active, again.adapter, again.result) == (
        "starting",
        True,
        None,
        None,
    )
    assert again.mixture == mixture
    assert set(again.record.hashes) == {"train.jsonl", "valid.jsonl"}
    assert again.record.rows == {"train": 9, "valid": 2, "test": 0}
    assert (run.folder / "manifest.json").read_bytes() == (mixture / "manifest.json").read_bytes()


def test_ids_say_when_and_what_and_never_clash(create):
    first, second = create("Runnable: First!")[0], create("Runnable: First!")[0]

    day = datetime.now(UTC).strftime("%Y-%m-%d-")
    assert first.id.startswith(day)
    assert first.id.endswith("-runnable-first")
    assert first.id != second.id


def test_a_run_is_found_by_folder_by_id_and_as_the_latest(create, tmp_path):
    create("a")
    run, _ = create("b")
    where = tmp_path / "runs"

    assert read_run(run.folder).id == run.id
    assert read_run(run.id, runs_dir=where).id == run.id
    assert read_run("latest", runs_dir=where).id == run.id
    assert [found.name for found in list_runs(where)] == ["a", "b"]


def test_a_run_whose_child_is_gone_has_failed_whatever_its_file_says(create):
    run, lock = create()
    runfolder.write_record(run.folder, msgspec.structs.replace(run.record, status="running", pid=1))
    assert read_run(run.folder).status == "running"

    os.close(lock)

    dead = read_run(run.folder)
    assert (dead.status, dead.active) == ("failed", False)
    assert "without a word" in dead.record.message


def test_only_one_child_works_on_a_run(create):
    run, lock = create()

    with pytest.raises(TrainingError, match="at work"):
        runfolder.take_lock(run.folder)

    os.close(lock)
    again = runfolder.take_lock(run.folder)
    assert runfolder.is_alive(run.folder)
    os.close(again)


def test_a_child_that_has_said_its_last_word_is_waited_for_and_one_at_work_is_not(
    create, monkeypatch
):
    run, lock = create()
    assert runfolder.wait_for_end(run.folder) is False

    record = msgspec.structs.replace(run.record, status="stopped")
    runfolder.write_record(run.folder, record)
    waited = []

    def moment(seconds):
        waited.append(seconds)
        os.close(lock)

    monkeypatch.setattr(runfolder.time, "sleep", moment)
    assert runfolder.wait_for_end(run.folder) is True
    assert len(waited) == 1


def test_events_are_appended_and_half_a_line_is_not_read(create):
    run, _ = create()
    events = [Phase(name="loading"), Paused(iteration=3)]

    runfolder.append_events(run.folder, events[:1])
    runfolder.append_events(run.folder, events[1:])
    with (run.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event":"pau')

    assert read_run(run.folder).events() == events


def test_what_is_no_run_is_refused_and_hides_no_other(create, tmp_path):
    where = tmp_path / "runs"
    run, _ = create()
    (where / "2020-broken").mkdir()
    (where / "2020-broken" / "run.json").write_text("{")

    assert [found.id for found in list_runs(where)] == [run.id]
    with pytest.raises(InputError, match="Not a run"):
        read_run("2020-broken", runs_dir=where)
    with pytest.raises(InputError, match="no run"):
        read_run("nothing", runs_dir=where)


def test_where_there_are_no_runs_there_is_no_latest(tmp_path):
    assert list_runs(tmp_path / "runs") == []
    with pytest.raises(InputError, match="no runs"):
        read_run("latest", runs_dir=tmp_path / "runs")
