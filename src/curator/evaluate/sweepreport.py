"""A sweep as sheets and as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from curator.evaluate.sheets import EVERYTHING, Sheet, comparison_sheets, rate_cell
from curator.evaluate.side import ALL
from curator.evaluate.statistics import Rate
from curator.evaluate.sweep import Sweep
from curator.evaluate.sweepplan import PlannedPoint, SweepPlan
from curator.terminal import one_line

# Beyond this part of the budget a point has not learned as much as the others.
_NEAR = 0.05
_HEAD = ("point", "rows", "examples", "of rows", "of tokens", "exposures", "iterations", "tokens")


def plan_sheet(plan: SweepPlan) -> Sheet:
    """Return what each point of a sweep would train on."""
    return Sheet(
        title=f"{len(plan.points)} points of {plan.budget:,} tokens to learn",
        head=_HEAD,
        rows=tuple(_cells(point, point.tokens) for point in plan.points),
        warnings=tuple(_unequal([(one, one.tokens) for one in plan.points], plan.budget)),
        notes=_WORDS,
    )


def sweep_sheets(sweep: Sweep) -> tuple[Sheet, ...]:
    """Return a sweep's points with their rates, each check, and every pair of points."""
    comparison = sweep.comparison
    loose = comparison.loose
    rows = []
    for one in sweep.points:
        rate = comparison.sides[one.planned.name].rate(ALL, loose=loose)
        rows.append((*_cells(one.planned, one.trained_tokens), rate_cell(rate)))
    base = comparison.sides.get("base")
    if base is not None:
        blank = ("",) * (len(_HEAD) - 1)
        rows.insert(0, ("base", *blank, rate_cell(base.rate(ALL, loose=loose))))
    points = Sheet(
        title=f"{len(sweep.points)} points of {sweep.budget:,} learned tokens",
        head=(*_HEAD, EVERYTHING),
        rows=tuple(rows),
        warnings=tuple(
            _unequal([(one.planned, one.trained_tokens) for one in sweep.points], sweep.budget)
        ),
        notes=(*_WORDS, *conclusions(sweep)),
    )
    return (points, *comparison_sheets(comparison))


def conclusions(sweep: Sweep) -> tuple[str, ...]:
    """Return what the sweep shows and what it does not, in sentences."""
    comparison = sweep.comparison
    best = sweep.best
    side = comparison.sides[best]
    rate = side.rate(ALL, loose=comparison.loose)
    if not rate.passed:
        return ("No answer of any point passes everything, so the points cannot be told apart.",)
    shown: list[str] = []
    open_: list[str] = []
    for pair in comparison.pairs:
        if best not in (pair.first, pair.second):
            continue
        other = pair.second if pair.first == best else pair.first
        (shown if pair.all.shown else open_).append(other)
    said = [f"Highest: {one_line(best, 60)}."]
    if shown:
        said.append(f"Shown to be lower: {_listed(shown)}.")
    if open_:
        said.append(f"Not shown to be lower: {_listed(open_)}.")
    if any(key == "seed" for key, _ in sweep.points[0].planned.point.settings):
        return (" ".join(said),)
    # The tests are over prompts; how much another order of the same rows changes is not in them.
    return (" ".join(said), _ONCE)


