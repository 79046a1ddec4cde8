"""A plan in content: the bars, the split, what was left out, the checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from textual.content import Content

from curator.mix import Check, Plan, Verdict
from curator.preflight import Preflight
from curator.terminal import one_line
from curator.tui.panes.mix.sources import BASE, CURATED, SourceFigures
from curator.tui.text import ERROR, OK, WARNING, mark, plural, safe, safe_line
from curator.tui.widgets.bar import figures, share_bar
from curator.tui.widgets.columns import Row
from curator.tui.widgets.drawn import hanging

_MARKS = {Verdict.OK: OK, Verdict.WARN: WARNING, Verdict.ERROR: ERROR}
_LABEL = 10
#: Places that a check shows; the command line has all.
_PLACES = 2


def shares(plan: Plan, width: int) -> Content:
    """Return the two bars of what the trainer will see, and their figures.

    Args:
        plan: The plan.
        width: In cells.
    """
    learned, unit = plan.trained_share
    bars = [(f"by {unit}", learned), ("by rows", plan.curated_share)]
    percent = 7
    lines = [
        Content.assemble(
            (f"{name:<{_LABEL}}", "$foreground-muted"),
            share_bar(share, max(width - _LABEL - percent, 4)),
            (f"{share:>{percent}.1%}", "bold $text-primary"),
        )
        for name, share in bars
    ]
    base = len(plan.train) - plan.curated_rows
    legend = Content.assemble(
        " " * _LABEL,
        (f"{CURATED} curated ", "$text-primary"),
        figures(
            [
                (f"{plan.curated_rows:,}", "row" if plan.curated_rows == 1 else "rows"),
                (
                    f"{plan.curated_training:,}",
                    "example" if plan.curated_training == 1 else "examples",
                ),
            ],
            "  ",
        ),
        (f"     {BASE} base ", "$foreground-muted"),
        figures([(f"{base:,}", "row" if base == 1 else "rows")]),
    )
    return Content("\n").join([*lines, legend])


def split(plan: Plan) -> Content:
    """Return how many rows each split has."""
    parts = [("train", plan.train), ("valid", plan.valid), ("test", plan.test)]
    return Content("\n").join(
        Content.assemble((f"{name:<7}", "$foreground-muted"), (f"{len(rows):>7,}", "bold"))
        for name, rows in parts
    )


def left_out(plan: Plan) -> list[Row]:
    """Return one row for each reason that rows were left out for."""
    reasons = Counter(removed.reason for removed in plan.removed)
    return [
        Row(reason, (Content(reason), Content.styled(f"{count:,}", "bold")))
        for reason, count in reasons.most_common()
    ]


def checks(found: Iterable[Check], width: int) -> Content:
    """Return the checks, those that stand in the way first."""
    order = (Verdict.ERROR, Verdict.WARN, Verdict.OK)
    return Content("\n").join(
        hanging(
            mark(_MARKS[check.verdict]),
            Content.assemble(
                safe(check.message),
                *((" ", safe(check.remedy, "$foreground-muted")) if check.remedy else ()),
                *_evidence(check),
                *_source(check),
            ),
            width,
        )
        for check in sorted(found, key=lambda check: order.index(check.verdict))
    )


def _evidence(check: Check) -> tuple[Content, ...]:
    """Return the first places that show a fault, on a line of their own."""
    if check.verdict is Verdict.OK or not check.evidence:
        return ()
    more = len(check.evidence) - _PLACES
    told = " · ".join(one_line(place, 70) for place in check.evidence[:_PLACES])
    return (safe(f" {told}{f' · and {more} more' if more > 0 else ''}", "$foreground-muted"),)


def _source(check: Check) -> tuple[Content, ...]:
    """Return whom advice is after, where something is advised."""
    if check.verdict is Verdict.OK or not check.source:
        return ()
    return (safe(f" Advice, after {check.source}.", "$foreground-muted"),)


def preflight_title(report: Preflight | None) -> Content:
    """Return the heading of the preflight list."""
    return safe_line(f"Preflight with {report.model}" if report else "Preflight")


def preflight_only(report: Preflight, told: Iterable[Check]) -> list[Check]:
    """Return the checks of a preflight that a plan's own have not told already."""
    known = {check.code for check in told} | {"manifest", "curated-missing"}
    return [
        check
        for check in report.checks
        if check.code not in known
        or (check.verdict is Verdict.ERROR and check.code == "curated-missing")
    ]


def errors(found: Iterable[Check]) -> list[tuple[str, str]]:
    """Return code and message of each check that stands in the way."""
    return [(check.code, check.message) for check in found if check.verdict is Verdict.ERROR]


def source_figures(plan: Plan) -> list[SourceFigures]:
    """Return the figures of each source of the recipe, all its files together."""
    rows: Counter[int] = Counter()
    for one in plan.sources:
        rows[one.source] += one.rows
    training = Counter(row.source for row in plan.train)
    return [
        SourceFigures(rows[index], training[index], copies)
        for index, copies in enumerate(plan.repeats)
    ]


def summary(plan: Plan, found: Iterable[Check]) -> Content:
    """Return the line for the title bar."""
    verdicts = Counter(check.verdict for check in found)
    parts = [Content(plural(len(plan.train), "row"))]
    if count := verdicts[Verdict.ERROR]:
        parts.append(Content.styled(plural(count, "error"), "$text-error"))
    if count := verdicts[Verdict.WARN]:
        parts.append(Content.styled(plural(count, "warning"), "$text-warning"))
    return Content("   ").join(parts)


def invitation(recipe: str, curated: str, base: Sequence[str]) -> Content:
    """Return what is shown where there is no recipe yet.

    Args:
        recipe: What it would be called.
        curated: The file of curated examples.
        base: Patterns of base data that name a file.
    """
    return Content.assemble(
        (f"There is no {recipe} here yet.\n\n", "bold"),
        "A recipe says which examples are mixed and how: the curated ones you wrote, and\n"
        "base data that keeps the model what it is.\n\n",
        ("n", "bold $text-primary"),
        "  starts one from\n\n",
        (f"   {CURATED} curated  ", "$text-primary"),
        safe(curated),
        (f"\n   {BASE} base     ", "$foreground-muted"),
        safe(
            ", ".join(base) or "none yet: `curator fetch code-alpaca`, or put files into data/raw"
        ),
    )
