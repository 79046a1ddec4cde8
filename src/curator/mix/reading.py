"""The rows of all sources, each fit to train or left out with its reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from curator.errors import CancelledError
from curator.example import Example
from curator.mix.fetch.note import read_origin
from curator.mix.gate import Gatekeeper
from curator.mix.plan import PlannedRow, Removed, SourceCount
from curator.mix.recipe import Recipe, SourceSpec, source_files
from curator.store import Row, read_rows
from curator.terminal import one_line

_EVERY = 256
_NOTHING = Example({})


@dataclass
class Reading:
    """The rows of all sources, as they are read.

    Attributes:
        rows: Those that may train, redacted.
        sources: What became of each file.
        removed: Those that may not.
    """

    rows: list[PlannedRow] = field(default_factory=list)
    sources: list[SourceCount] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)


def read_sources(
    recipe: Recipe,
    root: Path,
    gate: Gatekeeper,
    *,
    progress: Callable[[int], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Reading:
    """Read every source, ask lint, and redact.

    Args:
        recipe: What to mix.
        root: The folder that the recipe's paths are relative to.
        gate: Judges and redacts.
        progress: Called with the rows read so far, now and then.
        cancelled: Asked now and then.

    Raises:
        ConfigError: A source names no file.
        InputError: A file cannot be read at all.
        CancelledError: `cancelled` said so.
    """
    reading = Reading()
    names: dict[str, Path] = {}
    for index, source in enumerate(recipe.source):
        for path in source_files(source, root):
            name = _named(path, root, names)
            before = len(reading.rows)
            gate.begin(path, source.role)
            bad: list[int] = []
            seen: Counter[str] = Counter()
            for planned, read, problem in _planned(path, name, index, source):
                if problem:
                    reading.removed.append(Removed(planned, "unreadable", evidence=problem))
                    bad.append(planned.line)
                    continue
                seen[planned.example.content_hash] += 1
                if unfit := gate.judge(planned, read):
                    reading.removed.append(Removed(planned, "lint", evidence=unfit))
                    continue
                reading.rows.append(replace(planned, example=gate.redact(planned)))
                if len(reading.rows) % _EVERY == 0:
                    progress(len(reading.rows))
                    if cancelled():
                        raise CancelledError("The plan was not finished.")
            reading.sources.append(_count(path, name, index, source, seen, bad))
            if len(reading.rows) > before:
                progress(len(reading.rows))
    return reading


def _planned(
    path: Path, name: str, index: int, source: SourceSpec
) -> Iterator[tuple[PlannedRow, Row, str]]:
    """Yield each row that is not blank, and why it cannot train where it cannot."""
    for row in read_rows(path):
        if row.example is None:
            if row.problem is not None and row.problem.kind == "blank":
                continue
            said = row.problem.message if row.problem else ""
            planned = PlannedRow(_NOTHING, name, row.line, source.role, index)
            yield planned, row, one_line(said, 200) or "It cannot be read."
        else:
            planned = PlannedRow(row.example, name, row.line, source.role, index)
            yield planned, row, _unusable(row.example)


def _unusable(example: Example) -> str:
    """Return what an example lacks; an input of another type would train unseen by dedup."""
    for key, text in (("instruction", example.instruction), ("output", example.output)):
        if not text.strip():
            return f"It has no {key}."
    if not isinstance(example.fields.get("input"), str | None):
        return "Its input is no text."
    return ""


def _count(
    path: Path, name: str, index: int, source: SourceSpec, seen: Counter[str], bad: list[int]
) -> SourceCount:
    from curator.neardup import multiplied

    how_often = multiplied(seen.elements())
    note = read_origin(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return SourceCount(
        path=name,
        role=source.role,
        sha256=sha256,
        rows=how_often.rows,
        unreadable=len(bad),
        first_unreadable=bad[0] if bad else 0,
        exact_duplicates=how_often.rows - how_often.distinct,
        evenly_multiplied=how_often.even,
        repeat=source.repeat,
        multiplied=str(how_often) if how_often.any else "",
        source=index,
        origin=note.origin + (f"@{note.revision}" if note.revision else "") if note else "",
        licence=note.licence if note else "",
    )


def _named(path: Path, root: Path, names: dict[str, Path]) -> str:
    """Return what a file is called in a plan, which is another name for every file."""
    real = path.resolve()
    name = shown(path, root)
    for parent in real.parents:
        if names.setdefault(name, real) == real:
            break
        name = f"{parent.name}/{name}"
    return name


def shown(path: Path, root: Path) -> str:
    """Return the path relative to the recipe, so that a manifest names no home folder."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        pass
    try:
        # Outside, as the recipe itself reaches it.
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.name