def sweep_svg(sweep: Sweep) -> str:
    """Return the rates of a sweep's points with their intervals as an SVG picture.

    The thick line is the share of answers that pass everything, with 95% intervals; thin lines are
    single checks; the dashed line is the base.
    """
    comparison = sweep.comparison
    loose = comparison.loose
    names = [one.planned.name for one in sweep.points]
    places = [
        _LEFT + (number + 0.5) * (_WIDTH - _LEFT - _RIGHT) / len(names)
        for number in range(len(names))
    ]
    parts = [_frame(comparison.suite, comparison.n)]
    for name, place, one in zip(names, places, sweep.points, strict=True):
        parts.append(_text(place, _HEIGHT - _BOTTOM + 20, one_line(name, 24), "middle"))
        shown = f"{one.planned.exposures:.3g} exposures"
        parts.append(_text(place, _HEIGHT - _BOTTOM + 38, shown, "middle", "#777777"))
    legend = 0
    for number, check in enumerate(comparison.checks):
        colour = _COLOURS[number % len(_COLOURS)]
        rates = [comparison.sides[name].rate(check.name, loose=loose) for name in names]
        again = number >= len(_COLOURS)
        parts.append(_line(places, rates, colour, 1.2, dashed=again))
        parts.append(_legend(legend, check.title.lstrip("# ") + " (dashed)" * again, colour))
        legend += 1
    rates = [comparison.sides[name].rate(ALL, loose=loose) for name in names]
    for place, rate in zip(places, rates, strict=True):
        low, high = rate.interval
        parts.append(_stroke([(place, _y(low)), (place, _y(high))], "#000000", 1.5))
        parts.append(f'<circle cx="{place:.1f}" cy="{_y(rate.rate):.1f}" r="4"/>')
    parts.append(_line(places, rates, "#000000", 2.6))
    parts.append(_legend(legend, f"{EVERYTHING}, 95% interval", "#000000"))
    if "base" in comparison.sides:
        base = comparison.sides["base"].rate(ALL, loose=loose).rate
        ends = [(_LEFT, _y(base)), (_WIDTH - _RIGHT, _y(base))]
        parts.append(_stroke(ends, "#777777", 1.5, dashed=True))
        parts.append(_legend(legend + 1, f"base, {EVERYTHING}", "#777777"))
    return "\n".join([*parts, "</svg>", ""])


_ONCE = (
    "Each point was trained once, with one seed, so this is about these adapters: another seed may"
    " rank them otherwise. --vary seed=1,2,3 beside the rest says whether it does."
)
_WORDS = (
    "Exposures: how often one example is shown, on average. Of rows, of tokens: the curated share.",
)


def _cells(point: PlannedPoint, tokens: int) -> tuple[str, ...]:
    plan = point.plan
    share = f"{plan.tokens.curated_share:.1%}" if plan.tokens else "–"
    return (
        one_line(point.name, 40),
        f"{len(plan.train):,}",
        f"{plan.curated_training:,} × {point.copies}" if plan.curated_training else "none",
        f"{plan.curated_share:.1%}",
        share,
        f"{point.exposures:.2f}",
        f"{point.spec.iters:,}",
        f"{tokens:,}",
    )


def _unequal(points: Sequence[tuple[PlannedPoint, int]], budget: int) -> Iterator[str]:
    """Say where whole steps cannot come near the budget."""
    for point, tokens in points:
        off = tokens / budget - 1
        if abs(off) > _NEAR:
            yield (
                f"{one_line(point.name, 40)} learns {abs(off):.0%} {'more' if off > 0 else 'less'}"
                " than the budget: its steps are as large."
            )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(one_line(name, 60) for name in names)


_WIDTH, _HEIGHT = 900, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 220, 48, 64
# Okabe and Ito's colours, which people with any colour vision can tell apart.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999933")


def _y(rate: float) -> float:
    return _TOP + (1 - rate) * (_HEIGHT - _TOP - _BOTTOM)


def _frame(suite: str, n: int) -> str:
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(8, 20, f"answers that pass, {one_line(suite, 60)}, {n:,} prompts", "start"),
    ]
    for tenth in range(0, 11, 2):
        height = _y(tenth / 10)
        parts.append(_stroke([(_LEFT, height), (_WIDTH - _RIGHT, height)], "#dddddd", 1))
        parts.append(_text(_LEFT - 8, height + 4, f"{tenth * 10}%", "end"))
    return "\n".join(parts)


def _line(
    places: Sequence[float],
    rates: Sequence[Rate],
    colour: str,
    width: float,
    *,
    dashed: bool = False,
) -> str:
    points = [(place, _y(rate.rate)) for place, rate in zip(places, rates, strict=True)]
    return _stroke(points, colour, width, dashed=dashed)


def _stroke(
    points: Sequence[tuple[float, float]], colour: str, width: float, *, dashed: bool = False
) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'
    )


def _legend(number: int, title: str, colour: str) -> str:
    return _text(_WIDTH - _RIGHT + 12, _TOP + 8 + 18 * number, one_line(title, 32), "start", colour)


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#444444") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'
