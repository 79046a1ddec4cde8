"""Sheets of results in a terminal's cells."""

from __future__ import annotations

from collections.abc import Sequence

from curator.cli.output import stdout
from curator.evaluate.sheets import Sheet

_GAP = "  "


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
