"""What the title bar says of the open file."""

from __future__ import annotations

from textual.content import Content

from curator.tui.text import join, plural


def file_status(
    rows: int,
    counts: tuple[int, int],
    state: Content,
    *,
    checking: bool,
    runs: tuple[int, int] | None,
) -> Content:
    """Return how many examples there are and how they are, in one line.

    Args:
        rows: How many rows the file has.
        counts: How many errors and warnings.
        state: How the file stands to the one on disk.
        checking: Whether the file is being checked as a whole.
        runs: How many runs of code have ended, of how many; None while none is under way.
    """
    errors, warnings = counts
    running = "" if runs is None else f"running {runs[0]:,} of {runs[1]:,}"
    return join(
        [
            plural(rows, "example"),
            Content.styled(plural(errors, "error"), "$text-error" if errors else "$muted"),
            Content.styled(plural(warnings, "warning"), "$text-warning" if warnings else "$muted"),
            Content.styled("checking…" if checking else "", "$muted"),
            Content.styled(running, "$muted"),
            state,
        ]
    )
