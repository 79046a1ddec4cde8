"""``curator init``: a project with everything in its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from curator.cli.output import say
from curator.errors import StoreError
from curator.settings import DEFAULT_MODEL, SETTINGS_NAME
from curator.store import encode, read_rows, shipped_base, shipped_examples, write_atomic

EXAMPLES = "data/custom/examples.jsonl"

_SETTINGS = f"""\
# What this project has decided once. Every key has a default; these are the ones to begin with.
profile = "runnable-first"
model = "{DEFAULT_MODEL}"
examples = "{EXAMPLES}"
recipe = "recipe.toml"
"""

_RECIPE = """\
# What to mix: `curator mix recipe.toml --dry-run` shows what comes of it.
name = "first"
seed = 7
system_prompt = "Answer with ### Solution, ### Usage and ### Sanity test."
system_prompt_on = "curated"

[[source]]
path = "data/custom/*.jsonl"
role = "curated"
repeat = 2

"""
_BASE = """\
# Plain examples to mix in, so that the model keeps what it could do before. Validation rows are
# taken from them.
[[source]]
path = "data/raw/*.jsonl"
role = "base"
limit = 1000
"""
_NO_BASE = """\
# Plain examples to mix in, so that the model keeps what it could do before. Validation rows are
# taken from them, so there are none without. `curator init --sample` brings a small set of plain
# rows and does this for you; or put JSON Lines into data/raw and take the # away.
# [[source]]
# path = "data/raw/*.jsonl"
# role = "base"
# limit = 1000
"""
_SAMPLE = "data/raw/sample.jsonl"

_IGNORED = ("/runs/", "/mixtures/", "/sweeps/", "/data/raw/*", "!/data/raw/.gitkeep")


@click.command(
    name="init",
    epilog="""\b
Examples:
  curator init
  curator init my-examples
  curator init --sample           with base data to begin with
Exit codes: 0 the project is there, 2 it could not be made.""",
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--sample",
    is_flag=True,
    help="Put a small set of plain rows into data/raw as well, and mix it in.",
)
def command(folder: Path, *, sample: bool) -> int:
    """Make a project: settings, a recipe and a first example.

    What is there already stays as it is.
    """
    made = list(_make(folder, sample=sample))
    for name in made:
        say(f"  made {name}")
    where = "This folder" if folder == Path() else str(folder)
    if not made:
        say(f"{where} is a project already; nothing was changed.")
        return 0
    before = "" if folder == Path() else f"cd {folder} && "
    say(
        f"{where} is a project now. What next:\n"
        f"  {before}curator              open the studio on {EXAMPLES}\n"
        f"  {before}curator lint {EXAMPLES}\n"
        f"  {before}curator mix recipe.toml --dry-run"
    )
    if not any((folder / "data/raw").glob("*.json*")):
        say(
            "There is no base data in data/raw yet, from which validation rows are taken:\n"
            f"  {before}curator init --sample     brings a small set to begin with"
        )
    return 0


def _make(folder: Path, *, sample: bool) -> Iterator[str]:
    """Make what is missing of a project; yield the name of each thing made.

    Raises:
        StoreError: Something cannot be made.
    """
    try:
        (folder / "data/custom").mkdir(parents=True, exist_ok=True)
        (folder / "data/raw").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot be made: {error.strerror}.", path=error.filename) from error
    files = {
        SETTINGS_NAME: _SETTINGS.encode("utf-8"),
        "recipe.toml": _recipe(base=sample),
        EXAMPLES: _first_example(),
        "data/raw/.gitkeep": b"",
    }
    if sample:
        files[_SAMPLE] = shipped_base().read_bytes()
        recipe = folder / "recipe.toml"
        if recipe.is_file() and recipe.read_bytes() == _recipe(base=False):
            # As it was made: nobody has changed anything in it yet.
            write_atomic(recipe, [_recipe(base=True)])
            yield "recipe.toml (with the base data)"
    if any((folder / "data/custom").glob("*.jsonl")):
        # Somebody's examples are there; another file among them would only be in the way.
        del files[EXAMPLES]
    for name, data in files.items():
        if not os.path.lexists(folder / name):
            write_atomic(folder / name, [data])
            yield name
    if _ignore(folder / ".gitignore"):
        yield ".gitignore (lines for what is made or fetched)"


def _recipe(*, base: bool) -> bytes:
    return (_RECIPE + (_BASE if base else _NO_BASE)).encode("utf-8")


def _first_example() -> bytes:
    first = next(row.example for row in read_rows(shipped_examples()) if row.example is not None)
    return encode(first) + b"\n"


def _ignore(path: Path) -> bool:
    """Add the lines that are missing from a .gitignore; return whether there were any."""
    try:
        text = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise StoreError(f"Cannot be read: {error.strerror}.", path=path) from error
    there = {line.strip().decode("utf-8", "replace") for line in text.splitlines()}
    missing = [line for line in _IGNORED if line not in there]
    if missing:
        gap = b"" if not text or text.endswith(b"\n") else b"\n"
        write_atomic(path, [text, gap, "".join(f"{line}\n" for line in missing).encode()])
    return bool(missing)
