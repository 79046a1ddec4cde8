"""The Train pane checks a spec as it is typed, trains, and finds runs again."""

from __future__ import annotations

import json

import msgspec
import pytest
from textual.widgets import Input

from curator.train import Continued, Phase, TrainingSpec, read_run, start_training
from curator.tui.dialogs import Question
from curator.tui.panes.train import TrainPane
from curator.tui.panes.train.compare import CompareScreen
from curator.tui.panes.train.figures import duration
from curator.tui.panes.train.runlist import RunList
from curator.tui.panes.train.story import Story, smoothed
from curator.tui.panes.train.tail import Tail
from curator.tui.widgets.by_name import ByName
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
    """Type a spec whose iterations take next to no time, without sample answers."""
    for key, typed in (("iters", iters), ("batch-size", "1"), ("sample-prompt", ["backspace"])):
        field(pane, key).focus()
        await pilot.press("enter", *typed, "enter")
    await until(pilot, lambda: pane.form.spec and not pane.form.spec.sample_prompt)


async def test_a_value_is_checked_as_it_is_typed_with_the_reason_beside_it(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "12 rows to train on" in shown(pilot.app, "#ready"))
        field(pane, "rank").focus()
        await pilot.press("enter", "0")
        await until(pilot, lambda: pane.form.spec is None)
        assert "must be at least 1, not 0" in shown(pilot.app, "#field-rank .form--note")
        assert "Rank must be at least 1" in shown(pilot.app, "#ready")
        await pilot.press("backspace", "4")
        await until(pilot, lambda: pane.form.spec is not None)
        assert pane.form.spec.rank == 4
        assert shown(pilot.app, "#field-alpha .form--note") == "scale 4"


async def test_preflight_looks_again_at_what_is_typed_and_stops_what_cannot_be(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.report is not None)
        assert "t starts" in shown(pilot.app, "#ready")
        assert "fewer than the 4 of a batch" in shown(pilot.app, "#checks").replace("\n  ", " ")

        field(pane, "rank").focus()
        await pilot.press("enter", *"999", "enter")
        await until(pilot, lambda: "1 check stands in the way" in shown(pilot.app, "#ready"))
        assert "no map of this model has a rank above 64" in shown(pilot.app, "#checks").replace(
            "\n  ", " "
        )
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ByName))
        assert not (tmp_path / "runs").exists()


async def test_a_training_starts_against_a_check_whose_name_is_written(tmp_path, tiny):
    project = mix_project(tmp_path, model=str(tiny))
    folder = build_mixture(project)
    # The files are no longer those of the manifest.
    with (folder / "valid.jsonl").open("a") as file:
        file.write((folder / "valid.jsonl").read_text().splitlines()[0] + "\n")
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "1 check stands in the way" in shown(pilot.app, "#ready"))
        await small_steps(pilot, pane, iters="1")
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press(*"manifest", "enter")
        await until(pilot, lambda: pane.run is not None and pane.run.status == "finished", 60)
        assert "finished after 1 iteration" in shown(pilot.app, "#state")
        assert "1 iterations" not in shown(pilot.app, "#numbers")


async def test_text_that_is_no_number_is_refused(tmp_path):
    project = mix_project(tmp_path)
    build_mixture(project)
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.mixture is not None)
        field(pane, "learning-rate").focus()
        await pilot.press("enter", "e", "e", "enter")
        await until(pilot, lambda: pane.form.problems == {"learning_rate": "needs a number"})
        await pilot.press("t")
        await until(pilot, lambda: pilot.app._notifications)
        assert not (tmp_path / "runs").exists()


async def test_without_a_mixture_training_is_not_offered_and_it_says_why(tmp_path):
    pane = TrainPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "no mixture to train on yet" in shown(pilot.app, "#ready"))
        assert pane.check_action("start", ()) is None
        assert "build one in Mix" in shown(pilot.app, "#ready")
        assert [pane.check_action(name, ()) for name in ("pause", "stop", "resume", "compare")] == [
            False
        ] * 4
        await pilot.press("t")
        await pilot.pause()
        assert not (tmp_path / "runs").exists()


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
        assert str(row.cells[4]) == "finished"
    assert read_run(pane.run.folder).adapter is not None


