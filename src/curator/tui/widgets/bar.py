"""Shares as a bar: what a whole is made of, at a glance and with its figures."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

#: Eighths of a cell, so that a small share is still a sliver and not nothing.
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def share_bar(share: float, width: int, *, style: str = "$text-primary") -> Content:
    """Return a bar of `width` cells of which `share` is filled.

    Args:
        share: 0 to 1.
        width: In cells, at least 1.
        style: Of the filled part; the rest is shaded, so that colour is not the only sign.
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    if share < 1:
        eighths = min(eighths, width * 8 - 1)
    full, part = divmod(eighths, 8)
    filled = "█" * full + (_EIGHTHS[part] if part else "")
    return Content.assemble((filled, style), ("░" * (width - len(filled)), "$foreground-muted"))


def progress_bar(done: int, total: int, width: int) -> Content:
    """Return a thin bar of how much of `total` is done."""
    filled = round(width * min(done, total) / total) if total else 0
    return Content.assemble(
        ("━" * filled, "$text-primary"), ("─" * (width - filled), "$foreground-muted")
    )


def figures(parts: Sequence[tuple[str, str]], separator: str = "   ") -> Content:
    """Return numbers with their words: the number bold, the word muted.

    Args:
        parts: Number and word of each; an empty number leaves the pair out.
        separator: What stands between two pairs.
    """
    return Content(separator).join(figure(number, word) for number, word in parts if number)


def flow(parts: Sequence[Content], width: int, separator: str = "   ") -> Content:
    """Return `parts` side by side, on as many lines of `width` cells as they need."""
    lines: list[list[Content]] = [[]]
    used = 0
    for part in parts:
        size = part.cell_length + (len(separator) if lines[-1] else 0)
        if lines[-1] and used + size > width:
            lines.append([])
            used, size = 0, part.cell_length
        lines[-1].append(part)
        used += size
    return Content("\n").join(Content(separator).join(line) for line in lines)


def figure(number: str, word: str) -> Content:
    """Return a number with its word: the number bold, the word muted."""
    return Content.assemble((number, "bold"), (f" {word}" if word else "", "$foreground-muted"))
