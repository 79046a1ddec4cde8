"""``curator train``: a LoRA adapter from a mixture, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.check import complete_checks, run_preflight, tell_preflight
from curator.cli.follow import follow
from curator.cli.mixplan import print_checks
from curator.cli.output import plural, say, stderr
from curator.cli.runchoice import complete_runs, read_named, runs_folder, runs_option
from curator.cli.specoptions import learning_options, preflight_options, spec_of
from curator.errors import ConfigError, ModelError
from curator.mix import Verdict, check_names
from curator.preflight import CODES
from curator.settings import find_project
from curator.train import (
    TrainingSpec,
    Workers,
    delete_run,
    local_workers,
    read_hosts,
    resume_training,
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
  curator train mixtures/first --allow twins-across
Ctrl-C stops after the current iteration and keeps the adapter; --resume goes on from there.
The folder of the run is printed on standard output.
Exit codes: 0 finished or stopped with an adapter, 1 a check stands in the way or the training
failed, 2 it could not start.""",
)
@click.argument("mixture", type=click.Path(path_type=Path), metavar="[MIXTURE]", required=False)
@click.option(
    "--resume",
    "resumed",
    metavar="RUN",
    shell_complete=complete_runs,
    help="Take up a run that was stopped or killed: its id, its folder, or latest.",
)
@preflight_options
@learning_options
@click.option("--workers", type=int, help="Processes on this machine to share the work among.")
@click.option(
    "--hosts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A host file of mlx.launch: share the work among machines.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="CHECK",
    shell_complete=complete_checks,
    help="Train although this check of preflight stands in the way.",
)
@runs_option
@click.option("--name", help="A name for the run.  [default: the mixture's]")
def command(
    mixture: Path | None,
    resumed: str | None,
    workers: int | None,
    hosts: Path | None,
    spec_path: Path | None,
    runs_dir: Path | None,
    name: str | None,
    allow: tuple[str, ...],
    **options: Any,
) -> int:
    """Train a LoRA adapter on a mixture.

    MIXTURE is a folder that `curator mix` wrote. First the mixture is looked at as `curator check`
    does; where a check stands in the way, nothing is trained unless --allow names it. The work is
    done in a process of its own, which writes a run folder: spec, manifest, events, adapter.
    """
    check_names(allow, CODES)
    project = find_project()
    given = {key: value for key, value in options.items() if value is not None}
    runs = runs_folder(runs_dir)
    shared = _workers(workers, hosts)
    if resumed is not None:
        told = set(given) - {"iters"}
        if mixture is not None or told or spec_path or name or allow:
            raise ConfigError(
                "A run is taken up with its own mixture and spec.",
                hint="Beside --resume only --iters, --workers, --hosts and --runs may be given.",
            )
        old = read_named(resumed, runs)
        iters = given.get("iters")
        run = follow(lambda: resume_training(old, iters=iters, workers=shared))
    elif mixture is None:
        raise ConfigError(
            "There is no mixture named to train on.",
            hint="Give the folder that `curator mix` wrote, or --resume RUN.",
        )
    else:
        spec = spec_of(spec_path, given, project.model)
        folder = mixture
        if look_first(folder, spec, allow):
            return 1
        run = follow(
            lambda: start_training(
                folder, spec, runs_dir=runs, name=name or folder.name, workers=shared
            )
        )
    refused = {"model": ModelError, "spec": ConfigError}.get(run.record.cause)
    if run.status == "failed" and refused is not None:
        if resumed is None:
            # It never began, so there is nothing to keep of it.
            delete_run(run)
        raise refused(run.record.message, hint=run.record.hint)
    if run.adapter is None:
        say(f"No adapter was written. The log: {run.log}")
        return 1
    click.echo(run.folder)
    say(f"Next: curator eval --run {run.id}")
    return 1 if run.status == "failed" else 0


def look_first(mixture: Path, spec: TrainingSpec, allow: tuple[str, ...]) -> int:
    """Run preflight and tell what there is to heed; return 1 where a check stands in the way.

    Raises:
        CuratorError: As `curator.preflight.preflight`.
    """
    report = run_preflight(mixture, spec)
    heed = [check for check in report.checks if check.verdict is not Verdict.OK]
    well = len(report.checks) - len(heed)
    say(f"Preflight: {well} of {plural(len(report.checks), 'check')} well.")
    # The folder of the run is all that goes to standard output.
    print_checks(heed, stderr())
    return tell_preflight(report, allow)


def _workers(count: int | None, hosts: Path | None) -> Workers | None:
    if count is not None and hosts is not None:
        raise ConfigError("Both --workers and --hosts are given.", hint="Give one of them.")
    if hosts is not None:
        return read_hosts(hosts)
    return local_workers(count) if count is not None else None
