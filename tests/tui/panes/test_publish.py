"""The Publish pane shows the bundle and its gates, and writes it only when they allow it."""

from __future__ import annotations

from curator.evaluate import save_evaluation
from curator.tui.panes.publish import PublishPane
from curator.tui.panes.publish.figures import size
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Table
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project


def shown(app: Host, selector: str) -> str:
    return str(app.query_one(selector).render())


async def test_gates_files_and_previews_are_shown(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = PublishPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.pause()
        gates = shown(pilot.app, "#gate-list")
        assert gates.count("✓") == 4
        assert "This very adapter answered runnable-first (n=6)." in gates
        table = pane.query_one(Table)
        assert [row.id for row in table.rows] == [
            "README.md",
            "adapter_config.json",
            "adapters.safetensors",
            "run_meta.json",
        ]
        assert "base_model_relation: adapter" in shown(pilot.app, "#text")
        table.lines.focus()
        await pilot.press("j", "j")
        await until(pilot, lambda: "128 parameters" in shown(pilot.app, "#text"))


async def test_b_writes_the_bundle(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    save_evaluation(evaluation_of(run), run)
    pane = PublishPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("b")
        await until(pilot, lambda: (run.folder / "bundle/run_meta.json").exists())


async def test_an_unevaluated_adapter_needs_its_gates_named_and_the_card_says_so(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    pane = PublishPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.bundle is not None)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press(*"evaluated", "enter")
        assert isinstance(pilot.app.screen, ByName)
        await pilot.press("space", *"clean-suite", "enter")
        await until(pilot, lambda: (run.folder / "bundle/run_meta.json").exists())
    card = (run.folder / "bundle/README.md").read_text()
    assert "**evaluated**: Nobody has looked at an answer of this adapter." in card
    assert "This adapter has not been evaluated." in card


async def test_escape_leaves_everything_as_it_was(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    pane = PublishPane(project)
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
        assert pane.check_action("bundle", ()) is False


async def test_a_damaged_adapter_is_explained(tmp_path):
    project = mix_project(tmp_path)
    run = finished_run(project)
    (run.folder / "adapter/adapters.safetensors").write_bytes(b"no")
    pane = PublishPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "not a safetensors file" in shown(pilot.app, "#gate-list"))
        assert pane.bundle is None


def test_sizes_read_in_powers_of_ten():
    assert [size(n) for n in (0, 999, 1000, 12_400_000)] == ["0 B", "999 B", "1.0 kB", "12.4 MB"]
