"""What the four panes look like at 120 × 40, picture by picture."""

from __future__ import annotations

import pytest

from curator.evaluate import save_evaluation
from curator.tui.panes.evaluate import EvaluatePane
from curator.tui.panes.mix import MixPane
from curator.tui.panes.publish import PublishPane
from curator.tui.panes.train import TrainPane
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project

READY = {
    MixPane: lambda pane: pane.plan is not None,
    TrainPane: lambda pane: (
        pane.story.end is not None
        and "not on this machine" in str(pane.query_one("#ready").render())
        and "epochs" in str(pane.query_one("#field-iters .form--note").render())
    ),
    EvaluatePane: lambda pane: pane.view is not None,
    PublishPane: lambda pane: (
        pane.bundle is not None and "base_model" in str(pane.query_one("#text").render())
    ),
}


@pytest.mark.parametrize("kind", READY, ids=lambda kind: kind.__name__)
def test_the_pane_looks_as_it_did(kind, tmp_path, snap_compare):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = kind(project)

    async def ready(pilot) -> None:
        await until(pilot, lambda: READY[kind](pane))
        await pilot.pause()

    assert snap_compare(Host(pane), terminal_size=SIZE, run_before=ready)
