"""``curator bundle``: what a run would publish, as a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from curator.cli.output import plural, progress_bar, say, stdout
from curator.cli.runchoice import complete_runs, read_named, runs_option
from curator.publish import GATES, UNEVALUATED, Gate, bundle_files, write_bundle
from curator.terminal import visible

Command = Callable[..., Any]


def gate_options(command: Command) -> Command:
    """Add the options that go on against gates."""
    allow = click.option(
        "--allow",
        multiple=True,
        metavar="GATE",
        help=f"Go on although this gate stands in the way: {', '.join(GATES)}; of a dataset lint"
        " too. The card names it.",
    )
    unevaluated = click.option(
        "--unevaluated",
        is_flag=True,
        help=f"The same as {' '.join(f'--allow {code}' for code in UNEVALUATED)}.",
    )
    return allow(unevaluated(command))


def allowed(allow: Sequence[str], *, unevaluated: bool) -> tuple[str, ...]:
    """Return the gates that were allowed, each once."""
    return tuple(dict.fromkeys([*allow, *(UNEVALUATED if unevaluated else ())]))


@click.command(
    name="bundle",
    epilog="""\b
Examples:
  curator bundle latest --out bundle
  curator bundle latest --out bundle --unevaluated --allow licences
RUN is a run's id, its folder, or `latest`.
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
@gate_options
@click.option(
    "--offline", is_flag=True, help="Do not ask the Hub for the licence of the base model."
)
@runs_option
def command(
    run_name: str,
    out: Path,
    allow: tuple[str, ...],
    unevaluated: bool,
    offline: bool,
    runs_dir: Path | None,
) -> int:
    """Write what a run would publish into a folder.

    That is its adapter with its configuration, two cards, how to use it, whose work it is made of,
    and the run for machines: eight files whose every figure is derived. The gates go to standard
    output: what has to be so before anything leaves the machine, and whether it is.
    """
    from curator.publish.hub import Hub

    run = read_named(run_name, runs_dir)
    going = allowed(allow, unevaluated=unevaluated)
    ask = None if offline else lambda model: Hub().model_licence(model)
    with progress_bar("Looking at the run"):
        bundle = bundle_files(run, allow=going, ask=ask)
    print_gates(bundle.gates, going)
    if bundle.standing:
        names = " ".join(f"--allow {gate.code}" for gate in bundle.standing)
        say(f"Nothing was written. To write it all the same: {names}")
        return 1
    write_bundle(bundle, out)
    say(f"Wrote {plural(len(bundle.files), 'file')} to {out}.")
    return 0


def print_gates(gates: Sequence[Gate], going: Sequence[str]) -> None:
    """Print the gates on standard output, a mark for each."""
    from rich.text import Text

    console = stdout()
    for gate in gates:
        mark = ("✓", "green") if gate.passed else ("✗", "red")
        if not gate.passed and gate.code in going:
            mark = ("!", "yellow")
        console.print(Text.assemble(mark, (f" {gate.code:<12}", "bold"), visible(gate.message)))
        if gate.remedy and gate.code not in going:
            console.print(Text(f"  {'':<12}{visible(gate.remedy)}", style="dim"))
        elif not gate.passed:
            console.print(Text(f"  {'':<12}allowed by name; the card says so", style="dim"))