async def test_a_run_that_was_started_elsewhere_is_found_paused_stopped_and_taken_up(
    tmp_path, tiny
):
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
    started = [start_training(mixture, spec, runs_dir=project.path("runs"))]
    try:
        pane = TrainPane(project)
        async with Host(pane).run_test(size=SIZE) as pilot:
            await until(pilot, lambda: len(pane.story.train) > 1, 60)
            assert not pane.trainings
            await pilot.press("space")
            await until(pilot, lambda: pane.story.paused, 30)
            assert "paused" in shown(pilot.app, "#state")
            await pilot.press("r")
            await until(pilot, lambda: not pane.story.paused, 30)
            await pilot.press("s")
            await until(pilot, lambda: pane.run.status == "stopped", 60)
            assert "its adapter is kept" in shown(pilot.app, "#state")
            assert "r takes it up" in shown(pilot.app, "#state").replace("\n  ", " ")
            done = pane.story.iteration

            await pilot.press("r")
            await until(pilot, lambda: pane.story.continued == done, 60)
            started += pane.trainings.values()
            assert f"Taken up after iteration {done}." in shown(pilot.app, "#remark")
            await until(pilot, lambda: pane.story.iteration > done, 60)
            iterations = [x for x, _ in pane.story.train]
            assert iterations == sorted(set(iterations))
            await pilot.press("s")
            await until(pilot, lambda: pane.run.status == "stopped", 60)
    finally:
        for training in started:
            training.kill()
            training.wait(30)


async def test_runs_are_compared_beside_each_other(tmp_path):
    project = mix_project(tmp_path)
    for number, rank in ((1, 8), (2, 4), (3, 16)):
        run = finished_run(project, f"2026-03-0{number}-120000-rank-{rank}")
        spec = msgspec.structs.replace(run.spec, rank=rank)
        (run.folder / "spec.json").write_bytes(msgspec.json.encode(spec))
    pane = TrainPane(project)

    def compared(app: Host) -> dict[str, list[str]]:
        rows = app.screen.query_one(Table).rows
        return {str(row.cells[0]): [str(cell) for cell in row.cells[1:]] for row in rows}

    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(pane.runs) == 3 and pane.run is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        assert compared(pilot.app)["rank"] == ["16", "4"]
        await pilot.press("escape")

        await pilot.press("x")
        pane.query_one(RunList).lines.focus()
        await pilot.press("j", "j")
        await until(pilot, lambda: pane.run.spec.rank == 8)
        await pilot.press("x", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        assert compared(pilot.app)["rank"] == ["16", "8"]
        assert compared(pilot.app)["best val loss"] == ["1.081", "1.081"]
        assert "dropout" not in compared(pilot.app)


async def test_a_run_is_deleted_only_when_a_person_says_so(tmp_path):
    project = mix_project(tmp_path)
    older = finished_run(project, "2026-03-01-120000-old")
    newer = finished_run(project, "2026-03-02-120000-new")
    pane = TrainPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.run is not None and pane.run.id == newer.id)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Question))
        assert newer.folder.exists()

        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("d")
        await until(pilot, lambda: not newer.folder.exists() and list(pane.runs) == [older.id])
        await until(pilot, lambda: pane.run is not None and pane.run.id == older.id)


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
            for training in pane.trainings.values():
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


def test_a_story_knows_how_long_is_left_validations_included(tmp_path):
    events = finished_run(mix_project(tmp_path)).events()[:10]
    plain, told = Story(), Story(steps_per_eval=50)
    for story in (plain, told):
        story.take(events)
    assert plain.seconds_left == (200 - plain.iteration) / 5
    assert told.seconds_left == pytest.approx(plain.seconds_left + 4 * 0.1)


def test_a_story_that_goes_on_forgets_what_is_trained_anew(tmp_path):
    story = Story()
    story.take(finished_run(mix_project(tmp_path)).events())
    assert story.best == (150, 1.081)

    story.take([Phase(name="loading"), Continued(iteration=100)])

    assert story.end is None
    assert (story.train[-1][0], story.valid[-1][0], story.best) == (100, 100, (100, 1.17))
    assert story.iteration == 100


def test_a_smoothed_loss_is_the_mean_of_those_before():
    assert smoothed([(1, 1.0)] * 15) == ()
    points = [(x, float(x)) for x in range(24)]
    assert smoothed(points)[:4] == ((0, 0.0), (1, 0.5), (2, 1.0), (3, 2.0))
    assert smoothed(points)[-1] == (23, 22.0)


def test_durations_read_as_a_clock():
    assert [duration(s) for s in (0.4, 42, 725, 12_000)] == ["0:00", "0:42", "12:05", "3:20:00"]
