"""Data that was multiplied: the same rows several times over, meant as weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Multiplied:
    """How often the rows of a set come.

    Attributes:
        rows: How many rows there are.
        distinct: How many different ones.
        times: How many of the different ones come how often: ``((3, 64),)`` is 64 of them three
            times each.
    """

    rows: int
    distinct: int
    times: tuple[tuple[int, int], ...]

    @property
    def any(self) -> bool:
        """Whether a row comes more than once."""
        return self.rows > self.distinct

    @property
    def even(self) -> bool:
        """Whether all rows come equally often, and more than once: a set that was multiplied."""
        return self.any and len(self.times) == 1

    def __str__(self) -> str:
        rows = f"{self.rows:,} row{'s' if self.rows != 1 else ''}"
        if not self.any:
            return f"{rows}, all different"
        examples = f"{self.distinct:,} example{'s' if self.distinct != 1 else ''}"
        if self.even:
            return f"{rows} are {examples}, {self.times[0][0]} times each"
        more = sum(count for times, count in self.times if times > 1)
        most = max(times for times, _ in self.times)
        return f"{rows} are {examples}, {more:,} of them more than once, up to {most:,} times"


def multiplied(contents: Iterable[str]) -> Multiplied:
    """Count how often rows come.

    Args:
        contents: What tells rows apart, such as `Example.content_hash`.
    """
    counts = Counter(contents)
    times = Counter(counts.values())
    return Multiplied(counts.total(), len(counts), tuple(sorted(times.items())))
