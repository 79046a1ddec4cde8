"""What the title bar says of the open file."""

from __future__ import annotations

import time

from textual.content import Content

from curator.tui.text import join, plural

#: Fewer seconds than this need not be told.
_SOON = 5


class Progress:
    """How far the check of a whole file is, in the few words that the title bar has room for.

    Args:
        rows: How many rows are to be checked.
    """

    def __init__(self, rows: int) -> None:
        self._rows = max(rows, 1)
        self._checked = 0
        self._word, self._share = "checking", 0.0
        self._begun = time.monotonic()

    def checked(self, rows: int) -> None:
        """Take note of rows that were checked."""
        self._checked += rows
        self._share = min(self._checked / self._rows, 1.0)

    def compared(self, share: float) -> None:
        """Take note of how many of the rows, 0 to 1, were compared with all others by now."""
        if self._word != "comparing":
            self._word, self._begun = "comparing", time.monotonic()
        self._share = share

    def __str__(self) -> str:
        share = self._share
        left = (time.monotonic() - self._begun) * (1 - share) / share if share else 0.0
        words = f"{self._word} {share:.0%}"
        if left < _SOON:
            return words
        return f"{words}, {left:.0f} s left" if left < 120 else f"{words}, {left / 60:.0f} min left"


def file_status(
    rows: int,
    counts: tuple[int, int],
    state: Content,
    *,
    checking: str,
    runs: tuple[int, int] | None,
) -> Content:
    """Return how many examples there are and how they are, in one line.

    Args:
        rows: How many rows the file has.
        counts: How many errors and warnings.
        state: How the file stands to the one on disk.
        checking: How far the check of the file as a whole is; empty while there is none.
        runs: How many runs of code have ended, of how many; None while none is under way.
    """
    errors, warnings = counts
    running = "" if runs is None else f"running {runs[0]:,} of {runs[1]:,}"
    return join(
        [
            plural(rows, "example"),
            Content.styled(plural(errors, "error"), "$text-error" if errors else "$muted"),
            Content.styled(plural(warnings, "warning"), "$text-warning" if warnings else "$muted"),
            # Before what comes and goes: where there is too little room, the end is cut off.
            state,
            Content.styled(checking, "$muted"),
            Content.styled(running, "$muted"),
        ]
    )
