"""``curator train``: a LoRA adapter from a mixture, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.follow import follow
from curator.cli.output import say
from curator.config import read_toml
from curator.errors import ConfigError, ModelError
from curator.settings import find_project
from curator.train import (
    TrainingSpec,
    Workers,
    delete_run,
    local_workers,
    read_hosts,
    read_run,
    resume_training,
    spec_from,
    start_training,
)


@click.command(
    name="train",
    epilog="""\b
Examples:
  curator train mixtures/first
  curator train mixtures/first --model ./my-model --iters 300 --rank 16 --alpha 32
  curator train mixtures/first --spec spec.toml
  curator train mixtures/first --epochs 3 --schedule cosine --warmup 10 --patience 3
  curator train --resume latest
  curator train mixtures/first --workers 2
Ctrl-C stops after the current iteration and keeps the adapter; --resume goes on from there.
The folder of the run is printed on standard output.
Exit codes: 0 finished or stopped with an adapter, 1 the training failed, 2 it could not start.""",
)
@click.argument("mixture", type=click.Path(path_type=Path), metavar="[MIXTURE]", required=False)
@click.option(
    "--resume",
    "resumed",
    metavar="RUN",
    help="Take up a run that was stopped or killed: its id, its folder, or latest.",
)
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
@click.option("--epochs", type=float, help="Passes over the rows, instead of --iters.")
@click.option("--batch-size", type=int, help="Rows in memory at once.  [default: 4]")
@click.option("--grad-accumulation", type=int, help="Batches a step.  [default: 1]")
@click.option("--learning-rate", type=float, help="[default: 2e-5]")
@click.option("--schedule", metavar="NAME", help="constant, linear or cosine.  [default: constant]")
@click.option("--warmup", type=int, help="Steps in which the rate rises first.  [default: 0]")
@click.option("--final-learning-rate", type=float, help="Where a schedule ends.  [default: 0]")
@click.option(
    "--optimizer", metavar="NAME", help="adam, adamw, sgd, adafactor or muon.  [default: adam]"
)
@click.option("--rank", type=int, help="Rank of the adapter.  [default: 8]")
@click.option("--alpha", type=float, help="LoRA alpha; the scale is alpha / rank.  [default: 16]")
@click.option("--dropout", type=float, help="[default: 0.05]")
@click.option(
    "--num-layers", type=int, help="Layers to adapt, from the last; -1 is all.  [default: -1]"
)
@click.option(
    "--keys",
    metavar="NAMES",
    help="Linear maps to adapt, such as q_proj,v_proj.  [default: all of them]",
)
@click.option("--max-seq-length", type=int, help="Tokens a row is cut to.  [default: 2048]")
@click.option(
    "--mask-prompt/--no-mask-prompt",
    default=None,
    help="Learn answers only, or prompts too.  [default: mask]",
)
@click.option(
    "--grad-checkpoint/--no-grad-checkpoint",
    default=None,
    help="Less memory for more time.  [default: no]",
)
@click.option("--steps-per-eval", type=int, help="Steps between validations.  [default: 50]")
@click.option("--save-every", type=int, help="Steps between checkpoints.  [default: 100]")
@click.option(
    "--patience",
    type=int,
    help="End after so many validations without a lower loss; 0 is never.  [default: 0]",
)
@click.option(
    "--keep",
    metavar="WHICH",
    help="Weights of the adapter: best by validation, or last.  [default: best]",
)
@click.option("--sample-prompt", metavar="TEXT", help="Answered at each validation.")
@click.option("--seed", type=int, help="[default: 7]")
@click.option(
    "--report-to", metavar="NAMES", help="Also tell wandb, trackio or swanlab the losses."
)
@click.option("--workers", type=int, help="Processes on this machine to share the work among.")
@click.option(
    "--hosts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A host file of mlx.launch: share the work among machines.",
)
@click.option(
    "--runs",
    "runs_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of runs.  [default: from curator.toml, else runs]",
)
@click.option("--name", help="A name for the run.  [default: the mixture's]")
def command(
    mixture: Path | None,
    resumed: str | None,
    workers: int | None,
    hosts: Path | None,
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
    runs = runs_dir or project.path(project.settings.runs)
    shared = _workers(workers, hosts)
    if resumed is not None:
        told = set(given) - {"iters"}
        if mixture is not None or told or spec_path or name:
            raise ConfigError(
                "A run is taken up with its own mixture and spec.",
                hint="Beside --resume only --iters, --workers, --hosts and --runs may be given.",
            )
        old = read_run(resumed, runs_dir=runs)
        iters = given.get("iters")
        run = follow(lambda: resume_training(old, iters=iters, workers=shared))
    elif mixture is None:
        raise ConfigError(
            "There is no mixture named to train on.",
            hint="Give the folder that `curator mix` wrote, or --resume RUN.",
        )
    else:
        spec = _spec(spec_path, given, project.model)
        folder = mixture
        run = follow(
            lambda: start_training(
                folder, spec, runs_dir=runs, name=name or folder.name, workers=shared
            )
        )
    if run.status == "failed" and run.record.cause == "model":
        if resumed is None:
            # It never began, so there is nothing to keep of it.
            delete_run(run)
        raise ModelError(run.record.message, hint=run.record.hint)
    if run.adapter is None:
        say(f"No adapter was written. The log: {run.log}")
        return 1
    click.echo(run.folder)
    say(f"Next: curator eval --run {run.id}")
    return 1 if run.status == "failed" else 0


def _spec(path: Path | None, given: dict[str, Any], model: str) -> TrainingSpec:
    """Return the spec: the project's model, then what a file says, then what options say."""
    written = read_toml(path, dict[str, Any], what="a training spec") if path else {}
    # Whichever of the two is given here takes the place of either in the file.
    if len(given.keys() & {"iters", "epochs"}) == 1:
        written = {key: written[key] for key in written if key not in {"iters", "epochs"}}
    for key in ("keys", "report_to"):
        if key in given:
            given[key] = [part.strip() for part in given[key].split(",") if part.strip()]
    return spec_from({"model": model, **written, **given}, path=path)


def _workers(count: int | None, hosts: Path | None) -> Workers | None:
    if count is not None and hosts is not None:
        raise ConfigError("Both --workers and --hosts are given.", hint="Give one of them.")
    if hosts is not None:
        return read_hosts(hosts)
    return local_workers(count) if count is not None else None
