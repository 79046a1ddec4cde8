"""The version that is published already, read from the ``run_meta.json`` beside it.

What stands in a repository is untrusted: it is read into typed values, and what does not fit is as
if it were not there.
"""

from __future__ import annotations

import msgspec

from curator.evaluate import Rate
from curator.terminal import one_line


class PreviousRate(msgspec.Struct, frozen=True):
    """How many of how many."""

    passed: int
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def rate(self) -> Rate | None:
        """The rate with its interval; None where the numbers are no proportion."""
        if not 0 <= self.passed <= self.n:
            return None
        if self.low is None or self.high is None or not 0 <= self.low <= self.high <= 1:
            return Rate(self.passed, self.n)
        return Rate(self.passed, self.n, (self.low, self.high))


class PreviousSide(msgspec.Struct, frozen=True):
    """How one model did."""

    all: PreviousRate


class PreviousEvaluation(msgspec.Struct, frozen=True):
    """An evaluation of the earlier adapter."""

    suite: str
    n: int
    adapter: PreviousSide
    suite_sha256: str = ""


class Previous(msgspec.Struct, frozen=True):
    """An earlier version.

    Attributes:
        run: Its run's id.
        sha256: Of its adapter's weights.
        version: Its tag; empty where it has none.
        evaluations: What was measured of it.
    """

    run: str
    sha256: str
    version: str = ""
    evaluations: tuple[PreviousEvaluation, ...] = ()


class _Adapter(msgspec.Struct, frozen=True):
    sha256: str


class _Meta(msgspec.Struct, frozen=True):
    run: str
    adapter: _Adapter
    evaluations: tuple[PreviousEvaluation, ...] = ()
    previous: Previous | None = None


def previous_of(meta: bytes, sha256: str, version: str) -> Previous | None:
    """Return the version to compare a new adapter with.

    Where the same adapter is published already, that is the one which it was compared with then:
    publishing a thing twice gives the same files twice.

    Args:
        meta: The ``run_meta.json`` that stands in the repository.
        sha256: Of the new adapter's weights.
        version: The tag of what stands there; empty where it has none.
    """
    try:
        found = msgspec.json.decode(meta, type=_Meta)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if found.adapter.sha256 == sha256:
        return found.previous
    return Previous(
        run=one_line(found.run, 120),
        sha256=one_line(found.adapter.sha256, 64),
        version=one_line(version, 60),
        evaluations=found.evaluations[:20],
    )
