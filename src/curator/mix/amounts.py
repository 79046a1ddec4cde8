"""The last stages of a plan: how many rows of each source, on which side, and how often.

Every random choice ranks rows by a hash of the seed and the row's content, so it depends neither on
the order of the sources nor on a machine's random generator.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from curator.mix.plan import PlannedRow, Removed
from curator.mix.recipe import Recipe


def limited(rows: list[PlannedRow], recipe: Recipe, removed: list[Removed]) -> list[PlannedRow]:
    """Keep no more of a source than its limit."""
    kept: list[PlannedRow] = []
    of: dict[int, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        of[row.source].append(row)
    for index, source in enumerate(recipe.source):
        own = of[index]
        if source.limit is None or len(own) <= source.limit:
            kept.extend(own)
            continue
        if source.sample == "random":
            own.sort(key=lambda row: rank(recipe.seed, "sample", row.example.content_hash))
        which = "first" if source.sample == "head" else "chosen by the seed"
        said = f"{source.limit:,} of {len(own):,} rows of this source are used, {which}."
        removed.extend(Removed(row, "limit", evidence=said) for row in own[source.limit :])
        kept.extend(own[: source.limit])
    return kept


def split_rows(
    rows: Sequence[PlannedRow], recipe: Recipe
) -> tuple[list[PlannedRow], list[PlannedRow], list[PlannedRow]]:
    """Hold rows out, whole clusters at a time, until the shares are reached.

    Returns:
        What trains, what validates and what tests.
    """
    clusters: dict[str, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        clusters[row.cluster or row.example.content_hash].append(row)
    protect = recipe.split.curated_in_valid == "none"
    train: list[PlannedRow] = []
    free: list[list[PlannedRow]] = []
    for _, members in sorted(
        clusters.items(), key=lambda item: rank(recipe.seed, "split", item[0])
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


def repeats(rows: Sequence[PlannedRow], recipe: Recipe) -> tuple[int, ...]:
    """Return the copies of each source, so that those with a share come nearest to it.

    With r rows from sources without a share and shares that sum to s, all training rows come to
    r / (1 - s); a source of n rows and share x then wants x·r / (1 - s) / n copies of each.

    Args:
        rows: What trains, each once.
        recipe: What is asked for.
    """
    different = Counter(row.source for row in rows)
    shares = math.fsum(source.share or 0.0 for source in recipe.source)
    fixed = sum(
        different[index] * source.repeat
        for index, source in enumerate(recipe.source)
        if source.share is None
    )
    whole = fixed / (1 - shares)
    return tuple(
        source.repeat
        if source.share is None
        else max(1, round(source.share * whole / max(1, different[index])))
        for index, source in enumerate(recipe.source)
    )


def repeated(
    rows: Sequence[PlannedRow], copies: Sequence[int], recipe: Recipe
) -> tuple[PlannedRow, ...]:
    """Return every row as often as its source says, in the order that is written."""
    every = [
        replace(row, copy=number) for row in rows for number in range(1, copies[row.source] + 1)
    ]
    every.sort(key=lambda row: rank(recipe.seed, f"order {row.copy}", row.example.content_hash))
    return tuple(every)


def rank(seed: int, purpose: str, content_hash: str) -> str:
    """Return a key that shuffles by content: the same on any machine, whatever the order."""
    return hashlib.sha256(f"{seed}\n{purpose}\n{content_hash}".encode()).hexdigest()
