"""The Publish pane: gates, files, dry run first, then the upload; nothing goes unasked."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from curator.evaluate import save_evaluation
from curator.publish.hub import read_receipts
from curator.tui.app import CuratorApp
from curator.tui.dialogs import Question
from curator.tui.panes.publish import PublishPane
from curator.tui.panes.publish.figures import size
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Table
from tests import hub as stand_in
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project

TOKEN = "hf_" + "aKdmZqXwLpRtYvNcBfHjGsQeUaKdmZqXwL"
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def shown(app: Host, selector: str) -> str:
    return str(app.query_one(selector).render())


def world(tmp_path, *, evaluated: bool = True):
    project = mix_project(tmp_path)
    run = finished_run(project)
    if evaluated:
        save_evaluation(evaluation_of(run), run)
    return PublishPane(project), run


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with stand_in.serving(stand_in.Hub(), monkeypatch) as hub:
        hub.token = TOKEN
        yield hub


def state(app: Host) -> str:
    return shown(app, "#state")


async def looked(pilot, pane, repo="ann/small"):
    """Write where to, and wait for the dry run."""
    await until(pilot, lambda: pane.bundle is not None)
    pane.query_one("#repo", Input).value = repo
    pane.query_one("#repo", Input).focus()
    await pilot.press("enter")
    await until(pilot, lambda: pane.plan is not None)
    pane.query_one(Table).lines.focus()
    await pilot.pause()


async def test_gates_files_and_previews_are_shown(tmp_path):
    pane, _ = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.pause()
        gates = shown(pilot.app, "#gate-list")
        assert gates.count("✓") == 7
        assert "This very adapter answered runnable-first (n=6)." in gates
        table = pane.query_one(Table)
        assert [row.id for row in table.rows] == [
            "README.md",
            "MODEL_CARD.md",
            "USAGE.md",
            "LICENSE-THIRD-PARTY.md",
            "adapter_config.json",
            "adapters.safetensors",
            "config.json",
            "run_meta.json",
        ]
        assert "base_model_relation: adapter" in shown(pilot.app, "#text")
        table.lines.focus()
        await pilot.press(*"jjjjj")
        await until(pilot, lambda: "128 parameters" in shown(pilot.app, "#text"))


async def test_b_writes_the_bundle(tmp_path):
    pane, run = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("b")
        await until(pilot, lambda: (run.folder / "bundle/run_meta.json").exists())


async def test_an_unevaluated_adapter_needs_its_gates_named_and_the_card_says_so(tmp_path):
    pane, run = world(tmp_path, evaluated=False)
    host = Host(pane)
    # As in the studio, where nothing else puts the cursor into the line.
    host.AUTO_FOCUS = CuratorApp.AUTO_FOCUS
    async with host.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press(*"evaluated", "enter")
        assert isinstance(pilot.app.screen, ByName)
        await pilot.press("space", *"clean-suite", "enter")
        await until(pilot, lambda: (run.folder / "bundle/run_meta.json").exists())
        await until(pilot, lambda: "card says so" in shown(pilot.app, "#gate-list"))
    card = (run.folder / "bundle/README.md").read_text()
    assert "**evaluated**: Nobody has looked at an answer of this adapter." in card
    assert "This adapter has not been evaluated." in card


async def test_escape_leaves_everything_as_it_was(tmp_path):
    pane, run = world(tmp_path, evaluated=False)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ByName))
    assert not (run.folder / "bundle").exists()


async def test_without_a_run_there_is_nothing_to_write(tmp_path):
    pane = PublishPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "no run with an adapter" in shown(pilot.app, "#gate-list"))
        assert not any(pane.check_action(one, ()) for one in ("bundle", "look", "upload"))


async def test_a_damaged_adapter_is_explained(tmp_path):
    pane, run = world(tmp_path)
    (run.folder / "adapter/adapters.safetensors").write_bytes(b"no")
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "not a safetensors file" in shown(pilot.app, "#gate-list"))
        assert pane.bundle is None


async def test_nothing_is_published_before_a_dry_run(tmp_path, server):
    pane, _ = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        assert pane.check_action("upload", ()) is False
        await pilot.press("d")
        assert pane.query_one("#repo", Input).has_focus
        await looked(pilot, pane)
        assert pane.check_action("upload", ()) is True
        assert "u publishes it as v1.0.0" in state(pilot.app)
        assert server.repos == {}
        # What was looked at is another thing then.
        pane.query_one("#tag", Input).value = "v2.0.0"
        await until(pilot, lambda: pane.plan is None)
        assert pane.check_action("upload", ()) is False


async def test_a_dry_run_then_the_upload_then_it_stands_there(tmp_path, server):
    pane, run = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await looked(pilot, pane)
        assert "+ new" in str(pane.query_one(Table).rows[0].cells[2])
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        # No is an answer.
        await pilot.press("n")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Question))
        assert server.repos == {}
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: "v1.0.0 is commit" in state(pilot.app))
        assert "new" not in str(pane.query_one(Table).rows[0].cells[2])
        assert set(server.repos[("model", "ann/small")].files) >= set(pane.bundle.files)
        [receipt] = read_receipts(run.folder)
        assert (receipt.repo, receipt.tag) == ("ann/small", "v1.0.0")
        await pilot.press("d")
        await until(pilot, lambda: "All of it stands there as v1.0.0" in state(pilot.app))


async def test_a_refusal_is_told_without_the_token(tmp_path, server):
    server.may_write = False
    pane, _ = world(tmp_path)
    async with Host(pane).run_test(size=SIZE, notifications=True) as pilot:
        await looked(pilot, pane)
        await pilot.press("u", "y")
        await until(pilot, lambda: not pane.busy and pilot.app._notifications)
        told = " ".join(one.message for one in pilot.app._notifications)
        assert "may not write to ann/small. Nothing was published." in told
        assert TOKEN not in told
        assert "d looks at" in state(pilot.app)


async def test_a_dry_run_of_what_is_no_longer_asked_for_is_not_shown(tmp_path, server):
    pane, _ = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        repo = pane.query_one("#repo", Input)
        repo.value = "ann/small"
        pane.action_look()
        repo.value = "ann/other"
        await until(pilot, lambda: not pane.busy)
        await pilot.pause()
        assert pane.plan is None
        assert "d looks at ann/other" in state(pilot.app)


async def test_waiting_for_the_hub_can_be_stopped(tmp_path, server):
    server.fail("create", (429, {"Retry-After": "200"}))
    pane, _ = world(tmp_path)
    async with Host(pane).run_test(size=SIZE, notifications=True) as pilot:
        await looked(pilot, pane)
        await pilot.press("u", "y")
        await until(pilot, lambda: "in 200 s" in state(pilot.app))
        await pilot.press("x")
        await until(pilot, lambda: not pane.busy)
        assert any("Nothing was published" in one.message for one in pilot.app._notifications)


async def test_r_writes_the_report_and_shows_it(tmp_path):
    pane, run = world(tmp_path)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("r")
        await until(pilot, lambda: "Where it began" in shown(pilot.app, "#text"))
    assert {"report.md", "report.svg", "report.html"} <= {p.name for p in run.folder.iterdir()}


def test_sizes_read_in_powers_of_ten():
    assert [size(n) for n in (0, 999, 1000, 12_400_000)] == ["0 B", "999 B", "1.0 kB", "12.4 MB"]
