"""The Mix pane does its job by keys: start a recipe, change it, look, build."""

from __future__ import annotations

import tomllib

import pytest
from textual.widgets import OptionList

from curator.mix import read_manifest
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec
from curator.tui.app import CuratorApp
from curator.tui.panes.mix import MixPane
from curator.tui.panes.mix.removed import RemovedScreen
from curator.tui.widgets.by_name import ByName
from curator.tui.widgets.columns import Table
from tests.tui.helpers import SIZE, until
from tests.tui.panes.host import Host
from tests.tui.panes.worlds import RECIPE, mix_project


def shown(app: Host, selector: str) -> str:
    return str(app.query_one(selector).render())


async def planned(pilot, pane: MixPane) -> None:
    await until(pilot, lambda: pane.plan is not None)


async def test_a_first_recipe_is_written_only_when_asked_for(tmp_path):
    project = mix_project(tmp_path, recipe=None)
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "There is no recipe.toml" in shown(pilot.app, "#nothing"))
        assert not (tmp_path / "recipe.toml").exists()
        await pilot.press("n")
        await planned(pilot, pane)
    recipe = tomllib.loads((tmp_path / "recipe.toml").read_text())
    assert [(one["path"], one["role"]) for one in recipe["source"]] == [
        ("data/custom/perfect_examples.jsonl", "curated"),
        ("data/raw/*.jsonl", "base"),
    ]


async def test_with_nothing_to_mix_no_recipe_is_written(tmp_path):
    project = mix_project(tmp_path, recipe=None)
    for path in tmp_path.glob("data/*/*"):
        path.unlink()
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: pilot.app._notifications)
        [notice] = pilot.app._notifications
        assert "There is nothing to mix yet." in notice.message
    assert not (tmp_path / "recipe.toml").exists()


async def test_a_number_typed_goes_into_the_file_and_into_the_plan(tmp_path):
    project = mix_project(tmp_path)
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        assert pane.plan.curated_rows == 6
        await pilot.press("enter", "4", "down", "tab", "enter", "5")
        await until(pilot, lambda: pane.plan.curated_rows == 12 and len(pane.plan.removed) == 4)
        assert not pane.unsaved
    text = (tmp_path / "recipe.toml").read_text()
    assert text == RECIPE.replace("repeat = 2", "repeat = 4").replace(
        'role = "base"\n', 'role = "base"\nlimit = 5\n'
    )


