"""``curator bundle``: what a run would publish, as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import plural, say
from curator.publish import bundle_files, write_bundle
from curator.settings import find_project
from curator.terminal import visible
from curator.train import read_run


@click.command(name="bundle", epilog="\b\nExamples:\n  curator bundle latest --out bundle")
@click.argument("run_name", metavar="RUN")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder to write to.",
)
def command(run_name: str, out: Path) -> int:
    """Write what a run would publish into a folder.

    That is its adapter, and a card whose every figure is derived. RUN is a run's id or folder;
    `latest` is the newest. Exit code 1 if a gate stands.
    """
    project = find_project()
    run = read_run(run_name, runs_dir=project.path(project.settings.runs))
    bundle = bundle_files(run)
    write_bundle(bundle, out)
    for gate in bundle.gates:
        say(f"{'✓' if gate.passed else '✗'} {visible(gate.message)}")
    say(f"Wrote {plural(len(bundle.files), 'file')} to {out}.")
    return 0 if all(gate.passed for gate in bundle.gates) else 1
