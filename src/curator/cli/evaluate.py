"""``curator eval``: base and adapter asked the same prompts, with honest intervals."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import (
    cancel_on_interrupt,
    format_option,
    plural,
    print_json,
    progress_bar,
    say,
    stdout,
)
from curator.cli.runchoice import complete_runs, runs_option
from curator.evaluate import (
    DEFAULT_SUITE,
    Evaluation,
    Rate,
    Sampling,
    evaluate_run,
    read_suite,
    save_evaluation,
)
from curator.settings import find_project
from curator.terminal import one_line, visible
from curator.train import read_run


@click.command(
    name="eval",
    epilog="""\b
Examples:
  curator eval --run latest
  curator eval --run runs/2026-01-31-101500-first --suite my-suite.toml --format json
Exit codes: 0 evaluated, 2 it could not be.""",
)
@click.option(
    "--run",
    "run_name",
    required=True,
    metavar="RUN",
    shell_complete=complete_runs,
    help="A run's id or folder; `latest` is the newest.",
)
@click.option(
    "--suite",
    default=DEFAULT_SUITE,
    show_default=True,
    metavar="NAME|FILE",
    help="A built-in suite, or a TOML file of prompts.",
)
@click.option(
    "--max-tokens",
    type=click.IntRange(1),
    default=512,
    show_default=True,
    help="The most tokens of an answer.",
)
@runs_option
@format_option
def command(
    run_name: str, suite: str, max_tokens: int, runs_dir: Path | None, output_format: str
) -> int:
    """Ask base and adapter the prompts of a suite, and score them.

    Answers are judged by the rules that lint examples. Every rate has its n and its 95% Wilson
    interval. Prompts that resemble a training row are named and left out.
    """
    project = find_project()
    chosen = read_suite(suite)
    run = read_run(run_name, runs_dir=runs_dir or project.path(project.settings.runs))
    with progress_bar("Answering") as advance, cancel_on_interrupt() as cancel:
        evaluation = evaluate_run(
            run,
            chosen,
            sampling=Sampling(max_tokens=max_tokens),
            progress=lambda side, done, total: advance(done, total, side),
            cancel=cancel,
        )
    path = save_evaluation(evaluation, run)
    if output_format == "json":
        print_json(evaluation.to_json())
    else:
        print_evaluation(evaluation)
    say(f"Every answer with its findings: {path}")
    return 0


def print_evaluation(evaluation: Evaluation) -> None:
    """Print the table of rates, and what was left out, on standard output."""
    from rich.table import Table
    from rich.text import Text

    console = stdout()
    sides = [side for side in (evaluation.base, evaluation.tuned) if side is not None]
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(f"{visible(evaluation.suite)}, {plural(evaluation.n, 'prompt')}")
    for side in sides:
        table.add_column(side.name)
    for check in evaluation.base.checks:
        table.add_row(
            Text(visible(check.title)), *(_cell(side.rates[check.name]) for side in sides)
        )
    table.add_row(Text("All of these", style="bold"), *(_cell(side.all) for side in sides))
    console.print(table)
    for one in evaluation.contaminated:
        console.print(
            f"! left out: {visible(one.prompt)} is {one.score:.0f} like training row"
            f" {one.row + 1}: {one_line(one.text, 60)}"
        )
    if not evaluation.contamination_checked:
        say("The mixture of this run is gone or changed, so the suite was not compared with it.")
    cut = sum(score.truncated for score in sides[-1].scores)
    if cut:
        say(f"{cut} of {evaluation.n} answers were cut at {evaluation.max_tokens} tokens.")


def _cell(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.passed:>3}  {rate.rate:>4.0%}  ({low * 100:.0f}–{high:.0%})"