async def test_space_on_a_role_switches_it_in_the_file_and_in_the_plan(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        assert pane.plan.curated_rows == 6
        await pilot.press("shift+tab")
        assert pilot.app.focused.id == "role"
        await pilot.press("down", "space")
        await until(pilot, lambda: pane.plan.curated_rows > 6 and not pane.unsaved)
        assert pilot.app.focused.role == "curated"
        assert {source.role for source in pane.plan.sources} == {"curated"}
    text = (tmp_path / "recipe.toml").read_text()
    assert text == RECIPE.replace('role = "base"', 'role = "curated"')


async def test_a_role_that_cannot_be_written_is_shown_as_it_is(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    recipe = tmp_path / "recipe.toml"
    sources = 'source = [{ path = "data/custom/*.jsonl", role = "curated" }]\n'
    recipe.write_text(f'name = "x"\n{sources}')
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("shift+tab", "space")
        await until(pilot, lambda: pilot.app._notifications)
        [notice] = pilot.app._notifications
        assert "cannot be changed from here" in notice.message
        await until(pilot, lambda: pilot.app.focused.role == "curated")


async def test_a_number_that_makes_no_sense_changes_nothing(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("enter", "0")
        assert pilot.app.focused.has_class("-wrong")
        assert not pane.unsaved
    assert (tmp_path / "recipe.toml").read_text() == RECIPE


async def test_a_stray_key_changes_nothing_until_enter_begins(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("3", "backspace", "x")
        assert pilot.app.focused.value == "2"
        await pilot.press("enter", "4", "escape", "5")
        assert pilot.app.focused.value == "4"
        assert pilot.app.focused.id == "repeat"


async def test_plus_and_minus_count(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("plus", "plus", "minus")
        await until(pilot, lambda: pane.plan.curated_rows == 9)


async def test_the_plan_is_drawn_with_shares_split_and_checks(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.pause()
        assert "50.0%" in shown(pilot.app, "#shares")
        assert "3 examples" in shown(pilot.app, "#shares")
        assert "train       12" in shown(pilot.app, "#split-rows")
        checks = shown(pilot.app, "#check-list")
        assert checks.startswith("! 100 iterations × 4 rows show each curated example 66.67 times")
        assert "✓ All 3 curated examples train." in checks
        assert "Advice, after Muennighoff et al. 2023" in " ".join(checks.split())


async def test_exposures_are_counted_for_the_spec_that_stands_in_the_train_pane(tmp_path):
    app = CuratorApp(mix_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await app.action_goto("train")
        await until(pilot, lambda: app.query("#field-iters Input"))
        app.query_one("#field-iters Input").value = "3"
        await until(pilot, lambda: app._spec is not None and app._spec.iters == 3)
        await app.action_goto("mix")
        told = "3 iterations × 4 rows show each curated example 2.00 times"
        await until(pilot, lambda: told in shown(app, "#check-list"))
        pane = app.pane
        assert isinstance(pane, MixPane)

        # Epochs are those of this plan, and a step of two batches is one step.
        pane.heed_spec(TrainingSpec(epochs=3.0, warmup=50, batch_size=2, grad_accumulation=3))
        await pane.action_reload()
        told = "6 iterations × 6 rows show each curated example 6.00 times"
        await until(pilot, lambda: told in shown(app, "#check-list"))


async def test_enter_on_a_reason_shows_the_pairs(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        pane.query_one(Table).lines.focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RemovedScreen))
        await until(pilot, lambda: len(pilot.app.screen.query_one(OptionList).options) == 1)
        await pilot.pause()
        assert "data/raw/base.jsonl:9" in str(pilot.app.screen.query_one("#gone Static").render())
        kept = str(pilot.app.screen.query_one("#kept Static").render())
        assert "data/custom/perfect_examples.jsonl:2" in kept
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, RemovedScreen))


async def test_b_builds_the_mixture(tmp_path):
    project = mix_project(tmp_path)
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("b")
        await until(pilot, lambda: (tmp_path / "mixtures/small/manifest.json").exists())
    assert read_manifest(tmp_path / "mixtures/small").counts["train"] == 12


async def test_an_error_stands_in_the_way_until_it_is_named(tmp_path):
    recipe = RECIPE.replace("repeat = 2", "limit = 2")
    pane = MixPane(mix_project(tmp_path, recipe=recipe))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ByName)
        assert not (tmp_path / "mixtures").exists()
        await pilot.press(*"curated-train", "enter")
        await until(pilot, lambda: (tmp_path / "mixtures/small/manifest.json").exists())


async def test_a_broken_recipe_is_explained_and_read_again_on_request(tmp_path):
    pane = MixPane(mix_project(tmp_path, recipe=RECIPE.replace("repeat", "repeats")))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Did you mean `repeat`?" in shown(pilot.app, "#nothing"))
        (tmp_path / "recipe.toml").write_text(RECIPE)
        pane.opened()
        await planned(pilot, pane)


async def test_markup_in_rows_is_shown_as_it_is(tmp_path):
    project = mix_project(tmp_path)
    source = tmp_path / "data/raw/base.jsonl"
    source.write_text(source.read_text().replace("print(3)", "[b]x[/b]\\u001b[2J"))
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        pane.query_one(Table).lines.focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RemovedScreen))
        gone = pilot.app.screen.query_one("#gone Static")
        await until(pilot, lambda: "[b]x[/b]␛[2J" in str(gone.render()))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build_tiny_model(tmp_path_factory.mktemp("mix-pane") / "model")


async def test_with_the_model_at_hand_tokens_and_preflight_are_shown(tmp_path, model):
    pane = MixPane(mix_project(tmp_path, model=str(model)))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.preflight is not None, seconds=60)
        await pilot.pause()
        assert shown(pilot.app, "#shares").startswith("by tokens")
        told = shown(pilot.app, "#preflight-list")
        assert "✓ All 12 prompts have the same token ids" in told
        assert "✓ Every answer ends with <|im_end|>" in told
        assert str(pane.query_one("#preflight").border_title).startswith("Preflight with ")
        assert not (tmp_path / "mixtures").exists()


async def test_without_the_model_preflight_says_why_it_is_silent(tmp_path):
    pane = MixPane(mix_project(tmp_path))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "not on this machine" in shown(pilot.app, "#preflight-list"))
        assert pane.preflight is None
        assert shown(pilot.app, "#shares").startswith("by text")


async def test_a_fault_that_only_preflight_sees_is_named_before_building(tmp_path, model):
    project = mix_project(tmp_path, model=str(model))
    source = tmp_path / "data/custom/perfect_examples.jsonl"
    first, *rest = source.read_text().splitlines(keepends=True)
    source.write_text(
        first.replace("Double a whole", "Double " + "a " * 1100 + "whole") + "".join(rest)
    )
    pane = MixPane(project)
    async with Host(pane).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pane.preflight is not None, seconds=60)
        assert {check.code for check in pane.preflight.standing()} >= {"too-long"}
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ByName))
        assert not (tmp_path / "mixtures").exists()


async def test_a_share_is_shown_with_the_repeat_that_follows_and_gives_way_to_a_number(tmp_path):
    recipe = RECIPE.replace("repeat = 2\n", "share = 0.5\n")
    pane = MixPane(mix_project(tmp_path, recipe=recipe))
    async with Host(pane).run_test(size=SIZE) as pilot:
        await planned(pilot, pane)
        await pilot.pause()
        repeat = pane.query("#repeat").first()
        assert (repeat.value, repeat.placeholder) == ("", "50% ×2")
        await pilot.press("enter", "4")
        await until(pilot, lambda: pane.plan.curated_rows == 12)
    assert (tmp_path / "recipe.toml").read_text() == RECIPE.replace("repeat = 2", "repeat = 4")
