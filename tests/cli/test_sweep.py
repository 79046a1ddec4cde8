"""A sweep from a shell: what would be trained, what was, and what is no sweep."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from curator.cli import sweep as sweep_module
from curator.evaluate import Evaluation, Prompt, Score, Side, checks_of
from curator.evaluate.compare import compare
from curator.evaluate.sweep import Sweep, SweptPoint
from curator.evaluate.sweepplan import PlannedPoint, SweepPlan
from curator.example import load_profile
from curator.mix import plan_mixture
from curator.tiny import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def test_a_dry_run_says_what_would_be_trained_and_writes_nothing(curator, mixing, model, tmp_path):
    before = sorted(tmp_path.iterdir())
    arguments = ("sweep", mixing, "--vary", "share=0,0.3", "--model", model, "--iters", 5)
    found = curator(*arguments, "--dry-run")

    assert found.code == 0
    assert found.out.startswith("2 points of ")
    assert {word for word in found.out.split() if "share=" in word} == {"share=0", "share=0.3"}
    assert "Nothing was trained" in found.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_dry_run_says_that_a_mixture_cannot_be_built(curator, mixing, swept, tmp_path):
    with (tmp_path / "mine.jsonl").open("a") as file:
        file.write("{\n")
    found = curator("sweep", mixing, "--vary", "share=0,0.3", "--suite", "tiny", "--dry-run")

    assert found.code == 2
    assert found.out.startswith("2 points of ")
    assert "--allow unreadable" in found.err


@pytest.fixture
def swept(monkeypatch, tmp_path):
    """Stands in for the training: each point passes as many of four prompts as its place says."""
    checks = checks_of(load_profile())

    def side(name, passed):
        scores = tuple(
            Score(
                Prompt(f"p{number}", f"Do thing {number}."),
                "",
                False,
                (),
                {check.name: number < passed for check in checks},
                number < passed,
            )
            for number in range(4)
        )
        return Side(name, checks, scores)

    def plan(recipe, root, spec, points, *, progress, **how):
        progress(points[0].name, "planning", 0, len(points))
        planned = (
            PlannedPoint(point, plan_mixture(point.recipe(recipe), root), spec, 1000)
            for point in points
        )
        return SweepPlan(tuple(planned), 1000)

    def run(plan, recipe, suite, folder, *, progress, **how):
        folder.mkdir()
        done = []
        for passed, planned in enumerate(plan.points):
            progress(planned.name, "training", 1, 2)
            progress(planned.name, "training", 2, 2)
            evaluation = Evaluation(
                suite=suite.name,
                model="m",
                adapter="0" * 64,
                n=4,
                contaminated=(),
                contamination_checked=True,
                base=side("base", 0),
                tuned=side("adapter", passed),
            )
            result = SimpleNamespace(trained_tokens=1000 + passed)
            done.append(
                SweptPoint(planned, SimpleNamespace(result=result, folder=folder), evaluation)
            )
        named = {one.planned.name: one.evaluation for one in done}
        return Sweep(plan.budget, tuple(done), compare(named, loose=how["loose"]))

    monkeypatch.setattr(sweep_module, "plan_sweep", plan)
    monkeypatch.setattr(sweep_module, "run_sweep", run)


def test_it_narrates_prints_the_table_and_draws(curator, mixing, swept, tmp_path):
    found = curator(
        "sweep", mixing, "--vary", "share=0,0.3,0.5", "--out", "here", "--suite", "tiny"
    )

    assert found.code == 0
    assert found.err.count("share=0.3: training …") == 1
    rows = {line.split()[0]: line for line in found.out.splitlines() if line.startswith("share=")}
    assert "1,002" in rows["share=0.5"]
    assert "Highest: share=0.5. Not shown to be lower: share=0, share=0.3." in found.out
    assert "Each point was trained once, with one seed" in found.out
    assert (tmp_path / "here" / "sweep.svg").read_text().startswith("<svg")


def test_where_seeds_vary_nothing_is_said_of_one_seed(curator, mixing, swept):
    found = curator("sweep", mixing, "--vary", "seed=1,2", "--out", "here", "--suite", "tiny")

    assert "Highest: seed=2." in found.out
    assert "trained once" not in found.out


def test_as_json_it_is_everything(curator, mixing, swept, tmp_path):
    arguments = ("--vary", "share=0,0.3", "--out", "here", "--plot", "other.svg")
    found = curator("sweep", mixing, *arguments, "--format", "json").json

    assert [one["settings"] for one in found["points"]] == [{"share": 0}, {"share": 0.3}]
    assert found["points"][1]["trained_tokens"] == 1001
    assert found["best"] == "share=0.3"
    assert found["comparison"]["paired"][0]["all"]["better"] == 1
    assert (tmp_path / "other.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--vary"),
        (("--vary", "shares=1,2"), "Did you mean `share`?"),
        (("--vary", "share=0,2"), "between 0 and 1"),
        (("--vary", "share=0,0.1", "--tokens", "9", "--iters", "9"), "may not agree"),
        (("--vary", "share=0,0.1", "--plot", "x.pdf"), "A picture is .svg or .png"),
        (("--vary", "share=0,0.1", "--suite", "nowhere"), "no suite named"),
        (("--vary", "share=0,0.1", "--samples", "2"), "greedy answers"),
        (("--vary", "share=0,0.1", "--allow", "nothing"), "no check"),
        (("--vary", "share=0,0.1", "--keep", "best"), "--keep"),
        (("--vary", "share=0,0.1", "--model", "nowhere"), "no such model folder"),
    ],
)
def test_what_is_no_sweep_is_said(curator, mixing, arguments, said):
    found = curator("sweep", mixing, *arguments)

    assert (found.code, found.out) == (2, "")
    assert said in found.err
