"""The whole job once, small."""

from __future__ import annotations

import json

from curator.mix import read_manifest
from curator.sandbox import probe
from curator.settings import find_project
from curator.train import read_run


def test_the_demo_does_every_stage_and_leaves_a_project_to_go_on_with(curator, tmp_path):
    result = curator("demo", "--iters", 2, "--prompts", 6, "--out", "demo")

    assert result.code == 0
    told = [line.split(":")[0] for line in result.err.splitlines() if line.endswith(" s")]
    ran = ["Run"] if probe().usable else []
    assert told == ["Lint", *ran, "Twins", "Mix", "Preflight", "Train", "Evaluate"]
    assert "Nothing stands in the way of training on" in result.err
    assert "all of these" in result.out
    assert "2 iterations" in result.out

    folder = tmp_path / "demo"
    project = find_project(folder)
    # Where the studio's Train pane looks.
    (mixture,) = project.path(project.settings.mixtures).iterdir()
    assert read_manifest(mixture).counts["train"] > 100
    run = read_run("latest", runs_dir=folder / "runs")
    assert run.status == "finished"
    (kept,) = (run.folder / "evaluations").iterdir()
    evaluation = json.loads(kept.read_text())
    assert evaluation["suite"] == "tiny"
    assert evaluation["n"] == 6
    assert evaluation["contaminated"] == []
    assert evaluation["tuned"]["all"]["n"] == 6
    # The base has never met the form.
    assert evaluation["base"]["all"]["passed"] == 0

    assert curator("lint", folder / "curated.jsonl").code == 0
    assert curator("mix", folder / "recipe.toml", "--dry-run").code == 0
