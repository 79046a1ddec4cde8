"""The one door to `curator.neardup`: what rules about sets need to know of likeness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from curator.neardup.text import instruction_text, normalise

__all__ = ["Like", "instruction_text", "normalise", "twins_among", "twins_between"]


class Like(NamedTuple):
    """Two texts that are alike: their places and the score, 0 to 100."""

    a: int
    b: int
    score: float


def twins_among(texts: Sequence[str], threshold: float) -> list[Like]:
    """Return the pairs of `texts` that are twins, each once with ``a < b``."""
    # Comparing brings NumPy along, which costs more than linting a dozen rows.
    from curator.neardup import find_twins

    report = find_twins(texts, threshold=threshold)
    return [Like(pair.a, pair.b, pair.score) for pair in report.pairs]


def twins_between(texts: Sequence[str], others: Sequence[str], threshold: float) -> list[Like]:
    """Return the pairs of a text and one of `others` that are twins."""
    from curator.neardup import find_twins

    report = find_twins(texts, others, threshold=threshold)
    return [Like(pair.a, pair.b, pair.score) for pair in report.pairs]
