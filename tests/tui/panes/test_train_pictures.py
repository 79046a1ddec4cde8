"""What the Train pane looks like in its main states."""

from __future__ import annotations

import json

import msgspec
import pytest

from curator.tui.panes.train import TrainPane
from curator.tui.panes.train.compare import CompareScreen
from tests.tui.helpers import until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import build_mixture, finished_run, mix_project

SMALL, LARGE = (80, 24), (160, 50)
WORDS = (
    'The process ran out of memory (SIGABRT). Its last words: "[METAL] Command buffer execution '
    'failed: Insufficient Memory"'
)


class Quiet(Host):
    """As the studio, which leaves the cursor to its panes."""

    AUTO_FOCUS = ""


@pytest.fixture
def look(tmp_path, snap_compare):
    """Compare a picture of the pane once it is in a state."""

    def at(prepare, size, reach):
        project = mix_project(tmp_path)
        prepare(project)
        pane = TrainPane(project)

        async def ready(pilot) -> None:
            await reach(pilot, pane)
            await pilot.pause()

        return snap_compare(Quiet(pane), terminal_size=size, run_before=ready)

    return at


def two_runs(project) -> None:
    for number, rank in ((1, 8), (2, 4)):
        run = finished_run(project, f"2026-03-0{number}-120000-rank-{rank}")
        spec = msgspec.structs.replace(run.spec, rank=rank)
        (run.folder / "spec.json").write_bytes(msgspec.json.encode(spec))


def a_failed_run(project) -> None:
    run = finished_run(project)
    record = json.loads((run.folder / "run.json").read_text())
    record |= {"status": "failed", "result": None, "iteration": 80, "message": WORDS}
    record["hint"] = "Try a smaller batch_size or max_seq_length, or grad_checkpoint = true."
    (run.folder / "run.json").write_text(json.dumps(record))
    events = (run.folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (run.folder / "events.jsonl").write_bytes(b"".join(events[:20]))


async def shown(pilot, pane) -> None:
    await until(pilot, lambda: pane.story.train and pane.mixture is not None)
    await until(pilot, lambda: "not on this machine" in str(pane.query_one("#ready").render()))


def test_a_run_that_died_in_a_small_terminal(look):
    assert look(a_failed_run, SMALL, shown)


def test_nothing_there_yet(look):
    async def reach(pilot, pane) -> None:
        await until(pilot, lambda: "build one in Mix" in str(pane.query_one("#ready").render()))

    assert look(lambda project: None, SMALL, reach)


def test_a_value_that_cannot_be(look):
    async def reach(pilot, pane) -> None:
        await until(pilot, lambda: pane.mixture is not None)
        pane.query_one("#field-rank Input").focus()
        await pilot.press("enter", "0")
        await until(pilot, lambda: pane.form.problems)

    assert look(build_mixture, LARGE, reach)


def test_two_runs_beside_each_other(look):
    async def reach(pilot, pane) -> None:
        await shown(pilot, pane)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))

    assert look(two_runs, LARGE, reach)
