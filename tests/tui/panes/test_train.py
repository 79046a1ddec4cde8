"""The Train pane checks a spec as it is typed, trains, and finds runs again."""

from __future__ import annotations

import json

from textual.widgets import Input

from curator.train import TrainingSpec, read_run, start_training
from curator.tui.panes.train import TrainPane
from curator.tui.panes.train.story import Story, duration
from curator.tui.panes.train.tail import Tail
from curator.tui.widgets.chart import LossChart
from curator.tui.widgets.columns import Table
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import build_mixture, finished_run, mix_project


def shown(app: Host, selector: str) -> str:
    return str(app.query_one(selector).render())


def field(pane: TrainPane, key: str) -> Input:
    return pane.query_one(f"#field-{key} Input", Input)


async def small_steps(pilot, pane: TrainPane, *, iters: str) -> None:
    """Type a spec whose iterations take next to no time."""
    for key, text in (("iters", iters), ("batch-size", "1"), ("max-seq-length", "64")):
        field(pane, key).focus()
        await pilot.press("enter", *text, "enter")
    await until(pilot, lambda: pane.form.spec and pane.form.spec.max_seq_length == 64)


async def test_a_value_is_checked_as_it_is_typed_with_the_reason_beside_it(tmp_path):
    project = mix_project(tmp_path)
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "12 rows to train on" in shown(pilot.app, "#ready"))
        field(pane, "rank").focus()
        await pilot.press("enter", "0")
        await until(pilot, lambda: pane.form.spec is None)
        assert "must be at least 1, not 0" in shown(pilot.app, "#field-rank .form--note")
        await pilot.press("backspace", "4")
        await until(pilot, lambda: pane.form.spec is not None)
        assert pane.form.spec.rank == 4
        assert shown(pilot.app, "#field-alpha .form--note") == "scale 4"


async def test_text_that_is_no_number_is_refused(tmp_path):
    pane = TrainPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        field(pane, "learning-rate").focus()
        await pilot.press("enter", "e", "e", "enter")
        await until(pilot, lambda: pane.form.problems == {"learning_rate": "needs a number"})
        await pilot.press("t")
        await until(pilot, lambda: pilot.app._notifications)
        assert not (tmp_path / "runs").exists()


async def test_without_a_mixture_nothing_starts(tmp_path):
    pane = TrainPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("t")
        await until(pilot, lambda: pilot.app._notifications)
        [notice] = pilot.app._notifications
        assert "There is no mixture to train on." in notice.message


async def test_a_model_that_is_not_there_is_said_before_anything_starts(tmp_path):
    project = mix_project(tmp_path, model=str(tmp_path / "nowhere"))
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗" in shown(pilot.app, "#ready"))
        assert not (tmp_path / "runs").exists()


async def test_t_trains_and_the_chart_follows_to_the_end(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "12 rows to train on" in shown(pilot.app, "#ready"))
        await small_steps(pilot, pane, iters="12")
        await pilot.press("t")
        await until(pilot, lambda: pane.run is not None and pane.run.status == "finished", 60)
        curves = pane.query_one(LossChart).curves
        assert [x for x, _ in curves.train] == [5, 10, 12]
        assert curves.valid[0][0] == 0
        assert curves.best is not None
        assert "finished after 12 iterations" in shown(pilot.app, "#state")
        assert "OpenBLAS" in shown(pilot.app, "#numbers") or "BLAS" in shown(pilot.app, "#numbers")
        [row] = pane.query_one(Table).rows
        assert str(row.cells[3]) == "finished"
    assert read_run(pane.run.folder).adapter is not None


async def test_a_run_that_was_started_elsewhere_is_found_and_stopped(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    mixture = build_mixture(project)
    spec = TrainingSpec(
        model=str(tiny),
        iters=100_000,
        batch_size=1,
        max_seq_length=64,
        steps_per_eval=100_000,
        save_every=100_000,
    )
    training = start_training(mixture, spec, runs_dir=project.path("runs"))
    try:
        pane = TrainPane(project)
        async with Host(pane).run_test(size=SIZE) as pilot:
            await until(pilot, lambda: len(pane.story.train) > 1, 60)
            assert pane.check_action("pause", ()) is None
            await pilot.press("s")
            await until(pilot, lambda: pane.run.status == "stopped", 60)
            assert "its adapter is kept" in shown(pilot.app, "#state")
    finally:
        training.kill()
        training.wait(30)


async def test_space_pauses_and_goes_on(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "12 rows to train on" in shown(pilot.app, "#ready"))
        await small_steps(pilot, pane, iters="100000")
        await pilot.press("t")
        try:
            await until(pilot, lambda: pane.story.train, 60)
            await pilot.press("space")
            await until(pilot, lambda: pane.story.paused, 30)
            assert "paused" in shown(pilot.app, "#state")
            await pilot.press("space")
            await until(pilot, lambda: not pane.story.paused, 30)
            await pilot.press("s")
            await until(pilot, lambda: pane.run.status == "stopped", 60)
        finally:
            for training in pane._trainings.values():
                training.kill()


async def test_selecting_a_run_shows_its_curve(tmp_path):
    project = mix_project(tmp_path)
    finished_run(project, "2026-03-01-120000-old")
    short = finished_run(project, "2026-03-02-120000-new")
    events = (short.folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (short.folder / "events.jsonl").write_bytes(b"".join(events[:6]))
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(pane.story.train) == 2)
        assert pane.run.id == short.id
        pane.query_one(Table).lines.focus()
        await pilot.press("j")
        await until(pilot, lambda: len(pane.story.train) == 40)
        assert pane.run.id == "2026-03-01-120000-old"
        assert pane.story.best == (150, 1.081)


async def test_a_run_whose_child_died_says_so(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    record = json.loads((run.folder / "run.json").read_text())
    (run.folder / "run.json").write_text(json.dumps({**record, "status": "running"}))
    (run.folder / "events.jsonl").write_text("")
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "ended without a word" in shown(pilot.app, "#state"))


def test_a_tail_gives_each_event_once_and_waits_for_whole_lines(tmp_path):
    run = finished_run(mix_project(tmp_path))
    path = run.folder / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    tail = Tail(run.folder)
    first = tail.fresh()
    path.write_bytes(whole)
    second = tail.fresh()
    assert [*first, *second] == run.events()
    assert len(second) == 1
    assert tail.fresh() == []


def test_a_tail_passes_over_what_it_does_not_know(tmp_path):
    (tmp_path / "events.jsonl").write_text('{"event":"future"}\nnonsense\n')
    assert Tail(tmp_path).fresh() == []


def test_a_story_knows_how_long_is_left(tmp_path):
    story = Story()
    story.take(finished_run(mix_project(tmp_path)).events()[:10])
    assert story.seconds_left == (200 - story.iteration) / 5


def test_durations_read_as_a_clock():
    assert [duration(s) for s in (0.4, 42, 725, 12_000)] == ["0:00", "0:42", "12:05", "3:20:00"]
