"""``curator check``: what the trainer will really see of a mixture, before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.mixplan import check_json, print_checks
from curator.cli.output import (
    cancel_on_interrupt,
    format_option,
    plural,
    print_json,
    progress_bar,
    say,
)
from curator.cli.specoptions import preflight_options, spec_of
from curator.mix import check_names
from curator.preflight import CODES, Preflight, held_out_prompts, preflight
from curator.settings import find_project
from curator.train import TrainingSpec


def complete_checks(
    context: click.Context,  # noqa: ARG001 - click's signature
    parameter: click.Parameter,  # noqa: ARG001 - click's signature
    incomplete: str,
) -> list[str]:
    """Return the names of checks that begin with what is typed; for a shell."""
    return [code for code in CODES if code.startswith(incomplete)]


@click.command(
    name="check",
    epilog="""\b
Examples:
  curator check mixtures/first
  curator check mixtures/first --model ./my-model --iters 300 --max-seq-length 1024
  curator check mixtures/first --suite suites/mine.toml --format json
Exit codes: 0 nothing stands in the way, 1 a check does, 2 an error.""",
)
@click.argument("mixture", type=click.Path(path_type=Path), metavar="DIR")
@preflight_options
@click.option(
    "--suite",
    "suites",
    multiple=True,
    metavar="NAME|FILE",
    help="Prompts that no row may resemble.  [default: all that come along]",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="CHECK",
    shell_complete=complete_checks,
    help="Let this check stand without exit code 1.",
)
@format_option
def command(
    mixture: Path,
    spec_path: Path | None,
    suites: tuple[str, ...],
    allow: tuple[str, ...],
    output_format: str,
    **options: Any,
) -> int:
    """Look at a mixture as a training would see it.

    DIR is a folder that `curator mix` wrote, or any with train.jsonl and valid.jsonl in the
    messages form. Rows are counted with the model's own tokenizer and chat template; nothing is
    written and no weights are loaded.
    """
    check_names(allow, CODES)
    project = find_project()
    given = {key: value for key, value in options.items() if value is not None}
    spec = spec_of(spec_path, given, project.model)
    report = run_preflight(mixture, spec, suites)
    if output_format == "json":
        print_json(preflight_json(report))
    else:
        print_checks(report.checks)
    return tell_preflight(report, allow)


def run_preflight(mixture: Path, spec: TrainingSpec, suites: tuple[str, ...] = ()) -> Preflight:
    """Run preflight with a line of progress; Ctrl-C stops it.

    Raises:
        CuratorError: As `curator.preflight.preflight`.
    """
    project = find_project(mixture if mixture.is_dir() else None)
    with progress_bar("Checking") as advance, cancel_on_interrupt() as cancel:
        return preflight(
            mixture,
            spec,
            held_out=held_out_prompts(suites or None),
            profile=project.profile,
            progress=lambda stage: advance(0, 0, stage),
            cancel=cancel,
        )


def preflight_json(report: Preflight) -> dict[str, Any]:
    """Return what preflight found as plain JSON values."""
    return {
        "mixture": str(report.folder),
        "model": report.model,
        "train": report.train_rows,
        "learned_tokens": report.learned_tokens,
        "total_tokens": report.total_tokens,
        "memory_bytes": report.memory_bytes,
        "checks": [check_json(check) for check in report.checks],
    }


def tell_preflight(report: Preflight, allow: tuple[str, ...] = ()) -> int:
    """Say how it went and return the exit code: 1 where a check stands in the way."""
    standing = report.standing(allow)
    if standing:
        names = " ".join(f"--allow {code}" for code in sorted({one.code for one in standing}))
        say(f"{plural(len(standing), 'check')} in the way. To go on all the same: {names}")
        return 1
    say(
        f"Nothing stands in the way of training on {plural(report.train_rows, 'row')}"
        f" ({report.learned_tokens:,} tokens to learn)."
    )
    return 0
