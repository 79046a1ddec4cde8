"""``curator open``: the studio on one file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    name="open",
    epilog="""\b
Examples:
  curator open data/custom/perfect_examples.jsonl
  curator open new.jsonl          a file that is not there yet is begun""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Open the studio on a file of examples.

    FILE is JSON Lines; one that is not there yet is begun.
    """
    code: int = ctx.obj(file)
    return code
