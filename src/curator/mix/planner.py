"""Working out exactly which rows train, and why the others do not.

The order is fixed: read → leave out exact duplicates → leave out base rows that are twins → apply
limits → split by cluster and role → repeat, in train only → order. De-duplicating after repeating
would undo the repeats; splitting after repeating would put one example on both sides.

Every random choice ranks rows by a hash of the seed and the row's content, so it depends neither
on the order of the sources nor on a machine's random generator.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from curator.errors import CancelledError
from curator.example import Example
from curator.mix.plan import Plan, PlannedRow, Removed, SourceCount
from curator.mix.recipe import (
    Recipe,
    SourceSpec,
    check_recipe,
    source_files,
    system_prompt_text,
)
from curator.neardup import find_twins, instruction_text
from curator.neardup.twins import clustered
from curator.store import read_rows

Progress = Callable[[str, int, int], None]


@dataclass
class _Reading:
    """The rows of all sources, as they are read."""

    rows: list[PlannedRow] = field(default_factory=list)
    sources: list[SourceCount] = field(default_factory=list)


def plan_mixture(
    recipe: Recipe,
    root: Path,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """Work out a mixture without writing anything.

    Args:
        recipe: What to mix.
        root: The folder that the recipe's paths are relative to.
        progress: Called with a stage's name, what is done and what there is in all.
        cancelled: Asked between blocks of work.

    Raises:
        ConfigError: The recipe does not hold together, or a source names no file.
        InputError: A file cannot be read at all.
        CancelledError: `cancelled` said so; half a search for twins is no plan.
    """
    check_recipe(recipe)
    prompt = system_prompt_text(recipe, root)
    reading = _Reading()
    for index, source in enumerate(recipe.source):
        for path in source_files(source, root):
            _read(reading, source, index, path, root)
            if progress:
                progress("read", len(reading.rows), len(reading.rows))
    removed: list[Removed] = []
    rows = _distinct(reading.rows, removed)
    curated = sum(row.role == "curated" for row in rows)

    def compared(done: int, total: int) -> None:
        if progress:
            progress("twins", done, total)

    rows, groups = _without_twins(rows, recipe, removed, compared, cancelled)
    if cancelled():
        raise CancelledError("The plan was not finished.")
    rows = _limited(rows, recipe, removed)
    train, valid, test = _split(rows, groups, recipe)
    return Plan(
        recipe=recipe,
        system_prompt=prompt,
        sources=tuple(reading.sources),
        train=_repeated(train, recipe),
        valid=tuple(valid),
        test=tuple(test),
        removed=tuple(removed),
        curated_distinct=curated,
    )


def _read(reading: _Reading, source: SourceSpec, index: int, path: Path, root: Path) -> None:
    name = _shown(path, root)
    seen: Counter[str] = Counter()
    rows = unreadable = first_unreadable = 0
    for row in read_rows(path):
        example = row.example
        if example is not None and _usable(example):
            rows += 1
            seen[example.content_hash] += 1
            reading.rows.append(PlannedRow(example, name, row.line, source.role, index))
        elif row.problem is None or row.problem.kind != "blank":
            unreadable += 1
            first_unreadable = first_unreadable or row.line
    reading.sources.append(
        SourceCount(
            path=name,
            role=source.role,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            rows=rows,
            unreadable=unreadable,
            first_unreadable=first_unreadable,
            exact_duplicates=rows - len(seen),
            evenly_multiplied=len(set(seen.values())) == 1,
            repeat=source.repeat,
        )
    )


def _usable(example: Example) -> bool:
    """Return whether the texts are there; an input of another type would train unseen by dedup."""
    given = isinstance(example.fields.get("input"), str | None)
    return given and bool(example.instruction.strip() and example.output.strip())


def _shown(path: Path, root: Path) -> str:
    """Return the path relative to the recipe, so that a manifest names no home folder."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _distinct(rows: Iterable[PlannedRow], removed: list[Removed]) -> list[PlannedRow]:
    """Keep one of each content: the curated one, else the earliest."""
    kept: dict[str, PlannedRow] = {}
    for row in sorted(rows, key=lambda row: row.role != "curated"):
        first = kept.setdefault(row.example.content_hash, row)
        if first is not row:
            removed.append(Removed(row, "exact duplicate", first, 100.0))
    return list(kept.values())


