"""An evaluation in content: rates with their intervals and differences, and what to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from curator.evaluate import ALL, Paired, Rate
from curator.evaluate.sheets import drawn, p_value, shown
from curator.tui.panes.evaluate.view import View
from curator.tui.text import OK, WARNING, mark, plural, safe, safe_line
from curator.tui.widgets.columns import GAP, Column, lay_out
from curator.tui.widgets.rates import interval, interval_bar, percent

MUTED = "$foreground-muted"
#: Cells that the table takes with everything but drawn intervals; in fewer, a difference is shown
#: without its interval and its p.
_FIGURES_WIDTH = 94


def rates(view: View, width: int) -> Content:
    """Return the table of checks: rate and interval of both sides, and their difference.

    Args:
        view: What to show.
        width: In cells; where there is room, p and the intervals are drawn as well.
    """
    sides = view.sides
    room = (width - _FIGURES_WIDTH) // len(sides) - GAP
    bar = min(room, 30) if room >= 9 else 0
    roomy = width >= _FIGURES_WIDTH
    columns = [Column("", 2, right=True), Column("check", 14)]
    for side in sides:
        columns += [Column(side.name, max(len(side.name), 4), right=True), Column("95%", 6)]
        if bar:
            columns.append(Column("", bar))
    if view.paired:
        columns += [Column("difference", 18 if roomy else 10), Column("", 20 if roomy else 9)]
    lines = [lay_out([Content.styled(column.title, MUTED) for column in columns], columns, width)]
    for number, name, title in _checks(view):
        cells = [
            Content.styled(number, MUTED),
            safe_line(title, style="bold" if name == ALL else ""),
        ]
        for place, side in enumerate(sides):
            rate = side.rate(name, loose=view.loose)
            style = "$text-primary" if place else MUTED
            cells += [percent(rate) if rate.n else Content.styled("–", MUTED), _interval(rate)]
            if bar:
                cells.append(interval_bar(rate, bar, style=style) if rate.n else Content(""))
        if view.paired:
            cells += _difference(view.paired[name], whole=roomy)
        lines.append(lay_out(cells, columns, width))
    return Content("\n").join(lines)


def no_rates(width: int) -> Content:
    """Return what stands in the table's place before anything was measured."""
    return Content.styled("Nothing measured yet.", MUTED).truncate(width)


def number_of(position: int) -> str:
    """Return what stands for a check over the grid: its number's last digit."""
    return str(position % 10)


def state(view: View, adapter: str | None) -> Content:
    """Return what was asked, what was left out, and whether it is about the present adapter."""
    evaluation = view.evaluation
    n = len(view.sides[-1].prompts)
    common = " that both were asked" if view.against else " scored"
    lines = [
        Content.assemble(
            mark(OK),
            f" {plural(n, 'prompt')}{common}",
            (f"   {drawn(evaluation.sampling)}", MUTED),
            ("   read loosely", "$text-warning") if view.loose else ("   read strictly", MUTED),
        )
    ]
    lines += [_warn(text) for text in _warnings(view, adapter)]
    return Content("\n").join(lines)


def _warnings(view: View, adapter: str | None) -> Iterator[str]:
    evaluation = view.evaluation
    if evaluation.not_run:
        yield f"No answer was run, so no test counts: {evaluation.not_run}"
    if evaluation.tuned is not None and evaluation.adapter != adapter:
        yield "This is about another adapter than the run has now."
    yield from view.notes
    if not evaluation.contamination_checked and not view.against:
        yield "The rows that trained are gone, so the suite could not be checked."
    side = view.sides[-1]
    if side.truncated or side.failures:
        told = [
            f"{count} {what}"
            for count, what in ((side.truncated, "cut"), (side.failures, "not given"))
            if count
        ]
        yield f"{' and '.join(told)} of {plural(len(side.scores), 'answer')}: they count as failed."
    if evaluation.contaminated:
        names = ", ".join(f"{one.prompt} ({one.score:.0f})" for one in evaluation.contaminated[:4])
        more = len(evaluation.contaminated) - 4
        yield (
            f"{len(evaluation.contaminated)} left out, trained on their like: {names}"
            + (f" and {more} more." if more > 0 else ".")
        )


def _checks(view: View) -> Iterator[tuple[str, str, str]]:
    """Yield number, name and title of each row; all together first, where it is always seen."""
    yield "", ALL, "all"
    for number, check in enumerate(view.checks, start=1):
        yield str(number), check.name, check.title.lstrip("# ")


def _interval(rate: Rate) -> Content:
    return interval(rate) if rate.n else Content("")


def _difference(one: Paired, *, whole: bool) -> list[Content]:
    if not one.n:
        return [Content(""), Content("")]
    points = round(one.difference * 100)
    style = "$text-success" if points > 0 else "$text-error" if points < 0 else MUTED
    low, high = (f"{round(value * 100)}".replace("-", "−") for value in (one.low, one.high))
    amount = f"{points:+d}".replace("-", "−") if points else "0"
    verdict = f"{shown(one)}, {p_value(one.p)}" if whole else shown(one)
    within = f" ({low} to {high})" if whole else ""
    return [
        Content.assemble((amount, f"bold {style}"), (within, MUTED)),
        Content.styled(verdict, "bold" if one.shown else MUTED),
    ]


def _warn(text: str) -> Content:
    return Content.assemble(mark(WARNING), " ", safe(text))
