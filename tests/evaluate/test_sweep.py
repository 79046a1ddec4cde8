"""A sweep trains every point on as many tokens, once, and compares them on the same prompts."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from xml.etree import ElementTree as ET

import msgspec
import pytest

from curator.errors import CancelledError, ConfigError
from curator.evaluate import Prompt, Sampling, Suite
from curator.evaluate import sweep as sweep_module
from curator.evaluate.sweep import run_sweep
from curator.evaluate.sweepplan import plan_sweep
from curator.evaluate.sweepreport import plan_sheet, sweep_sheets, sweep_svg
from curator.evaluate.vary import parse_vary, points_of
from curator.mix import Recipe, SourceSpec, SplitSpec, plan_mixture
from curator.tiny import build_tiny_model
from curator.train import TrainingSpec, list_runs

SUITE = Suite(
    name="two",
    prompt=(
        Prompt(id="histogram", instruction="Draw a histogram of word lengths as text."),
        Prompt(id="spoilt", instruction="Curated question about topic number 3, please."),
        Prompt(id="ip", instruction="Is this text an IPv4 address?", input="127.0.0.1"),
    ),
)

SHORT = Sampling(max_tokens=8)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Eight curated rows that are long, forty base rows that are short, and a recipe for them."""
    folder = tmp_path_factory.mktemp("sources")
    topics = ["tide", "glass", "copper", "lantern", "velvet", "marble", "quartz", "ember"]
    curated = [
        {
            "instruction": f"Curated question about topic number {number}, please."
            if number == 3
            else f"How does {topic} differ from {topic[::-1]} in practice?",
            "output": f"{topic} " * 30,
        }
        for number, topic in enumerate(topics)
    ]
    base = [
        {"instruction": f"{n**11:b} is binary {n}", "output": f"It is {n**11}."}
        for n in range(30, 70)
    ]
    for name, rows in (("mine", curated), ("base", base)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.fixture(scope="module")
def recipe():
    return Recipe(
        name="swept",
        source=(
            SourceSpec(path="mine.jsonl", role="curated", repeat=2),
            SourceSpec(path="base.jsonl", role="base"),
        ),
        split=SplitSpec(valid=0.05),
    )


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    model = build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    return TrainingSpec(model=str(model), iters=12, learning_rate=0.01, steps_per_report=1)


@pytest.fixture(scope="module")
def planned(recipe, sources, spec):
    points = points_of([parse_vary("share=0,0.1,0.5")])
    return plan_sweep(recipe, sources, spec, points)


@pytest.fixture(scope="module")
def two(planned):
    """Those of them that are trained here."""
    return replace(planned, points=(planned.points[0], planned.points[2]))


@pytest.fixture(scope="module")
def swept(two, recipe, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "sweep"
    return run_sweep(two, recipe, SUITE, folder, sampling=SHORT, run_tests=False)


def swept_points(swept):
    return tuple(one.planned for one in swept.points)


def test_every_point_has_the_share_that_was_asked_for(planned):
    shares = [one.plan.curated_share for one in planned.points]

    assert shares == pytest.approx([0, 0.1, 0.5], abs=0.03)
    # A tenth is less than each example once: fewer of them.
    assert [one.plan.curated_training for one in planned.points] == [0, 4, 8]
    assert [one.copies for one in planned.points] == [0, 1, 5]


def test_every_point_learns_as_many_tokens_and_not_as_long(planned):
    assert planned.points[0].spec.iters == 12
    assert planned.points[0].tokens == planned.budget
    assert planned.points[2].spec.iters < 12
    assert {one.spec.keep for one in planned.points} == {"last"}


def test_a_budget_can_be_given(recipe, sources, spec):
    points = points_of([parse_vary("seed=1,2")])
    found = plan_sweep(recipe, sources, spec, points, budget=4000)

    assert found.budget == 4000
    assert [one.tokens for one in found.points] == pytest.approx([4000, 4000], rel=0.05)
    assert [one.spec.seed for one in found.points] == [1, 2]


def test_what_was_planned_is_what_was_trained(swept):
    for one in swept.points:
        assert one.run.status == "finished"
        assert one.trained_tokens == one.planned.tokens
        assert one.run.result.kept_iteration == one.planned.spec.iters


def test_all_points_are_compared_on_the_prompts_that_none_was_trained_on(swept):
    comparison = swept.comparison

    assert [key[0] for key in comparison.sides["base"].prompts] == ["histogram", "ip"]
    assert list(comparison.sides) == ["base", "share=0", "share=0.5"]
    assert len(comparison.pairs) == 1
    assert swept.points[1].evaluation.contaminated[0].prompt == "spoilt"


def test_the_sheets_say_shares_exposures_tokens_and_what_is_not_shown(swept, planned):
    points, rates = sweep_sheets(swept)

    assert [row[0] for row in points.rows] == ["base", "share=0", "share=0.5"]
    assert points.rows[2][2] == "8 × 5"
    assert points.rows[2][7] == f"{swept.points[1].trained_tokens:,}"
    assert "cannot be told apart" in points.notes[-1]
    assert "not shown" in " ".join(rates.rows[-1])
    assert points.warnings == (
        "share=0.5 learns 17% more than the budget: its steps are as large.",
    )
    assert [row[0] for row in plan_sheet(planned).rows] == ["share=0", "share=0.1", "share=0.5"]


def test_the_picture_is_whole_and_shows_every_point(swept):
    picture = ET.fromstring(sweep_svg(swept))
    words = [one.text for one in picture.iter() if one.text and one.text.strip()]

    assert {"share=0", "share=0.5", "base, all of these"} <= set(words)
    assert sum(one.tag.endswith("circle") for one in picture.iter()) == 2


def test_as_json_it_holds_figures_and_the_comparison(swept):
    found = json.loads(json.dumps(swept.to_json()))

    assert [one["settings"]["share"] for one in found["points"]] == [0, 0.5]
    assert found["points"][1]["contaminated"] == ["spoilt"]
    assert found["comparison"]["n"] == 2


def test_what_is_done_is_not_done_again(swept, two, recipe, monkeypatch):
    folder = swept.points[0].run.folder.parents[2]
    for name in ("start_training", "resume_training", "evaluate_run", "write_mixture"):
        monkeypatch.setattr(sweep_module, name, None)

    again = run_sweep(two, recipe, SUITE, folder, sampling=SHORT, run_tests=False)

    assert again.to_json() == swept.to_json()


def test_another_suite_trains_nothing_again(swept, two, recipe, monkeypatch):
    folder = swept.points[0].run.folder.parents[2]
    asked = []

    def evaluate(run, suite, **how):
        asked.append((run.id, suite.name))
        return replace(next(evaluations), suite=suite.name)

    evaluations = iter([one.evaluation for one in swept.points])
    monkeypatch.setattr(sweep_module, "start_training", None)
    monkeypatch.setattr(sweep_module, "evaluate_run", evaluate)
    monkeypatch.setattr(sweep_module, "save_evaluation", lambda *_: None)

    found = run_sweep(two, recipe, Suite(name="other", prompt=SUITE.prompt), folder)

    assert found.comparison.suite == "other"
    assert asked == [(one.run.id, "other") for one in swept.points]


def test_a_stopped_training_is_taken_up_where_it_was(swept, two, recipe, tmp_path, monkeypatch):
    cancel = threading.Event()

    def stop(name, stage, done, total):
        if stage == "training":
            cancel.set()

    with pytest.raises(CancelledError) as caught:
        run_sweep(two, recipe, SUITE, tmp_path / "sweep", progress=stop, cancel=cancel)
    assert caught.value.hint == "Give the same command again to go on."

    evaluated = []

    def evaluate(run, suite, **how):
        evaluated.append(run)
        raise CancelledError("That is all that is tested here.")

    monkeypatch.setattr(sweep_module, "evaluate_run", evaluate)
    with pytest.raises(CancelledError, match="tested here"):
        run_sweep(two, recipe, SUITE, tmp_path / "sweep")

    (run,) = evaluated
    assert run.status == "finished"
    assert len(list((tmp_path / "sweep" / "share-0" / "runs").iterdir())) == 1
    assert run.result.adapter_sha256 == swept.points[0].run.result.adapter_sha256


def test_a_training_that_outlived_its_sweep_is_waited_for(swept, two, recipe, monkeypatch):
    folder = swept.points[0].run.folder.parents[2]
    finished = swept.points[0].run
    looks = iter(["running", "running"])

    def listed(runs_dir):
        (run,) = list_runs(runs_dir)
        if run.id != finished.id:
            return [run]
        return [replace(run, record=msgspec.structs.replace(run.record, status=next(looks)))]

    waits = []
    monkeypatch.setattr(sweep_module, "list_runs", listed)
    monkeypatch.setattr(sweep_module, "_waited", lambda _cancel: bool(waits.append(1)))

    found = run_sweep(two, recipe, SUITE, folder, sampling=SHORT, run_tests=False)

    assert waits == [1]
    assert found.points[0].run.status == "finished"


def test_a_folder_of_another_sweep_is_left_alone(swept, planned, recipe, tmp_path):
    folder = swept.points[0].run.folder.parents[2]
    with pytest.raises(ConfigError, match=r"learns [\d,]+ tokens a point, not 9") as caught:
        run_sweep(replace(planned, budget=9), recipe, SUITE, folder)
    assert f"--tokens {planned.budget}" in caught.value.hint

    other = Recipe(name="other", source=recipe.source)
    with pytest.raises(ConfigError, match="differs from this one in recipe"):
        run_sweep(planned, other, SUITE, folder)

    path = folder / "sweep.json"
    terms = path.read_bytes()
    path.write_bytes(terms.replace(b'"weights": "', b'"weights": "other'))
    with pytest.raises(ConfigError, match="differs from this one in weights"):
        run_sweep(replace(planned, points=swept_points(swept)), recipe, SUITE, folder)
    path.write_bytes(terms)

    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="is no sweep"):
        run_sweep(planned, recipe, SUITE, tmp_path)
    (tmp_path / "sweep.json").write_text("[]")
    with pytest.raises(ConfigError, match="says of itself"):
        run_sweep(planned, recipe, SUITE, tmp_path)


def test_sources_that_changed_since_are_no_part_of_the_same_sweep(
    swept, recipe, sources, spec, planned, tmp_path
):
    shutil.copytree(swept.points[0].run.folder.parents[2], tmp_path / "sweep")
    shutil.copytree(sources, tmp_path / "sources")
    with (tmp_path / "sources" / "base.jsonl").open("a") as file:
        file.write(json.dumps({"instruction": "Something new entirely", "output": "Yes."}) + "\n")
    points = [one.point for one in planned.points]
    changed = plan_sweep(recipe, tmp_path / "sources", spec, points, budget=planned.budget)

    with pytest.raises(ConfigError, match="share=0 was trained on other rows"):
        run_sweep(changed, recipe, SUITE, tmp_path / "sweep")


def test_a_mixture_that_cannot_be_built_is_said_before_a_folder_is_begun(
    planned, recipe, sources, tmp_path
):
    shutil.copytree(sources, tmp_path / "sources")
    with (tmp_path / "sources" / "mine.jsonl").open("a") as file:
        file.write("{\n")
    torn = replace(planned.points[2], plan=plan_mixture(recipe, tmp_path / "sources"))
    points = (planned.points[0], torn)

    with pytest.raises(ConfigError, match="cannot be read as an instruction"):
        run_sweep(replace(planned, points=points), recipe, SUITE, tmp_path / "s")

    assert not (tmp_path / "s").exists()


def test_one_point_is_no_comparison(planned, recipe, tmp_path):
    with pytest.raises(ConfigError, match="at least two"):
        run_sweep(replace(planned, points=planned.points[:1]), recipe, SUITE, tmp_path / "s")

    assert not (tmp_path / "s").exists()
