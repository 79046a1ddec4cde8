"""The stages that compare rows: exact duplicates, twins, and prompts of suites."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curator.mix.plan import PlannedRow, Removed, Suspect
from curator.mix.recipe import DedupSpec

if TYPE_CHECKING:
    from curator.neardup import TwinReport

#: Characters of a cluster's name.
_NAME = 12


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A prompt of a suite, which no training row may resemble.

    Attributes:
        suite: The suite's name.
        prompt: The prompt's id.
        text: What it asks, with its input.
    """

    suite: str
    prompt: str
    text: str


def without_copies(rows: Iterable[PlannedRow], removed: list[Removed]) -> list[PlannedRow]:
    """Keep one of each content: the curated one, else the earliest."""
    kept: dict[str, PlannedRow] = {}
    for row in sorted(rows, key=lambda row: row.role != "curated"):
        first = kept.setdefault(row.example.content_hash, row)
        if first is not row:
            said = "Instruction, input and output are the same, character by character."
            removed.append(Removed(row, "exact duplicate", first, 100.0, said))
    return list(kept.values())


def without_twins(
    rows: list[PlannedRow],
    dedup: DedupSpec,
    removed: list[Removed],
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> tuple[list[PlannedRow], bool]:
    """Leave out base rows that are twins of a row that stays.

    Curated rows always stay, and so does the earliest of several base rows.

    Args:
        rows: Rows of different content, curated ones first.
        dedup: What a twin is.
        removed: Takes in those that leave.
        progress: Called with the rows done and the rows in all.
        cancelled: Asked between blocks of work.

    Returns:
        The rows that stay, those with twins among them with the name of their cluster, and whether
        the search was complete.
    """
    # Imported here: comparing needs numpy, and reading a recipe does not.
    from curator.neardup import Standing, find_example_twins, leaving

    report = find_example_twins(
        [row.example for row in rows],
        on=dedup.on,
        threshold=dedup.threshold,
        # Two rows with the same words are often one question about two inputs, and both teach.
        scorers=("ratio",),
        progress=progress,
        cancelled=cancelled,
    )
    gone: set[int] = set()
    standing = [Standing(row.role == "curated", protected=row.role == "curated") for row in rows]
    for one in leaving(report, standing):
        by = "the answer's code" if one.scorer == "code" else "what is asked"
        said = f"{one.score:.0f} of 100 by {by}, at a threshold of {dedup.threshold:g}."
        removed.append(Removed(rows[one.row], "twin", rows[one.kept], one.score, said))
        gone.add(one.row)
    named = _clusters(report, rows, gone)
    left = [
        replace(row, cluster=named[index]) if index in named else row
        for index, row in enumerate(rows)
        if index not in gone
    ]
    return left, report.complete


def _clusters(report: TwinReport, rows: list[PlannedRow], gone: set[int]) -> dict[int, str]:
    """Return for each row that stays and has twins that stay the name of its cluster.

    It is named by what it holds and not by which row came first, so that order decides nothing.
    """
    import numpy as np

    from curator.neardup.report import components

    sizes = report.left.sizes
    number_of = np.repeat(np.arange(len(sizes)), sizes)
    stays = np.array([row not in gone for row in report.left.rows.tolist()], np.bool_)
    present = np.zeros(len(sizes), np.bool_)
    present[number_of[stays]] = True
    both = present[report.links.one] & present[report.links.other]
    label = components(len(sizes), report.links.one[both], report.links.other[both])
    members: dict[int, list[int]] = defaultdict(list)
    for row, number in zip(
        report.left.rows[stays].tolist(), number_of[stays].tolist(), strict=True
    ):
        members[int(label[number])].append(row)
    named: dict[int, str] = {}
    for cluster in members.values():
        if len(cluster) > 1:
            least = min(rows[row].example.content_hash for row in cluster)
            named.update(dict.fromkeys(cluster, least[:_NAME]))
    return named


def without_suites(
    rows: list[PlannedRow],
    held_out: Sequence[HeldOut],
    threshold: float,
    removed: list[Removed],
) -> tuple[list[PlannedRow], list[Suspect]]:
    """Leave out base rows that resemble a prompt of a suite; curated ones stay and are named.

    Args:
        rows: The rows.
        held_out: The prompts.
        threshold: The least RapidFuzz score, 0 to 100, on normalised texts.
        removed: Takes in those that leave.

    Returns:
        The rows that stay, and the curated ones that resemble a prompt.
    """
    if not held_out or not rows:
        return rows, []
    from curator.neardup import find_twins, instruction_text, normalise

    report = find_twins(
        [instruction_text(row.example) for row in rows],
        [normalise(one.text) for one in held_out],
        threshold=threshold,
    )
    likest: dict[int, tuple[float, HeldOut]] = {}
    suspects: list[Suspect] = []
    for pair in report.pairs:
        prompt = held_out[pair.b]
        row = rows[pair.a]
        if row.role == "curated":
            suspects.append(Suspect(row, prompt.suite, prompt.prompt, pair.score))
        elif pair.a not in likest or pair.score > likest[pair.a][0]:
            likest[pair.a] = (pair.score, prompt)
    for index, (score, prompt) in sorted(likest.items()):
        said = f"{score:.0f} of 100 like the prompt {prompt.prompt!r} of the suite {prompt.suite}."
        removed.append(Removed(rows[index], "contamination", None, score, said))
    return [row for index, row in enumerate(rows) if index not in likest], suspects


def suite_hashes(held_out: Sequence[HeldOut]) -> tuple[tuple[str, str], ...]:
    """Return each suite's name and the SHA-256 of its prompts, by name."""
    texts: dict[str, list[str]] = defaultdict(list)
    for one in held_out:
        texts[one.suite].append(f"{one.prompt}\n{one.text}")
    return tuple(
        (name, hashlib.sha256("\0".join(sorted(of)).encode("utf-8", "replace")).hexdigest())
        for name, of in sorted(texts.items())
    )
