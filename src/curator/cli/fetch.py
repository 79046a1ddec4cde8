"""``curator fetch``: base data from the Hub, or from a file, into ``data/raw``."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import format_option, plural, print_json, say
from curator.errors import ConfigError
from curator.mix.fetch import KNOWN, Fetched, fetch_dataset, fetch_file
from curator.settings import find_project


@click.command(
    name="fetch",
    epilog="""\b
Examples:
  curator fetch code-alpaca
  curator fetch --dataset org/name --split test
  curator fetch ~/downloads/rows.json --licence cc-by-4.0
  curator fetch --dataset org/name --column instruction=question --column output=answer
A broken download goes on where it ended. The path of the rows is printed on standard output.
Exit codes: 0 in place, 2 the Hub cannot be reached or the data cannot be read.""",
)
@click.argument("what", metavar="[NAME|FILE]", required=False)
@click.option("--dataset", metavar="ORG/NAME", help="A dataset of the Hub.")
@click.option("--split", default="train", show_default=True, help="Which split of a dataset.")
@click.option("--revision", default="main", show_default=True, help="Its branch, tag or commit.")
@click.option("--name", default="", help="What the rows are called here.  [default: as there]")
@click.option("--licence", default="", metavar="NAME", help="The licence of a local file.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="What a column is called: instruction=question.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the rows go.  [default: data/raw in the project]",
)
@format_option
def command(
    what: str | None,
    dataset: str | None,
    split: str,
    revision: str,
    name: str,
    licence: str,
    columns: tuple[str, ...],
    folder: Path | None,
    output_format: str,
) -> int:
    """Bring base data into data/raw, with its licence and revision.

    NAME is code-alpaca; FILE is a JSON, JSON Lines or Parquet file. Beside the rows, as JSON
    Lines, a note is written that says where they came from; mixtures copy it.
    """
    if (what is None) == (dataset is None):
        raise ConfigError(
            "Name one thing to fetch.",
            hint=f"Give {', '.join(KNOWN)}, a FILE, or --dataset ORG/NAME.",
        )
    to = folder or find_project().path("data/raw")
    named = _columns(columns)
    if what is not None and what not in KNOWN:
        path = Path(what)
        if not path.exists():
            raise ConfigError(
                f"There is no file {what!r}, and no dataset of that short name.",
                hint=f"Short names: {', '.join(KNOWN)}; for any other give --dataset ORG/NAME.",
            )
        fetched = fetch_file(path, to, name=name, licence=licence, columns=named)
    else:
        fetched = fetch_dataset(
            dataset or what or "", to, split=split, revision=revision, name=name, columns=named
        )
    _tell(fetched, output_format)
    return 0


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        ours, equals, theirs = one.partition("=")
        if not equals or ours not in {"instruction", "input", "output"} or not theirs:
            raise ConfigError(
                f"--column {one!r} says nothing.",
                hint="Write instruction=NAME, input=NAME or output=NAME.",
            )
        found[ours] = theirs
    if found and not {"instruction", "output"} <= set(found):
        raise ConfigError("Instruction and output are both needed.", hint="Give --column twice.")
    return found


def _tell(fetched: Fetched, output_format: str) -> None:
    origin = fetched.origin
    if output_format == "json":
        print_json(
            {
                "path": str(fetched.path),
                "note": str(fetched.note),
                "origin": origin.origin,
                "revision": origin.revision,
                "licence": origin.licence,
                "split": origin.split,
                "sha256": origin.sha256,
                "rows": origin.rows,
                "unreadable": fetched.unreadable,
                "new": fetched.new,
            }
        )
    else:
        click.echo(fetched.path)
    at = f" at {origin.revision[:12]}" if origin.revision else ""
    said = "" if fetched.new else " It was there already."
    say(f"{plural(origin.rows, 'row')} of {origin.origin}{at}, licence {origin.licence}.{said}")
    if fetched.unreadable:
        say(f"{plural(fetched.unreadable, 'row')} left out: no texts of these columns.")
