"""``curator train``: a LoRA adapter from a mixture, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.follow import follow
from curator.cli.output import say
from curator.config import read_toml
from curator.settings import find_project
from curator.train import spec_from, start_training


@click.command(
    name="train",
    epilog="""\b
Examples:
  curator train mixtures/first
  curator train mixtures/first --model ./my-model --iters 300 --rank 16 --alpha 32
  curator train mixtures/first --spec spec.toml
Ctrl-C stops after the current iteration and keeps the adapter.
The folder of the run is printed on standard output.
Exit codes: 0 finished or stopped with an adapter, 1 the training failed, 2 it could not start.""",
)
@click.argument("mixture", type=click.Path(path_type=Path), metavar="MIXTURE")
@click.option(
    "--model",
    metavar="FOLDER|ID",
    help="The base model: a folder, or a Hub id.  [default: from curator.toml]",
)
@click.option(
    "--spec",
    "spec_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file of settings; options here take their place.",
)
@click.option("--iters", type=int, help="Optimiser steps.  [default: 100]")
@click.option("--batch-size", type=int, help="Rows a step.  [default: 4]")
@click.option("--learning-rate", type=float, help="[default: 2e-5]")
@click.option("--rank", type=int, help="Rank of the adapter.  [default: 8]")
@click.option("--alpha", type=float, help="LoRA alpha; the scale is alpha / rank.  [default: 16]")
@click.option("--dropout", type=float, help="[default: 0.05]")
@click.option(
    "--num-layers", type=int, help="Layers to adapt, from the last; -1 is all.  [default: -1]"
)
@click.option("--max-seq-length", type=int, help="Tokens a row is cut to.  [default: 2048]")
@click.option(
    "--mask-prompt/--no-mask-prompt",
    default=None,
    help="Learn answers only, or prompts too.  [default: mask]",
)
@click.option("--seed", type=int, help="[default: 7]")
@click.option(
    "--runs",
    "runs_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of runs.  [default: from curator.toml, else runs]",
)
@click.option("--name", help="A name for the run.  [default: the mixture's]")
def command(
    mixture: Path,
    spec_path: Path | None,
    runs_dir: Path | None,
    name: str | None,
    **options: Any,
) -> int:
    """Train a LoRA adapter on a mixture.

    MIXTURE is a folder that `curator mix` wrote. The work is done in a process of its own, which
    writes a run folder: spec, manifest, events, adapter.
    """
    project = find_project()
    given = {key: value for key, value in options.items() if value is not None}
    written = read_toml(spec_path, dict[str, Any], what="a training spec") if spec_path else {}
    model = _model(project.settings.model, project.root)
    spec = spec_from({"model": model, **written, **given}, path=spec_path)
    runs = runs_dir or project.path(project.settings.runs)
    run = follow(lambda: start_training(mixture, spec, runs_dir=runs, name=name or mixture.name))
    if run.adapter is None:
        say(f"No adapter was written. The log: {run.log}")
        return 1
    click.echo(run.folder)
    say(f"Next: curator eval --run {run.id}")
    return 1 if run.status == "failed" else 0


def _model(name: str, root: Path) -> str:
    """Return the project's model; a folder is named relative to the project."""
    local = root / name
    return str(local) if local.is_dir() else name
