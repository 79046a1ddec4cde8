"""A rate and how sure it is, drawn so that two intervals can be compared by looking."""

from __future__ import annotations

from textual.content import Content

from curator.evaluate import Rate

PERCENT_WIDTH = 4
INTERVAL_WIDTH = 6


def percent(rate: Rate) -> Content:
    """Return the rate in per cent, bold."""
    return Content.styled(f"{rate.rate:.0%}", "bold")


def interval(rate: Rate) -> Content:
    """Return the 95% Wilson interval in per cent: ``23–88``."""
    low, high = rate.interval
    return Content.styled(f"{low * 100:.0f}–{high * 100:.0f}", "$foreground-muted")


def interval_bar(rate: Rate, width: int, *, style: str = "$text-primary") -> Content:
    """Return a line from 0 to 100% with the interval as a heavy stretch and the rate as a dot.

    Args:
        rate: The rate.
        width: In cells, at least 3.
        style: Of the stretch and the dot.
    """
    low, high = rate.interval
    last = width - 1
    start, end, dot = (round(value * last) for value in (low, high, rate.rate))
    return Content.assemble(
        ("┈" * start, "$foreground-muted"),
        ("━" * (dot - start), style),
        ("●", style),
        ("━" * (end - dot), style),
        ("┈" * (last - end), "$foreground-muted"),
    )


def difference(base: Rate, tuned: Rate) -> Content:
    """Return how many points the second rate is above the first: ``+35``."""
    points = round((tuned.rate - base.rate) * 100)
    style = "$text-success" if points > 0 else "$text-error" if points < 0 else "$foreground-muted"
    return Content.styled(f"{points:+d}".replace("-", "−") if points else "0", f"bold {style}")


def apart(base: Rate, tuned: Rate) -> bool:
    """Return whether the two intervals do not touch."""
    (base_low, base_high), (tuned_low, tuned_high) = base.interval, tuned.interval
    return tuned_low > base_high or tuned_high < base_low
