"""``curator trace``: where a row of a mixture came from, and where a source's row went."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import format_option, plural, print_json, stdout
from curator.mix import Trace, trace_row
from curator.terminal import one_line, visible


@click.command(
    name="trace",
    epilog="""\b
Examples:
  curator trace mixtures/first 12
  curator trace mixtures/first valid:3
  curator trace mixtures/first data/custom/perfect_examples.jsonl:4
Exit codes: 0 found, 2 there is no such row.""",
)
@click.argument("mixture", type=click.Path(path_type=Path), metavar="MIXTURE")
@click.argument("row", metavar="ROW")
@format_option
def command(mixture: Path, row: str, output_format: str) -> int:
    """Say where a row of a mixture came from.

    ROW is a line of the training rows, or valid:N or test:N. The other way round, FILE:LINE of a
    source or an example's id says where that row went, or why it is not in the mixture.
    """
    found = trace_row(mixture, row)
    if output_format == "json":
        print_json(
            {
                "path": found.path,
                "line": found.line,
                "id": found.id,
                "role": found.role,
                "hash": found.hash,
                "cluster": found.cluster,
                "source_sha256": found.sha256,
                "places": [
                    {"split": one.split, "row": one.row, "copy": one.copy} for one in found.places
                ],
                "left_out": found.left_out
                and {
                    "reason": found.left_out.reason,
                    "evidence": found.left_out.evidence,
                    "kept": found.left_out.kept,
                },
            }
        )
    else:
        _print_text(found)
    return 0


def _print_text(found: Trace) -> None:
    console = stdout()
    name = f"  id {found.id}" if found.id else ""
    console.print(visible(f"{found.path}:{found.line}  {found.role}{name}"))
    if found.asked:
        console.print(f"  {one_line(found.asked, 100)}")
    if found.left_out is not None:
        kept = f"; {found.left_out.kept} stays" if found.left_out.kept else ""
        console.print(visible(f"  left out: {found.left_out.reason}{kept}"))
        if found.left_out.evidence:
            console.print(visible(f"  {found.left_out.evidence}"))
        return
    copies = plural(len(found.places), "place")
    console.print(f"  {copies}: " + ", ".join(one.where for one in found.places))
    console.print(f"  content {found.hash[:16]}  source {found.sha256[:16]}")
    if found.cluster:
        console.print(f"  held together with its twins as {found.cluster}")
