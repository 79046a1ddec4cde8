"""The whole job once, small."""

from __future__ import annotations

import json

from curator.mix import read_manifest
from curator.train import read_run


def test_the_demo_does_every_stage_and_leaves_everything_in_its_folder(curator, tmp_path):
    result = curator("demo", "--iters", 4, "--out", "demo")

    assert result.code == 0
    told = [line.split(":")[0] for line in result.err.splitlines() if line.endswith(" s")]
    assert told == ["Lint", "Twins", "Mix", "Tiny model", "Train", "Evaluate"]
    assert "All of these" in result.out
    assert "4 iterations" in result.out

    folder = tmp_path / "demo"
    assert read_manifest(folder / "mixture").counts["train"] > 100
    run = read_run("latest", runs_dir=folder / "runs")
    assert run.status == "finished"
    (kept,) = (run.folder / "evaluations").iterdir()
    evaluation = json.loads(kept.read_text())
    assert evaluation["n"] + len(evaluation["contaminated"]) == 12
    assert evaluation["tuned"]["all"]["n"] == evaluation["n"]
