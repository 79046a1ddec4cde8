"""Sheets of results: in a terminal's cells, as Markdown or as a page."""

from __future__ import annotations

from collections.abc import Sequence

import click

from curator.cli.output import print_result, stdout
from curator.evaluate import Evaluation
from curator.evaluate.render import to_html, to_markdown
from curator.evaluate.sheets import Sheet

_GAP = "  "

sheets_format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)


def print_as(
    output_format: str, sheets: Sequence[Sheet], answers: Sequence[Evaluation] = ()
) -> None:
    """Print sheets on standard output in one of the formats; JSON is each command's own.

    Args:
        output_format: What `sheets_format_option` gave.
        sheets: The sheets.
        answers: The evaluations whose answers a page shows under its sheets.
    """
    if output_format == "markdown":
        print_result(to_markdown(sheets))
    elif output_format == "html":
        print_result(to_html(sheets, answers=answers))
    else:
        print_sheets(sheets)


def print_sheets(sheets: Sequence[Sheet]) -> None:
    """Print sheets on standard output: warnings before the figures that they are about."""
    from rich.text import Text

    console = stdout()
    for number, sheet in enumerate(sheets):
        if number:
            console.print()
        console.print(Text(sheet.title, style="bold"))
        for line in sheet.legend:
            console.print(Text(line))
        for warning in sheet.warnings:
            console.print(Text.assemble(("! ", "bold yellow"), warning))
        for place, line in enumerate(_lines([sheet.head, *sheet.rows])):
            style = "dim" if place == 0 else "bold" if place - 1 in sheet.strong else ""
            console.print(Text(line, style=style))
        for note in sheet.notes:
            console.print(Text(note, style="dim"))


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
