"""The one door to `curator.neardup`: what rules about sets need to know of likeness."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from curator.neardup.text import instruction_text, normalise

__all__ = ["Like", "instruction_text", "normalise", "twins_among", "twins_between"]


#: Up to so many texts a plain loop is done before NumPy, which a larger search needs, is imported.
FEW = 48


class Like(NamedTuple):
    """Two texts that are alike: their places and the score, 0 to 100."""

    a: int
    b: int
    score: float


def twins_among(texts: Sequence[str], threshold: float) -> list[Like]:
    """Return the pairs of `texts` that are twins, each once with ``a < b``."""
    if len(texts) <= FEW:
        return _among_few(texts, threshold)
    from curator.neardup import find_twins

    report = find_twins(texts, threshold=threshold)
    return [Like(pair.a, pair.b, pair.score) for pair in report.pairs]


def _among_few(texts: Sequence[str], threshold: float) -> list[Like]:
    from rapidfuzz.fuzz import ratio

    scored = (
        Like(a, b, ratio(texts[a], texts[b]))
        for a, b in combinations(range(len(texts)), 2)
        if texts[a] and texts[b]
    )
    return [like for like in scored if like.score >= threshold]


def twins_between(texts: Sequence[str], others: Sequence[str], threshold: float) -> list[Like]:
    """Return the pairs of a text and one of `others` that are twins."""
    from curator.neardup import find_twins

    report = find_twins(texts, others, threshold=threshold)
    return [Like(pair.a, pair.b, pair.score) for pair in report.pairs]
