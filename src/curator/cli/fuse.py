"""``curator fuse``: base and adapter as one model."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import cancel_on_interrupt, plural, progress_bar, say
from curator.cli.runchoice import complete_runs, read_named, runs_option
from curator.publish.fuse import compare_answers, fuse_run


@click.command(
    name="fuse",
    epilog="""\b
Examples:
  curator fuse latest --out models/mine
  curator fuse latest --out models/mine --keep-quantised
RUN is a run's id, its folder, or `latest`. The folder is printed on standard output.
Exit codes: 0 made, 2 it could not be made, 130 stopped.""",
)
@click.argument("run_name", metavar="RUN", shell_complete=complete_runs)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="A new folder for the model.",
)
@click.option(
    "--keep-quantised",
    is_flag=True,
    help="Leave a quantised base as it is: smaller, but small changes round away.",
)
@click.option("--no-check", is_flag=True, help="Do not ask both whether they answer alike.")
@runs_option
def command(
    run_name: str, out: Path, keep_quantised: bool, no_check: bool, runs_dir: Path | None
) -> int:
    """Make a model of its own from a run's base and adapter.

    A quantised base is dequantised first, because the steps of 4 bits are larger than what an
    adapter changes, so small changes would round away. That makes the model larger.
    """
    run = read_named(run_name, runs_dir)
    with cancel_on_interrupt() as cancel:
        with progress_bar("Fusing"):
            fused = fuse_run(run, out, keep_quantised=keep_quantised, cancel=cancel)
        click.echo(fused.folder)
        say(f"{fused.size / 1e6:,.1f} MB.")
        if fused.dequantised:
            say("The base was dequantised: in 4 bits, small changes would have rounded away.")
        elif fused.quantised:
            say("The base is quantised still: small changes may have been rounded away.")
        if no_check:
            return 0
        with progress_bar("Comparing answers"):
            likeness = compare_answers(run, fused.folder, cancel=cancel)
    say(
        f"{likeness.same} of {plural(likeness.asked, 'answer')} are to the character what base and"
        " adapter answer."
    )
    return 0
