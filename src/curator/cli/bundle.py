"""``curator bundle``: what a run would publish, as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import plural, say, stdout
from curator.cli.runchoice import complete_runs, runs_option
from curator.publish import Gate, bundle_files, write_bundle
from curator.settings import find_project
from curator.terminal import visible
from curator.train import read_run


@click.command(
    name="bundle",
    epilog="""\b
Examples:
  curator bundle latest --out bundle
  curator bundle latest --out bundle --allow evaluated --allow clean-suite
Exit codes: 0 written, 1 a gate stands in the way, 2 an error.""",
)
@click.argument("run_name", metavar="RUN", shell_complete=complete_runs)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder to write to.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="GATE",
    help="Write although this gate stands in the way; the card names it.",
)
@runs_option
def command(run_name: str, out: Path, allow: tuple[str, ...], runs_dir: Path | None) -> int:
    """Write what a run would publish into a folder.

    That is its adapter, and a card whose every figure is derived. RUN is a run's id or folder;
    `latest` is the newest. The gates go to standard output: what has to be so before anything
    leaves the machine, and whether it is.
    """
    project = find_project()
    run = read_run(
        run_name, runs_dir=runs_dir or project.path(project.settings.runs), with_adapter=True
    )
    bundle = bundle_files(run, allow=allow)
    _print_gates(bundle.gates)
    if bundle.standing:
        names = " ".join(f"--allow {gate.code}" for gate in bundle.standing)
        say(f"Nothing was written. To write it all the same: {names}")
        return 1
    write_bundle(bundle, out)
    say(f"Wrote {plural(len(bundle.files), 'file')} to {out}.")
    return 0


def _print_gates(gates: tuple[Gate, ...]) -> None:
    from rich.text import Text

    console = stdout()
    for gate in gates:
        mark = ("✓", "green") if gate.passed else ("✗", "red")
        console.print(Text.assemble(mark, f" {visible(gate.message)}"))
        if gate.remedy:
            console.print(Text(f"  {visible(gate.remedy)}", style="dim"))