def _without_twins(
    rows: list[PlannedRow],
    recipe: Recipe,
    removed: list[Removed],
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[list[PlannedRow], dict[str, str]]:
    """Leave out base rows that are twins of a row that stays.

    Returns:
        The rows that stay, and for each curated row that has curated twins, by content hash, the
        content hash that names its cluster. Curated rows always stay.
    """
    texts = [instruction_text(row.example) for row in rows]
    report = find_twins(
        texts, threshold=recipe.dedup.threshold, progress=progress, cancelled=cancelled
    )
    twins: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for pair in report.pairs:
        twins[pair.b].append((pair.a, pair.score))
    gone: set[int] = set()
    for index, row in enumerate(rows):
        # Rows stand curated first, so an earlier twin is always the one to keep.
        earlier = [(other, score) for other, score in twins[index] if other not in gone]
        if row.role == "base" and earlier:
            other, score = max(earlier, key=lambda twin: twin[1])
            removed.append(Removed(row, "twin", rows[other], score))
            gone.add(index)
    left = [pair for pair in report.pairs if pair.a not in gone and pair.b not in gone]
    groups = {}
    for cluster in clustered(left):
        hashes = [rows[member].example.content_hash for member in cluster.members]
        # Named by what it holds and not by which row came first, so that order decides nothing.
        groups.update(dict.fromkeys(hashes, min(hashes)))
    return [row for index, row in enumerate(rows) if index not in gone], groups


def _limited(rows: list[PlannedRow], recipe: Recipe, removed: list[Removed]) -> list[PlannedRow]:
    kept: list[PlannedRow] = []
    for index, source in enumerate(recipe.source):
        own = [row for row in rows if row.source == index]
        if source.limit is None or len(own) <= source.limit:
            kept.extend(own)
            continue
        if source.sample == "random":
            own.sort(key=lambda row: _rank(recipe.seed, "sample", row.example.content_hash))
        removed.extend(Removed(row, "limit") for row in own[source.limit :])
        kept.extend(own[: source.limit])
    return kept


def _split(
    rows: list[PlannedRow], groups: dict[str, str], recipe: Recipe
) -> tuple[list[PlannedRow], list[PlannedRow], list[PlannedRow]]:
    """Hold rows out, whole clusters at a time, until the shares are reached."""
    clusters: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        own = row.example.content_hash
        clusters[groups.get(own, own)].append(row)
    protect = recipe.split.curated_in_valid == "none"
    train: list[PlannedRow] = []
    free: list[list[PlannedRow]] = []
    for _, members in sorted(
        clusters.items(), key=lambda item: _rank(recipe.seed, "split", item[0])
    ):
        if protect and any(row.role == "curated" for row in members):
            train.extend(members)
        else:
            free.append(members)
    wanted_valid = _count(recipe.split.valid, len(rows))
    wanted_test = _count(recipe.split.test, len(rows))
    valid: list[PlannedRow] = []
    test: list[PlannedRow] = []
    for number, members in enumerate(free, start=1):
        members.sort(key=lambda row: row.example.content_hash)
        if number == len(free):
            # Of what may be held out, something always trains.
            train.extend(members)
        elif len(valid) < wanted_valid:
            valid.extend(members)
        elif len(test) < wanted_test:
            test.extend(members)
        else:
            train.extend(members)
    return train, valid, test


def _count(share: float, rows: int) -> int:
    """Return how many rows a share of `rows` is: at least one if any is asked."""
    return max(1, round(share * rows)) if share > 0 else 0


def _repeated(rows: list[PlannedRow], recipe: Recipe) -> tuple[PlannedRow, ...]:
    copies = [
        replace(row, copy=number)
        for row in rows
        for number in range(1, recipe.source[row.source].repeat + 1)
    ]
    copies.sort(key=lambda row: _rank(recipe.seed, f"order {row.copy}", row.example.content_hash))
    return tuple(copies)


def _rank(seed: int, purpose: str, content_hash: str) -> str:
    """Return a key that shuffles by content: the same on any machine, whatever the order."""
    return hashlib.sha256(f"{seed}\n{purpose}\n{content_hash}".encode()).hexdigest()
