"""``curator lint``: the rules, over files, for people, hooks and CI."""

from __future__ import annotations

import click

from curator.cli.inputs import sources
from curator.cli.output import format_option, plural, print_json, progress_bar, say, stdout
from curator.example import Profile, load_profile
from curator.lint import Finding, LintReport, Severity, lint_rows, make_linter
from curator.settings import find_project
from curator.terminal import one_line, visible

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}


@click.command(
    name="lint",
    epilog="""\b
Examples:
  curator lint data/custom/perfect_examples.jsonl
  curator lint --select SEC,DOC --format json data/custom/*.jsonl
  git show HEAD:data/custom/mine.jsonl | curator lint -
Exit codes: 0 clean, 1 findings, 2 a file or the configuration cannot be read.""",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@format_option
@click.option("--select", metavar="CODES", help="Run only these codes or prefixes: SEC,DOC001.")
@click.option("--ignore", metavar="CODES", help="Leave out these codes or prefixes.")
@click.option("--profile", metavar="NAME|FILE", help="The required shape of an answer.")
def command(
    paths: tuple[str, ...],
    output_format: str,
    select: str | None,
    ignore: str | None,
    profile: str | None,
) -> int:
    """Check examples against the rules.

    PATH is a JSON Lines file, a JSON array whose name ends in .json, or - for standard input.
    Settings come from curator.toml; options here take their place.
    """
    project = find_project()
    settings = project.settings.lint
    shape = load_profile(profile) if profile else project.profile
    linter = make_linter(
        shape,
        select=_codes(select) or settings.select,
        ignore=_codes(ignore) or settings.ignore,
    )
    with progress_bar("Linting") as advance:
        report = lint_rows(sources(paths), linter, progress=lambda rows: advance(rows, 0, "rows"))
    if output_format == "json":
        print_json([finding.to_json() for finding in report.findings])
    else:
        _print_text(report)
    say(summary(report, shape))
    return 1 if report.findings else 0


def summary(report: LintReport, profile: Profile) -> str:
    """Return one sentence about a report."""
    read = f"{plural(report.rows, 'row')} in {plural(report.files, 'file')}"
    if not report.findings:
        return f"No findings in {read} (profile {profile.name})."
    counts = ", ".join(
        plural(report.count(severity), str(severity))
        for severity in (Severity.ERROR, Severity.WARNING)
        if report.count(severity)
    )
    notes = report.count(Severity.INFO)
    told = ", ".join(part for part in (counts, f"{notes:,} info" if notes else "") if part)
    most, times = next(iter(report.by_code().items()))
    return f"{told} in {read} (profile {profile.name}); most often {most}, {times:,} times."


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def _print_text(report: LintReport) -> None:
    if not report.findings:
        return
    from rich.text import Text

    console = stdout()
    for finding in report.findings:
        line = Text()
        line.append(visible(f"{finding.path}:{finding.line}"), style="bold")
        line.append(f" {place(finding)} " if place(finding) else " ")
        line.append(finding.code, style=_STYLES[finding.severity])
        line.append(f" {visible(finding.message)}")
        if finding.id:
            line.append(f"  [{one_line(finding.id, 40)}]", style="dim")
        console.print(line)


def place(finding: Finding) -> str:
    """Return which field a finding is about, and from which character; empty for a whole row."""
    if not finding.pointer:
        return f"character {finding.start + 1}" if finding.end else ""
    name = visible(finding.pointer.lstrip("/"))
    return f"{name}[{finding.start}:{finding.end}]" if finding.end else name
