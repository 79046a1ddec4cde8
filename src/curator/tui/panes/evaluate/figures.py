"""An evaluation in content: rates with their intervals, and the grid of prompts and checks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

from curator.evaluate import Evaluation, Rate, Score, Side
from curator.tui.text import ERROR, OK, WARNING, mark, plural, safe, safe_line
from curator.tui.widgets.columns import GAP, Column, Row, lay_out
from curator.tui.widgets.rates import apart, difference, interval, interval_bar, percent

MUTED = "$foreground-muted"
#: Cells that the table takes without drawn intervals.
_FIGURES_WIDTH = 77
_FAIL = Content.styled("·", MUTED)


def rates(evaluation: Evaluation, width: int) -> Content:
    """Return the table of checks: rate and interval of base and adapter, and their difference.

    Args:
        evaluation: What to show.
        width: In cells; where there is room, the intervals are drawn as well.
    """
    base, tuned = evaluation.base, evaluation.tuned
    sides = 2 if tuned else 1
    room = (width - _FIGURES_WIDTH) // sides - GAP
    bar = min(room, 30) if room >= 9 else 0
    columns = [Column("", 2, right=True), Column("check", 14)]
    for name in ("base", "adapter")[:sides]:
        columns += [Column(name, 7, right=True), Column("95%", 6)]
        if bar:
            columns.append(Column("", bar))
    if tuned:
        columns += [Column("difference", 10, right=True), Column("intervals", 9)]
    lines = [lay_out([Content.styled(column.title, MUTED) for column in columns], columns, width)]
    for number, (title, one, other) in enumerate(_pairs(base, tuned), start=1):
        total = title == "all"
        cells = [
            Content.styled("" if total else str(number), MUTED),
            safe_line(title, style="bold" if total else ""),
            *_rate(one, bar, MUTED),
        ]
        if other is not None:
            cells += _rate(other, bar, "$text-primary")
            cells += [difference(one, other), _verdict(one, other)]
        lines.append(lay_out(cells, columns, width))
    return Content("\n").join(lines)


def no_rates(width: int) -> Content:
    """Return what stands in the table's place before anything was measured."""
    return Content.styled("Nothing measured yet.", MUTED).truncate(width)


def _pairs(base: Side, tuned: Side | None) -> list[tuple[str, Rate, Rate | None]]:
    found: list[tuple[str, Rate, Rate | None]] = [
        (
            check.title.lstrip("# "),
            base.rates[check.name],
            tuned.rates.get(check.name) if tuned else None,
        )
        for check in base.checks
    ]
    return [*found, ("all", base.all, tuned.all if tuned else None)]


def _rate(rate: Rate, bar: int, style: str) -> list[Content]:
    drawn = [interval_bar(rate, bar, style=style)] if bar else []
    return [percent(rate), interval(rate), *drawn]


def _verdict(base: Rate, tuned: Rate) -> Content:
    """Say whether the intervals leave room for chance."""
    if apart(base, tuned):
        return Content.styled("apart", MUTED)
    return Content.styled("overlap", MUTED) if base.rate != tuned.rate else Content("")


def grid(evaluation: Evaluation) -> tuple[list[Column], list[Row]]:
    """Return a row for each prompt, with a mark for each check of base and adapter."""
    sides = [side for side in (evaluation.base, evaluation.tuned) if side is not None]
    columns = [Column("prompt", least=12)]
    for side in sides:
        numbers = " ".join(str(number % 10) for number in range(1, len(side.checks) + 1))
        columns.append(Column(f"{side.name}\n{numbers}  all", len(numbers) + 5))
    rows = []
    for index, score in enumerate(evaluation.base.scores):
        cells = [safe_line(score.prompt.instruction or score.prompt.id)]
        cells += [_marks(side, side.scores[index]) for side in sides]
        rows.append(Row(str(index), tuple(cells)))
    return columns, rows


def _marks(side: Side, score: Score) -> Content:
    marks = [mark(OK) if score.passed[check.name] else _FAIL for check in side.checks]
    verdict = mark(OK) if score.all else mark(ERROR)
    cut = Content.styled(" …", "$text-warning") if score.truncated else Content("")
    return Content.assemble(Content(" ").join(marks), "   ", verdict, cut)


def state(evaluation: Evaluation, adapter: str | None) -> Content:
    """Return what was asked, what was left out, and whether it is about the present adapter."""
    lines = [
        Content.assemble(
            mark(OK),
            f" {plural(evaluation.n, 'prompt')} scored",
            (f"   greedy, up to {evaluation.max_tokens} tokens", MUTED),
        )
    ]
    if evaluation.tuned is not None and evaluation.adapter != adapter:
        lines.append(_warn("This is about another adapter than the run has now."))
    if not evaluation.contamination_checked:
        lines.append(_warn("The rows that trained are gone, so the suite could not be checked."))
    if evaluation.contaminated:
        names = ", ".join(f"{one.prompt} ({one.score:.0f})" for one in evaluation.contaminated[:4])
        more = len(evaluation.contaminated) - 4
        lines.append(
            _warn(
                f"{len(evaluation.contaminated)} left out, trained on their like: {names}"
                + (f" and {more} more." if more > 0 else ".")
            )
        )
    return Content("\n").join(lines)


def _warn(text: str) -> Content:
    return Content.assemble(mark(WARNING), " ", safe(text))


def marked(score: Score) -> Content:
    """Return an answer with the places of its findings underlined."""
    spans = [
        (finding.start, min(finding.end, len(score.text)))
        for finding in score.findings
        if finding.pointer == "/output" and finding.start < finding.end
    ]
    return Content("").join(pieces(score.text, spans))


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Content]:
    """Cut `text` where spans begin and end, and underline what lies in one.

    Cut first and made safe then, because making text safe changes its length.
    """
    borders = sorted({0, len(text), *(place for span in spans for place in span)})
    found = []
    for start, end in pairwise(borders):
        inside = any(first <= start and end <= last for first, last in spans)
        found.append(safe(text[start:end], "underline $text-error" if inside else ""))
    return found
