"""``curator convert``: examples from one file format into another."""

from __future__ import annotations

import dataclasses
import io
import sys
from pathlib import Path
from typing import BinaryIO

import click

from curator.cli.output import format_option, plural, print_json, say
from curator.errors import InputError
from curator.lint.sources import STDIN, STDIN_NAME
from curator.store.formats import FORMATS, Conversion, convert
from curator.terminal import visible

#: How many left-out rows are listed before the rest is only counted.
_LISTED = 20


def _formats(_ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        for one in FORMATS.values():
            click.echo(f"{one.name:11} {one.title}")
        raise click.exceptions.Exit(0)


@click.command(
    name="convert",
    epilog="""\b
Examples:
  curator convert alpaca.json mine.jsonl --to jsonl
  curator convert mine.jsonl chat.jsonl --to chat
  curator convert sharegpt.json - --to jsonl | curator lint -
Exit codes: 0 every row was converted, 1 some were left out, 2 nothing could be converted.""",
)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option(
    "--to",
    required=True,
    type=click.Choice(list(FORMATS)),
    help="The format to write.",
)
@click.option(
    "--from",
    "from_",
    type=click.Choice(list(FORMATS)),
    help="The format to read.  [default: what the name and the first row say]",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 as well when rows lost something that the format cannot carry.",
)
@click.option(
    "--formats",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_formats,
    help="List the formats and exit.",
)
@format_option
def command(
    source: str,
    target: str,
    to: str,
    from_: str | None,
    force: bool,
    strict: bool,
    output_format: str,
) -> int:
    """Convert a file of examples into another format.

    What the new format cannot carry is listed, row by row or key by key. ``-`` is standard input
    or output. The file written appears whole or not at all.
    """
    if target == STDIN and output_format == "json":
        raise click.UsageError("Standard output cannot hold both the rows and a report as JSON.")
    if target == STDIN and FORMATS[to].binary and sys.stdout.isatty():
        raise InputError(
            f"{to} is no text, and standard output is a terminal.", hint="Name a file."
        )
    given: Path | BinaryIO = sys.stdin.buffer if source == STDIN else Path(source)
    # A terminal would act on what rows may hold; whoever reads a pipe gets them as they are.
    shown = io.BytesIO() if target == STDIN and sys.stdout.isatty() else None
    piped: BinaryIO = sys.stdout.buffer if shown is None else shown
    wanted: Path | BinaryIO = piped if target == STDIN else Path(target)
    done = convert(given, wanted, to, from_=from_, force=force)
    if shown is not None:
        text = shown.getvalue().decode("utf-8", "replace").replace("\r\n", "\n")
        click.echo(visible(text, newlines=True, tabs=True), nl=False)
    if output_format == "json":
        print_json(dataclasses.asdict(done))
    else:
        _tell(done, source, target)
    if done.left_out and not done.written:
        return 2
    return 1 if done.left_out or (strict and done.lost) else 0


def _tell(done: Conversion, source: str, target: str) -> None:
    name = STDIN_NAME if source == STDIN else source
    for row in done.left_out[:_LISTED]:
        say(f"✗ {name}:{row.line} left out: {visible(row.reason)}")
    if len(done.left_out) > _LISTED:
        say(f"  … and {plural(len(done.left_out) - _LISTED, 'row')} more.")
    for loss in done.lost:
        rows = f"{plural(loss.rows, 'row')}, first {name}:{loss.line}"
        say(f"! {done.target} cannot carry {loss.what} ({rows})")
    place = "standard output" if target == STDIN else target
    rows = f"{plural(done.written, 'row')} of {done.read:,}"
    say(f"Wrote {rows} to {place} ({done.source} → {done.target}).")
