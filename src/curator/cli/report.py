"""``curator report``: what a run was about, written down."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import say
from curator.cli.runchoice import complete_runs, read_named, runs_option
from curator.errors import ConfigError
from curator.publish.report import html, make_report, markdown, report_files, write_report


@click.command(
    name="report",
    epilog="""\b
Examples:
  curator report latest
  curator report latest --against 2026-11-22-143005-first --out report.md
  curator report latest --format html --out report.html
RUN is a run's id, its folder, or `latest`. As Markdown the picture is written beside the file, and
left out on standard output; HTML is one file with everything in it.
Exit codes: 0 written, 2 an error.""",
)
@click.argument("run_name", metavar="RUN", shell_complete=complete_runs)
@click.option("--against", metavar="RUN", help="An earlier run to compare with.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["markdown", "html"]),
    help="How it is written.  [default: as --out is named, else markdown]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; - is standard output.  [default: -]",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@runs_option
def command(
    run_name: str,
    against: str | None,
    kind: str | None,
    out: Path | None,
    force: bool,
    runs_dir: Path | None,
) -> int:
    """Write what a run was about: data, training, evaluation, advice.

    Every statement is derived from the run's files. What to try next are suggestions, each with
    what suggests it.
    """
    earlier = read_named(against, runs_dir) if against else None
    report = make_report(read_named(run_name, runs_dir), earlier)
    if kind is None:
        kind = "html" if out is not None and out.suffix.lower() in {".html", ".htm"} else "markdown"
    if out is None or str(out) == "-":
        click.echo(html(report) if kind == "html" else markdown(report), nl=False)
        return 0
    if kind == "markdown" and out.suffix.lower() == ".svg":
        raise ConfigError(
            "This is the name of a picture, which is written beside the report.",
            path=out,
            hint="Name the report otherwise, such as report.md.",
        )
    if out.is_dir():
        raise ConfigError("This is a folder.", path=out, hint="Name a file in it.")
    for path in report_files(report, out, kind=kind):
        if path.exists() and not force:
            raise ConfigError(
                "This file is there already.", path=path, hint="Name another, or --force."
            )
    for path in write_report(report, out, kind=kind):
        click.echo(path)
    if kind == "markdown" and not report.picture:
        say("There are no losses to draw.")
    return 0
