"""``curator dupes``: twins within files, or between some files and others."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click

from curator.cli.inputs import Located, read_examples
from curator.cli.numbers import RealRange
from curator.cli.output import plural, print_json, progress_bar, say, stdout
from curator.cli.twinview import Shown, marked_lines, page
from curator.errors import InputError
from curator.lint import make_linter
from curator.lint.sources import STDIN, STDIN_NAME
from curator.neardup import (
    INSTRUCTION_SCORERS,
    Leaving,
    Multiplied,
    On,
    Pair,
    Standing,
    TwinReport,
    find_example_twins,
    leaving,
    multiplied,
)
from curator.neardup.report import written
from curator.settings import Project, find_project
from curator.store import write_atomic, write_text
from curator.terminal import one_line, visible

_SHOW = "-"
_MOST_PRINTED = 10_000
#: The most pairs of a listing that a program reads: some 300 MB of JSON.
_MOST_LISTED = 1_000_000
_WEIGHTS = {"error": 1000, "warning": 10, "info": 1}


@dataclass(frozen=True)
class Found:
    """What a command has found, with the rows it is about.

    Attributes:
        report: The twins.
        rows: The rows searched.
        right: The rows that the second of each pair is one of.
        leaving: The rows that should go, where that was asked.
        copies: How often whole rows come.
    """

    report: TwinReport
    rows: Sequence[Located]
    right: Sequence[Located]
    leaving: tuple[Leaving, ...] | None
    copies: Multiplied


@click.command(
    name="dupes",
    epilog="""\b
