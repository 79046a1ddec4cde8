"""``curator dupes``: twins within files, or between some files and others."""

from __future__ import annotations

from typing import Any

import click

from curator.cli.inputs import Located, read_examples
from curator.cli.output import format_option, plural, print_json, progress_bar, say, stdout
from curator.neardup import TwinReport, find_twins, instruction_text
from curator.settings import find_project
from curator.terminal import one_line, visible


@click.command(
    name="dupes",
    epilog="""\b
Examples:
  curator dupes data/custom/*.jsonl
  curator dupes data/custom/mine.jsonl --against data/raw/base.json --threshold 90
Exit codes: 0 none, 1 some, 2 a file cannot be read.""",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--against", "others", multiple=True, metavar="PATH", help="Compare with these rows instead."
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    help="The least RapidFuzz score of a twin.  [default: from curator.toml, else 85]",
)
@format_option
def command(
    paths: tuple[str, ...],
    others: tuple[str, ...],
    threshold: float | None,
    output_format: str,
) -> int:
    """Find examples that are nearly the same.

    Instructions with their inputs are compared, by exact RapidFuzz ratio. PATH is a JSON Lines
    file, a JSON array whose name ends in .json, or - for standard input.
    """
    if threshold is None:
        threshold = find_project().settings.twins.threshold
    rows, unreadable = read_examples(paths)
    against, more = read_examples(others)
    with progress_bar("Comparing") as advance:
        report = find_twins(
            [instruction_text(row.example) for row in rows],
            [instruction_text(row.example) for row in against] if others else None,
            threshold=threshold,
            progress=lambda done, total: advance(done, total, "rows"),
        )
    right = against if others else rows
    if output_format == "json":
        print_json(as_json(report, rows, right))
    else:
        _print_text(report, rows, right)
    if unreadable + more:
        say(f"{plural(unreadable + more, 'row')} could not be read and took no part.")
    found = f"{plural(len(report.pairs), 'pair')} of twins"
    if report.clusters:
        found += f" in {plural(len(report.clusters), 'cluster')}"
    told = found if report.pairs else "No twins"
    say(f"{told} among {plural(len(rows), 'row')} at {threshold:g} or above.")
    return 1 if report.pairs else 0


def as_json(report: TwinReport, rows: list[Located], right: list[Located]) -> dict[str, Any]:
    """Return a report as plain JSON values, with the place of every row."""
    return {
        "pairs": [
            {
                "a": _address(rows[pair.a]),
                "b": _address(right[pair.b]),
                "score": pair.score,
                "scorer": report.scorer,
                "on": "instruction",
            }
            for pair in report.pairs
        ],
        "clusters": [
            [_address(rows[member]) for member in cluster.members] for cluster in report.clusters
        ],
        "stats": {
            "rows": report.rows,
            "compared": report.compared,
            "threshold": report.threshold,
        },
    }


def _address(row: Located) -> dict[str, Any]:
    return {"path": row.path, "line": row.line, "id": row.example.id}


def _print_text(report: TwinReport, rows: list[Located], right: list[Located]) -> None:
    from rich.text import Text

    console = stdout()
    for pair in report.pairs:
        a, b = rows[pair.a], right[pair.b]
        console.print(
            Text.assemble(
                (f"≈ {pair.score:5.1f}  ", "bold magenta"),
                (visible(f"{a.where}  {b.where}"), "bold"),
            )
        )
        for row in (a, b):
            console.print(Text(f"         {one_line(row.example.instruction, 100)}"))
