"""``curator runs``: the trainings so far."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from curator.cli.output import format_option, print_json, say, stdout
from curator.settings import find_project
from curator.terminal import one_line
from curator.train import list_runs


@click.command(name="runs", epilog="\b\nExamples:\n  curator runs\n  curator runs --format json")
@click.option(
    "--runs",
    "runs_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of runs.  [default: from curator.toml, else runs]",
)
@format_option
def command(runs_dir: Path | None, output_format: str) -> int:
    """List the trainings so far.

    The newest is the last. `curator eval --run latest` evaluates that one.
    """
    project = find_project()
    folder = runs_dir or project.path(project.settings.runs)
    runs = list_runs(folder)
    if output_format == "json":
        print_json([msgspec.to_builtins(run.record) for run in runs])
        return 0
    console = stdout()
    for run in runs:
        result = run.result
        loss = f"{result.val_loss:.3f}" if result and result.val_loss is not None else "–"
        done = f"{result.iterations if result else run.record.iteration:,} iterations"
        console.print(
            f"{run.id}  {run.status:<8}  {done:>18}  val loss {loss:>6}  {one_line(run.model, 48)}"
        )
    if not runs:
        say(f"There are no runs in {folder} yet. `curator train MIXTURE` makes one.")
    return 0
