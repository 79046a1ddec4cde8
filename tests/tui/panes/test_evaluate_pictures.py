"""What the Evaluate pane looks like where it is narrow, between two runs, and over one answer."""

from __future__ import annotations

from dataclasses import replace

from curator.evaluate import save_evaluation
from curator.tui.panes.evaluate import EvaluatePane
from curator.tui.widgets.columns import Table
from curator.tui.widgets.picker import Picker
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project


def evaluated(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(replace(evaluation_of(run), not_run="There is no sandbox here."), run)
    return project


async def ready(pilot, pane):
    await until(pilot, lambda: pane.query_one(Table).rows)
    pane.query_one(Table).lines.focus()
    await pilot.pause()


def test_narrow(tmp_path, snap_compare):
    pane = EvaluatePane(evaluated(tmp_path))

    assert snap_compare(
        Host(pane), terminal_size=(80, 24), run_before=lambda pilot: ready(pilot, pane)
    )


def test_two_runs(tmp_path, snap_compare):
    project = evaluated(tmp_path)
    other = finished_run(project, "2026-03-02-120000-other")
    found = evaluation_of(other, 5)
    save_evaluation(replace(found, tuned=replace(found.base, name="adapter")), other)
    pane = EvaluatePane(project)

    async def between(pilot):
        await until(pilot, lambda: pane.others)
        pane.query_one("#against", Picker).value = "2026-03-01-120000-small"
        await until(pilot, lambda: pane.view is not None and pane.view.against)
        await ready(pilot, pane)

    assert snap_compare(Host(pane), terminal_size=SIZE, run_before=between)


def test_an_answer(tmp_path, snap_compare):
    pane = EvaluatePane(evaluated(tmp_path))

    async def opened(pilot):
        await ready(pilot, pane)
        await pilot.press("enter")
        await pilot.pause()

    assert snap_compare(Host(pane), terminal_size=SIZE, run_before=opened)
