"""The whole job by keys alone, from an empty project to an evaluated adapter, on real base data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input

from curator.settings import find_project
from curator.store import read_rows, shipped_examples
from curator.tiny import build_tiny_model
from curator.train import list_runs
from curator.tui.panes.evaluate import EvaluatePane
from curator.tui.panes.mix import MixPane
from curator.tui.panes.train import TrainPane
from tests.tui.helpers import SIZE, app_on, author, settled, until

BASE = Path(__file__).parents[2].parent / "shared/data/code_alpaca_2k.json"

SUITE = """\
name = "two"
[[prompt]]
id = "median"
instruction = "Find the median of an unsorted list of floats."
[[prompt]]
id = "vowels"
instruction = "How many vowels does a word have? Count them."
"""

SETTINGS = 'model = "tiny"\n'


@pytest.mark.skipif(not BASE.is_file(), reason="the real base data is not here")
async def test_from_an_empty_project_to_an_evaluated_adapter_by_keys(tmp_path):
    # What a person has before opening the studio: a suite and downloaded base data.
    (tmp_path / "curator.toml").write_text(SETTINGS)
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites/two.toml").write_text(SUITE)
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/custom").mkdir()
    shutil.copy(BASE, tmp_path / "data/raw/code_alpaca_2k.json")
    project = find_project(tmp_path)
    app = app_on(project)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.query("Welcome"))
        await pilot.press("s")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not author(app).unsaved)

        await pilot.press("escape", "escape", "2")
        await until(pilot, lambda: app.query(MixPane))
        mix = app.query_one(MixPane)
        await until(pilot, lambda: not app.screen.query("#recipe-loading") and mix.is_mounted)
        await pilot.press("n")
        await until(pilot, lambda: mix.plan is not None and not mix._stale, 120)
        await pilot.press("down", "tab", "enter", *"1000", "enter")
        # A plan of a number half typed is a plan too, and is not the one to build.
        await until(
            pilot,
            lambda: mix.recipe.source[-1].limit == 1000 and mix.plan and not mix._stale,
            120,
        )
        assert sum(row.role == "base" for row in mix.plan.train) < 1001
        await pilot.press("b")
        await until(pilot, lambda: list(project.path("mixtures").glob("*/manifest.json")), 120)

        # Only now: with a model at hand, Mix would rightly say that its byte tokens cut answers.
        build_tiny_model(tmp_path / "tiny")
        await pilot.press("3")
        await until(pilot, lambda: app.query(TrainPane))
        train = app.query_one(TrainPane)
        for field, text in (("iters", "3"), ("batch-size", "2"), ("max-seq-length", "4096")):
            box = train.query_one(f"#field-{field} Input", Input)
            box.focus()
            # The focus comes with a message of its own: a key before it would go elsewhere.
            await until(pilot, lambda box=box: box.has_focus)
            await pilot.press("enter", *text, "enter")
            await until(pilot, lambda box=box, text=text: box.value == text)
        await until(pilot, lambda: train.form.spec and train.form.spec.max_seq_length == 4096)
        await until(pilot, lambda: "to train on" in str(train.query_one("#ready").render()))
        await pilot.press("t")
        await until(
            pilot,
            lambda: [run.status for run in list_runs(project.path("runs"))] == ["finished"],
            300,
        )

        await pilot.press("4")
        await until(pilot, lambda: app.query(EvaluatePane))
        evaluate = app.query_one(EvaluatePane)
        evaluate.max_tokens = 8
        await until(pilot, lambda: evaluate.suite is not None and evaluate.run is not None)
        evaluate.query_one("#suite").value = str(tmp_path / "suites/two.toml")
        await until(pilot, lambda: evaluate.suite.name == "two")
        await pilot.press("v")
        await until(pilot, lambda: evaluate.evaluation is not None, 300)
        assert evaluate.evaluation.n == 2

    examples = tmp_path / "data/custom/perfect_examples.jsonl"
    assert len(list(read_rows(examples))) == len(list(read_rows(shipped_examples())))
    [run] = list_runs(project.path("runs"))
    assert run.result.iterations == 3
    assert list(run.folder.glob("evaluations/two.json"))
