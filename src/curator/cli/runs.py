"""``curator runs``: the trainings so far, and what can be done with one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from curator.cli.output import format_option, plural, print_json, say, stdout
from curator.cli.runchoice import complete_runs, read_named, runs_folder, runs_option
from curator.errors import CancelledError, ConfigError
from curator.terminal import one_line, visible
from curator.train import (
    Command,
    Run,
    compare_runs,
    delete_run,
    export_run,
    list_runs,
    loss_curves,
    tell_run,
    write_plot,
)
from curator.train.model import shipped_name

_one = click.argument("run", metavar="RUN", shell_complete=complete_runs)
_several = click.argument(
    "names", metavar="RUN...", nargs=-1, required=True, shell_complete=complete_runs
)


@click.group(
    name="runs",
    invoke_without_command=True,
    epilog="""\b
Examples:
  curator runs
  curator runs show latest
  curator runs compare 2026-11-22-143005-first latest
  curator runs plot latest --out loss.svg
  curator runs pause latest
RUN is a run's id, its folder, or `latest`.""",
)
@runs_option
@format_option
@click.pass_context
def command(context: click.Context, runs_dir: Path | None, output_format: str) -> int:
    """List the trainings so far.

    The newest is the last. `curator eval --run latest` evaluates that one. The commands below look
    at one run, or do something with it.
    """
    context.obj = runs_dir
    return _list(runs_dir, output_format) if context.invoked_subcommand is None else 0


@command.command(name="list")
@runs_option
@format_option
@click.pass_obj
def list_command(outer: Path | None, runs_dir: Path | None, output_format: str) -> int:
    """List the trainings so far, as `curator runs` does."""
    return _list(runs_dir or outer, output_format)


@command.command()
@_one
@runs_option
@format_option
@click.pass_obj
def show(outer: Path | None, run: str, runs_dir: Path | None, output_format: str) -> int:
    """Show all that is known of one run."""
    found = read_named(run, runs_dir or outer)
    if output_format == "json":
        print_json(_facts(found))
        return 0
    console = stdout()
    record, result = found.record, found.result
    _pair("run", found.id)
    _pair("status", found.status + (f", taken up {record.resumed}×" if record.resumed else ""))
    if record.message:
        _pair("because", f"{record.message} {record.hint}".strip())
    _pair("created", record.created)
    _pair("model", shipped_name(found.model) or found.model)
    _pair("mixture", f"{found.mixture}  ({plural(record.rows.get('train', 0), 'row')} to train on)")
    _pair("adapter", str(found.adapter or "none yet"))
    if result and result.kept_iteration is not None:
        _pair("its weights", f"of iteration {result.kept_iteration:,}")
    console.print()
    for key, value in msgspec.to_builtins(found.spec).items():
        if key != "model" and _told(value):
            _pair(key, _shown(value))
    if result:
        console.print()
        for key, value in msgspec.to_builtins(result).items():
            if _told(value):
                _pair(key, _shown(value))
    return 0


@command.command()
@_several
@runs_option
@format_option
@click.pass_obj
def compare(
    outer: Path | None, names: tuple[str, ...], runs_dir: Path | None, output_format: str
) -> int:
    """Put runs beside each other: where their specs differ, and what came out."""
    found = compare_runs([read_named(name, runs_dir or outer) for name in names])
    if output_format == "json":
        print_json(
            {
                "runs": [run.id for run in found.runs],
                "spec": {key: list(values) for key, values in found.spec.items()},
                "results": {key: list(values) for key, values in found.results.items()},
            }
        )
        return 0
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("", *(visible(run.id) for run in found.runs)):
        table.add_column(title)
    for part in (found.spec, found.results):
        for key, values in part.items():
            table.add_row(key, *(one_line(_shown(value), 40) for value in values))
        table.add_section()
    stdout().print(table)
    if not found.spec:
        say("Their specs and rows are the same.")
    return 0


