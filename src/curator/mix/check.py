"""What a check is: a code, a verdict, its evidence and a remedy; and the names of a plan's checks.

Preflight concludes in the same form, so that both stand in one list.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from curator.errors import ConfigError
from curator.terminal import one_line

_PLACES = 10


class Verdict(StrEnum):
    """What a check concludes."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """One conclusion about a plan or a mixture.

    Attributes:
        code: Its name on the command line, for ``--allow``.
        verdict: Whether it stands in the way.
        message: What was found, with figures.
        remedy: What to do about it; empty where all is well.
        evidence: The rows or texts that show it, the first few; untrusted text.
        source: Where the advice comes from, where it is advice.
    """

    code: str
    verdict: Verdict
    message: str
    remedy: str = ""
    evidence: tuple[str, ...] = ()
    source: str = ""


#: Every check of a plan.
PLAN_CHECKS = (
    "curated-train",
    "share",
    "share-asked",
    "multiplied",
    "unreadable",
    "lint",
    "redacted",
    "contamination",
    "twins",
    "validation",
    "tokens",
    "exposures",
)


def check_names(
    names: Sequence[str], known: Sequence[str] = PLAN_CHECKS, *, what: str = "check"
) -> None:
    """Check the names of checks that a person allows.

    Args:
        names: What was named.
        known: What there is.
        what: What one of them is called: ``check``, or ``gate`` of a publication.

    Raises:
        ConfigError: One is none of them; the nearest is suggested.
    """
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            all_of_them = f"{what.capitalize()}s: {', '.join(known)}."
            raise ConfigError(
                f"There is no {what} {one_line(name, 60)!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else all_of_them,
            )


def first_few(places: Sequence[str]) -> tuple[str, ...]:
    """Return the first places as evidence, and how many more there are."""
    more = len(places) - _PLACES
    return (*places[:_PLACES], *([f"and {more:,} more"] if more > 0 else []))
