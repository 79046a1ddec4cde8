"""The twins of one text among many: what an author sees while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text like the one asked for.

    Attributes:
        index: Its place among the texts searched.
        score: How alike they are, 0 to 100, not rounded.
        scorer: Which score that is: ``ratio`` (RapidFuzz ``fuzz.ratio``) or ``words``.
    """

    index: int
    score: float
    scorer: str = "ratio"


def nearest(
    text: str,
    texts: Sequence[str | None],
    *,
    threshold: float,
    limit: int | None = 10,
    skip: int | None = None,
) -> tuple[Neighbour, ...]:
    """Return the texts at least as like `text` as `threshold`, likest first.

    Args:
        text: A normalised text (see `curator.neardup.text`).
        texts: The normalised texts to search; None is passed over.
        threshold: The least score, 0 to 100.
        limit: The most to return; None for all.
        skip: The place of `text` itself among `texts`.
    """
    from rapidfuzz import fuzz, process

    if not text:
        return ()
    # One more than asked for, in case `skip` is among them; empty texts, which have no twins, are
    # passed over as None is.
    found = process.extract(
        text,
        [one or None for one in texts],
        scorer=fuzz.ratio,
        score_cutoff=threshold,
        limit=None if limit is None else limit + 1,
    )
    neighbours = (Neighbour(index, score) for _, score, index in found if score >= threshold)
    return tuple(one for one in neighbours if one.index != skip)[:limit]