@command.command()
@_one
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: RUN.zip]")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@runs_option
@click.pass_obj
def export(
    outer: Path | None, run: str, out: Path | None, force: bool, runs_dir: Path | None
) -> int:
    """Write a run into a ZIP file: adapter, spec, record, events, loss curves.

    Folders of this machine are left out of it.
    """
    found = read_named(run, runs_dir or outer)
    path = out or Path(f"{found.id}.zip")
    export_run(found, path, overwrite=force)
    click.echo(path)
    return 0


@command.command()
@_several
@click.option("--yes", is_flag=True, help="Do not ask.")
@runs_option
@click.pass_obj
def delete(outer: Path | None, names: tuple[str, ...], yes: bool, runs_dir: Path | None) -> int:
    """Delete runs with their adapters. This cannot be undone."""
    found = {run.id: run for run in (read_named(name, runs_dir or outer) for name in names)}
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigError("Deleting cannot be undone.", hint="Say --yes to do it.")
        listed = ", ".join(one_line(name, 60) for name in found)
        if not click.confirm(f"Delete {listed}? This cannot be undone.", err=True):
            raise CancelledError("Nothing was deleted.")
    for run in found.values():
        delete_run(run)
        say(f"Deleted {run.id}.")
    return 0


@command.command()
@_several
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="An .svg, or a .png (with the package resvg-py).  [default: RUN.svg]",
)
@runs_option
@click.pass_obj
def plot(
    outer: Path | None, names: tuple[str, ...], out: Path | None, runs_dir: Path | None
) -> int:
    """Draw the loss curves of one or more runs into a picture."""
    found = [read_named(name, runs_dir or outer) for name in names]
    path = out or Path(f"{found[0].id}.svg")
    write_plot([(run.id, loss_curves(run.events())) for run in found], path)
    click.echo(path)
    return 0


def _tell(name: Command, summary: str, said: str) -> Callable[..., int]:
    @command.command(name=name, help=summary)
    @_one
    @runs_option
    @click.pass_obj
    def tell(outer: Path | None, run: str, runs_dir: Path | None) -> int:
        found = read_named(run, runs_dir or outer)
        tell_run(found, name)
        say(f"{found.id} {said}")
        return 0

    result: Callable[..., int] = tell
    return result


_tell("pause", "Pause a run after its present iteration.", "pauses after this iteration.")
_tell("resume", "Let a paused run go on.", "goes on.")
_tell(
    "stop",
    "Stop a run after its present iteration and keep its adapter.",
    "stops after this iteration; its adapter is kept.",
)


def _list(runs_dir: Path | None, output_format: str) -> int:
    folder = runs_folder(runs_dir)
    runs = list_runs(folder)
    unread = sorted({path.parent for path in folder.glob("*/run.json")} - {r.folder for r in runs})
    for damaged in unread:
        name = one_line(damaged.name, 60)
        say(f"Not listed: {name}, whose files are damaged; `curator runs show {name}` says more.")
    if output_format == "json":
        print_json([msgspec.to_builtins(run.record) for run in runs])
        return 0
    console = stdout()
    for run in runs:
        result = run.result
        loss = f"{result.val_loss:.3f}" if result and result.val_loss is not None else "–"
        done = plural(result.iterations if result else run.record.iteration, "iteration")
        console.print(
            f"{run.id}  {run.status:<8}  {done:>18}  val loss {loss:>6}"
            f"  {one_line(shipped_name(run.model) or run.model, 48)}"
        )
    if not (runs or unread):
        say(f"There are no runs in {folder} yet. `curator train MIXTURE` makes one.")
    return 0


def _facts(run: Run) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(run.record),
        "folder": str(run.folder),
        "adapter": str(run.adapter) if run.adapter else None,
        "best": str(run.best) if run.best else None,
        "spec": msgspec.to_builtins(run.spec),
    }


def _pair(key: str, value: str) -> None:
    stdout().print(f"{key:<20}{visible(value)}")


def _told(value: Any) -> bool:
    """Return whether a value says anything: not where nothing was asked for or came out."""
    return value is not None and value not in ("", [], ())


def _shown(value: Any) -> str:
    match value:
        case None:
            return "–"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(map(str, value))
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
