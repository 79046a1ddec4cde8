"""Which of some twins stays: a rule, and the reason that goes with every row that leaves.

Curated before base, then cleaner lint, then longer, then earlier. A row leaves only if a row that
stays is its own twin, so the end of a long chain of twins is not taken for one of its beginning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from curator.neardup.report import SCORERS, TwinReport


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule looks at in a row.

    Attributes:
        curated: Whether it is a curated row.
        lint: How much lint finds in it; any number that is lower for cleaner rows.
        length: How long its texts are, in characters.
        protected: Whether it must stay whatever the rule says.
    """

    curated: bool = False
    lint: float = 0
    length: int = 0
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """A row that is proposed for removal.

    Attributes:
        row: Its index in the rows searched.
        kept: Index of the twin that stays: in the same rows, or in those searched against.
        score: How alike the two are, 0 to 100.
        scorer: Which score that is.
        reason: Why the other one stays.
    """

    row: int
    kept: int
    score: float
    scorer: str
    reason: str


def leaving(report: TwinReport, rows: Sequence[Standing] = ()) -> tuple[Leaving, ...]:
    """Return the rows that should leave so that no two of those that stay are twins.

    Rows searched against are protected: of a search between two sets, only rows of the first
    leave. Two protected rows both stay.

    Args:
        report: What a search found.
        rows: What to judge each row searched by; without any, the earliest stays.

    Returns:
        The rows by index, each with its likest twin among those that stay.
    """
    if report.right is not None:
        return _crossing(report)
    standing = rows or [Standing()] * report.rows
    heads: dict[int, int] = {}
    links: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
    for one, other, score, scorer in zip(
        report.links.one.tolist(),
        report.links.other.tolist(),
        report.links.score.tolist(),
        report.links.scorer.tolist(),
        strict=True,
    ):
        links[one].append((other, score, scorer))
        links[other].append((one, score, scorer))
    repeated = {number for number, size in enumerate(report.left.sizes.tolist()) if size > 1}
    members = {n: report.left.of(n).tolist() for n in sorted(links.keys() | repeated)}
    for number, of in members.items():
        heads[number] = min(of, key=lambda row: _order(standing[row], row))
    found: list[Leaving] = []
    staying: set[int] = set()
    for number in sorted(heads, key=lambda n: _order(standing[heads[n]], heads[n])):
        twins = [twin for twin in links.get(number, ()) if twin[0] in staying]
        if not twins:
            staying.add(number)
            kept, score, scorer = heads[number], 100.0, 0
        else:
            twin, score, scorer = max(twins, key=lambda twin: (twin[1], -heads[twin[0]]))
            kept = heads[twin]
        for row in members[number]:
            if standing[row].protected:
                staying.add(number)
            elif row != kept:
                reason = _reason(standing[kept], standing[row])
                found.append(Leaving(row, kept, score, SCORERS[scorer], reason))
    return tuple(sorted(found, key=lambda one: one.row))


def _crossing(report: TwinReport) -> tuple[Leaving, ...]:
    likest: dict[int, Leaving] = {}
    one, other, scores, scorers = report.arrays()
    for row, kept, score, scorer in zip(
        one.tolist(), other.tolist(), scores.tolist(), scorers.tolist(), strict=True
    ):
        if row not in likest or score > likest[row].score:
            likest[row] = Leaving(row, kept, score, SCORERS[scorer], "the other side is protected")
    return tuple(likest[row] for row in sorted(likest))


def _order(standing: Standing, row: int) -> tuple[bool, bool, float, int, int]:
    return (
        not standing.protected,
        not standing.curated,
        standing.lint,
        -standing.length,
        row,
    )


def _reason(kept: Standing, left: Standing) -> str:
    """Return the first part of the rule that tells two rows apart."""
    if kept.protected and not left.protected:
        return "the other one is protected"
    if kept.curated != left.curated:
        return "curated before base"
    if kept.lint != left.lint:
        return "cleaner lint"
    return "longer" if kept.length != left.length else "earlier"