Examples:
  curator dupes data/custom/*.jsonl
  curator dupes data/raw/base.json --against data/custom/mine.jsonl --drop-to twins.jsonl
  curator dupes mine.jsonl --on both --threshold 90 --keep
Exit codes: 0 none, 1 some, 2 a file cannot be read.""",
)
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), required=True, metavar="PATH…")
@click.option(
    "--against",
    "others",
    multiple=True,
    metavar="PATH",
    help="Compare with these rows instead. They are never proposed for removal.",
)
@click.option(
    "--on",
    type=click.Choice(["instruction", "output", "both"]),
    default="instruction",
    show_default=True,
    help="What is compared: instruction with input, output with names in its code made alike, "
    "or both (the lower score counts).",
)
@click.option(
    "--threshold",
    type=RealRange(0, 100, of="score"),
    help="The least score of a twin.  [default: from curator.toml, else 85]",
)
@click.option(
    "--scorer",
    type=click.Choice(["ratio", "words", "all"]),
    default="all",
    show_default=True,
    help="How instructions are scored: characters in order, words in any order, or either.",
)
@click.option("--clusters", is_flag=True, help="Print groups of twins instead of pairs.")
@click.option(
    "--keep",
    is_flag=False,
    flag_value=_SHOW,
    metavar="[FILE]",
    help="Say which rows would stay and why; with FILE, write those rows to a new file.",
)
@click.option(
    "--drop-to", metavar="FILE", help="Write the rows that would leave to a new file of JSON Lines."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)
@click.option(
    "--html",
    "html_file",
    metavar="FILE",
    help="Write a page with the pairs as well, 10,000 at most.",
)
def command(
    paths: tuple[str, ...],
    others: tuple[str, ...],
    on: On,
    threshold: float | None,
    scorer: str,
    clusters: bool,
    keep: str | None,
    drop_to: str | None,
    output_format: str,
    html_file: str | None,
) -> int:
    """Find examples that are nearly the same.

    Scores are RapidFuzz's, 0 to 100. PATH is a JSON Lines file, a JSON array whose name ends in
    .json, or - for standard input. The files themselves are never changed.
    """
    project = find_project()
    if threshold is None:
        threshold = project.settings.twins.threshold
    kept_file = None if keep in (None, _SHOW) else keep
    _check_outputs(kept_file, drop_to, html_file)
    rows, unreadable = read_examples(_searched(paths, others))
    against, more = read_examples(others)
    with progress_bar("Comparing") as advance:
        report = find_example_twins(
            [row.example for row in rows],
            [row.example for row in against] if others else None,
            on=on,
            threshold=threshold,
            scorers=INSTRUCTION_SCORERS if scorer == "all" else (scorer,),
            progress=lambda done, total: advance(done, total, "rows"),
        )
    go = leaving(report, _standings(report, rows, project)) if keep or drop_to else None
    copies = multiplied(row.example.content_hash for row in rows)
    found = Found(report, rows, against if others else rows, go, copies)
    # Before anything is printed: whoever reads that may stop reading, which ends the command.
    _write_files(found, kept_file, drop_to, html_file)
    if output_format == "json":
        print_json(as_json(found))
    elif output_format == "csv":
        _print_csv(found)
    elif clusters:
        _print_clusters(found)
    else:
        _print_pairs(found)
    if unreadable + more:
        say(f"{plural(unreadable + more, 'row')} could not be read and took no part.")
    _summarise(found, listed=output_format != "text")
    return 1 if report.pair_count else 0


def as_json(found: Found) -> dict[str, Any]:
    """Return what was found as plain JSON values, with the place of every row."""
    report = found.report
    result: dict[str, Any] = {
        "pairs": [
            {
                "a": _address(found.rows[pair.a]),
                "b": _address(found.right[pair.b]),
                "score": pair.score,
                "scorer": pair.scorer,
                "on": report.on,
            }
            for pair in _listed(report)
        ],
        "clusters": [
            [_address(found.rows[member]) for member in cluster.members]
            for cluster in report.clusters
        ],
        "stats": {
            "rows": report.rows,
            "against": len(found.right) if report.right else None,
            "compared": report.compared,
            "scored": report.scored,
            "threshold": report.threshold,
            "scorers": list(report.scorers),
            "complete": report.complete and report.pair_count <= _MOST_LISTED,
            "distinct": found.copies.distinct,
            "times": [list(one) for one in found.copies.times],
        },
    }
    if found.leaving is not None:
        result["leaving"] = [
            {
                "row": _address(found.rows[one.row]),
                "kept": _address(found.right[one.kept]),
                "score": one.score,
                "scorer": one.scorer,
                "reason": one.reason,
            }
            for one in found.leaving
        ]
    return result


def _listed(report: TwinReport) -> Iterable[Pair]:
    """Return all pairs; where they are too many to write out, of equal rows each with the next."""
    if report.pair_count <= _MOST_LISTED:
        return report.pairs
    return islice(written(*report.chain()), _MOST_LISTED)


def _address(row: Located) -> dict[str, Any]:
    return {"path": row.path, "line": row.line, "id": row.example.id}


def _shown(row: Located, report: TwinReport) -> Shown:
    example = row.example
    asked = f"{example.instruction}\n{example.input}" if example.input else example.instruction
    texts = {"instruction": asked, "output": example.output, "both": f"{asked}\n{example.output}"}
    return Shown(row.where, texts[report.on])


def _print_pairs(found: Found) -> None:
    if found.report.pair_count > _MOST_PRINTED:
        say(f"{found.report.pair_count:,} pairs are too many to read; here are their groups.")
        _print_clusters(found)
        return
    from rich.text import Text

    console = stdout()
    for pair in found.report.pairs:
        a, b = found.rows[pair.a], found.right[pair.b]
        console.print(
            Text.assemble(
                (f"≈ {pair.score:5.1f}  ", "bold magenta"),
                (visible(f"{a.where}  {b.where}"), "bold"),
                (f"  {pair.scorer}", "dim"),
            )
        )
        one, other = _shown(a, found.report), _shown(b, found.report)
        for sign, side in zip("-+", marked_lines(one.text, other.text), strict=True):
            pieces = [(text, "bold yellow" if new else "") for text, new in side]
            console.print(Text.assemble(f"       {sign} ", *pieces))
    _print_leaving(found)


def _print_clusters(found: Found) -> None:
    from rich.text import Text

    console = stdout()
    for number, cluster in enumerate(found.report.clusters, start=1):
        console.print(
            Text(f"≈ group {number}: {plural(len(cluster.members), 'row')}", "bold magenta")
        )
        for member in cluster.members:
            row = found.rows[member]
            shown = one_line(_shown(row, found.report).text, 100)
            console.print(Text(f"       {visible(row.where)}  {shown}"))
    _print_leaving(found)


def _print_leaving(found: Found) -> None:
    from rich.text import Text

    console = stdout()
    for one in found.leaving or ():
        row, kept = found.rows[one.row], found.right[one.kept]
        console.print(
            Text(
                f"✗ {visible(row.where)} leaves, {visible(kept.where)} stays: {one.reason} "
                f"({one.score:.1f} {one.scorer})"
            )
        )


def _print_csv(found: Found) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ["path", "line", "id"]
    writer.writerow(
        [*(f"a_{n}" for n in names), *(f"b_{n}" for n in names), "score", "scorer", "on"]
    )
    for pair in _listed(found.report):
        a, b = found.rows[pair.a], found.right[pair.b]
        sides = [
            visible(str(v or "")) for row in (a, b) for v in (row.path, row.line, row.example.id)
        ]
        writer.writerow([*sides, pair.score, pair.scorer, found.report.on])
    click.echo(text.getvalue(), nl=False)


def _summarise(found: Found, *, listed: bool) -> None:
    report = found.report
    told = "No twins"
    if report.pair_count:
        told = f"{plural(report.pair_count, 'pair')} of twins"
        if report.clusters:
            told += f" in {plural(len(report.clusters), 'cluster')}"
    say(f"{told} among {plural(report.rows, 'row')} at {report.threshold:g} or above.")
    if found.copies.any:
        say(f"{found.copies}.")
    if found.leaving is not None:
        stay = report.rows - len(found.leaving)
        say(f"{plural(stay, 'row')} would stay, {plural(len(found.leaving), 'row')} would leave.")
    if listed and report.pair_count > _MOST_LISTED:
        say("These are too many to list: of rows that are equal, each is listed with the next one.")
    if not report.complete:
        say("There are more pairs than can be kept, so some are missing. Raise the threshold.")


def _standings(report: TwinReport, rows: Sequence[Located], project: Project) -> list[Standing]:
    """Return what decides which row stays; only rows that have a twin are linted."""
    if report.right is not None:
        return []
    settings = project.settings
    linter = make_linter(project.profile, select=settings.lint.select, ignore=settings.lint.ignore)
    own = project.path(settings.examples).resolve().parent
    twins = {member for cluster in report.clusters for member in cluster.members}
    return [
        Standing(
            curated=row.path != STDIN_NAME and Path(row.path).resolve().parent == own,
            lint=sum(_WEIGHTS[finding.severity] for finding in linter.example(row.example)),
            length=len(row.example.instruction + row.example.input + row.example.output),
        )
        if index in twins
        else Standing()
        for index, row in enumerate(rows)
    ]


def _searched(paths: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the paths that are not searched against as well: their rows are protected.

    Raises:
        InputError: All of them are.
    """
    protected = {path if path == STDIN else os.path.realpath(path) for path in others}
    left = [
        path
        for path in paths
        if (path if path == STDIN else os.path.realpath(path)) not in protected
    ]
    if not left:
        raise InputError(
            "This is on both sides: each row would be compared with itself.",
            path=paths[0],
            hint="Leave out --against to find the twins within it.",
        )
    for path in paths:
        if path not in left:
            say(f"{visible(path)} is compared with, so its own rows are not searched.")
    return left


def _check_outputs(kept: str | None, dropped: str | None, html_file: str | None) -> None:
    """Refuse to write where something is, before any work is done.

    Raises:
        InputError: A file to write is there already, has no folder, or is no page.
    """
    for name in (kept, dropped, html_file):
        if name is not None and not Path(name).parent.is_dir():
            raise InputError(
                "There is no folder to write this file to.",
                path=name,
                hint="Make the folder first.",
            )
    for name in (kept, dropped):
        if name is not None and Path(name).exists():
            raise InputError(
                "This file is there already.", path=name, hint="Name a new one, or move it away."
            )
    if kept is not None and kept == dropped:
        raise InputError("Rows that stay and rows that leave need a file each.", path=kept)
    if html_file is not None and Path(html_file).suffix.casefold() not in (".html", ".htm"):
        raise InputError("A page needs a name that ends in .html.", path=html_file)


def _write_files(
    found: Found, kept: str | None, dropped: str | None, html_file: str | None
) -> None:
    gone = {one.row for one in found.leaving or ()}
    for name, staying in ((kept, True), (dropped, False)):
        if name is not None:
            rows = (row for i, row in enumerate(found.rows) if (i not in gone) == staying)
            write_atomic(Path(name), map(_line, rows))
            say(f"Wrote the rows that {'stay' if staying else 'leave'} to {visible(name)}.")
    if html_file is not None:
        title = f"{plural(found.report.pair_count, 'pair')} of twins"
        if found.report.pair_count > _MOST_PRINTED:
            title += f", the first {_MOST_PRINTED:,} of them"
        write_text(Path(html_file), "".join(page(title, _headed(found))))
        say(f"Wrote a page to {visible(html_file)}.")


def _headed(found: Found) -> Iterator[tuple[str, Shown, Shown]]:
    def heading(pair: Pair) -> str:
        return f"≈ {pair.score:.1f} by {pair.scorer}"

    for pair in islice(_listed(found.report), _MOST_PRINTED):
        one, other = found.rows[pair.a], found.right[pair.b]
        yield heading(pair), _shown(one, found.report), _shown(other, found.report)


def _line(row: Located) -> bytes:
    try:
        return json.dumps(dict(row.example.fields), ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(dict(row.example.fields)).encode("ascii") + b"\n"
