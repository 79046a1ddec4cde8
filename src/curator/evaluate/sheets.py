"""An evaluation or a comparison as sheets of plain cells, which text, Markdown and HTML all draw.

Nothing is decided twice: what a cell says is said here once, so that the terminal, the report and
the card cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curator.evaluate.compare import Comparison
from curator.evaluate.evaluation import Evaluation
from curator.evaluate.paired import Paired
from curator.evaluate.sampling import Sampling
from curator.evaluate.score import Check
from curator.evaluate.side import ALL, Side
from curator.evaluate.statistics import PassAt, Rate
from curator.terminal import one_line, plural

EVERYTHING = "all of these"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title and what is to be said about it.

    Attributes:
        title: What it is about.
        head: The columns' names.
        rows: Its cells; as many a row as there are columns. Cells hold no control characters.
        strong: The rows that matter most, by number from 0.
        legend: What short names in it stand for.
        warnings: What a reader must know, in sentences.
        notes: What a reader may want to know.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    legend: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def evaluation_sheets(
    evaluation: Evaluation, *, loose: bool = False, tags: bool = False
) -> tuple[Sheet, ...]:
    """Return an evaluation's rates, and by tag as well where that is asked for."""
    sides, differences = evaluation.sides, evaluation.compared(loose=loose)
    head = ["check", *(side.name for side in sides)]
    if differences:
        head += ["difference", "p"]
    rows = []
    for name, title in _titles(evaluation.base.checks):
        cells = [title, *(rate_cell(side.rate(name, loose=loose)) for side in sides)]
        if differences:
            cells += difference_cells(differences[name])
        rows.append(tuple(cells))
    strong = {number for number, row in enumerate(rows) if row[0] == EVERYTHING}
    for ks in zip(*(side.pass_at(loose=loose) for side in sides), strict=False):
        if ks[0].k > 1:
            cells = [f"pass@{ks[0].k}", *map(pass_cell, ks)]
            rows.append(tuple([*cells, "", ""] if differences else cells))
    reading = "read loosely" if loose else "read strictly"
    main = Sheet(
        title=f"{one_line(evaluation.suite, 60)}, {plural(evaluation.n, 'prompt')}, {reading}",
        head=tuple(head),
        rows=tuple(rows),
        strong=frozenset(strong),
        warnings=tuple(_warnings(evaluation)),
        notes=tuple(_notes(evaluation)),
    )
    return (main, *_tag_sheets(sides, loose=loose)) if tags else (main,)


def comparison_sheets(comparison: Comparison) -> tuple[Sheet, ...]:
    """Return a comparison's rates, and its pairs in a sheet of their own if there are several."""
    sides = comparison.sides
    short = {name: comparison.short[name] for name in sides}
    reading = "read loosely" if comparison.loose else "read strictly"
    single = comparison.pairs[0] if len(comparison.pairs) == 1 else None
    head = ["check", *short.values()]
    if single:
        head += [f"{short[single.second]} less {short[single.first]}", "p"]
    rows = []
    for name, title in _titles(comparison.checks):
        cells = [title, *(rate_cell(s.rate(name, loose=comparison.loose)) for s in sides.values())]
        if single:
            cells += difference_cells(single.checks[name])
        rows.append(tuple(cells))
    warnings = list(comparison.notes)
    if comparison.left_out:
        left_out = plural(comparison.left_out, "prompt")
        warnings.insert(0, f"{left_out} left out: not all were asked them.")
    title = f"{one_line(comparison.suite, 60)}, {plural(comparison.n, 'prompt')} in common"
    rates = Sheet(
        title=f"{title}, {reading}",
        head=tuple(head),
        rows=tuple(rows),
        strong=frozenset(number for number, row in enumerate(rows) if row[0] == EVERYTHING),
        legend=tuple(
            f"{letter}  {one_line(name, 80)}" for name, letter in short.items() if name != letter
        ),
        warnings=tuple(warnings),
        notes=(f"Answers: {drawn(comparison.sampling)}.",),
    )
    if single:
        return (rates,)
    pairs = Sheet(
        title=f"{EVERYTHING}, pair by pair",
        head=("pair", "difference", "p"),
        rows=tuple(
            (f"{short[pair.second]} less {short[pair.first]}", *difference_cells(pair.all))
            for pair in comparison.pairs
        ),
        notes=(f"p is Holm's for {len(comparison.pairs)} pairs.",),
    )
    return rates, pairs


def rate_cell(rate: Rate) -> str:
    """Return `` 40  34% (26–43)``."""
    low, high = rate.interval
    if not rate.n:
        return "not asked"
    return f"{rate.passed:>3} {rate.rate:>4.0%} ({low * 100:.0f}–{high * 100:.0f})"


def pass_cell(one: PassAt) -> str:
    """Return the same for a share that is no count."""
    return f"    {one.rate:>4.0%} ({one.low * 100:.0f}–{one.high * 100:.0f})"


def difference_cells(one: Paired) -> tuple[str, str]:
    """Return ``+34 (24 to 43)`` and ``<0.001 shown``."""
    low, high = (_points(value).removeprefix("+") for value in (one.low, one.high))
    p = p_value(one.p).removeprefix("p ").removeprefix("= ").replace("< ", "<")
    return f"{_points(one.difference)} ({low} to {high})", f"{p} {shown(one)}"


def shown(one: Paired) -> str:
    """Return whether a difference is shown; that it is not is a result."""
    return "shown" if one.shown else "not shown"


def p_value(p: float) -> str:
    """Return ``p = 0.51`` or ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def drawn(sampling: Sampling) -> str:
    """Return how answers were drawn, in a few words."""
    if sampling.greedy:
        how = "greedy"
    else:
        how = (
            f"{plural(sampling.samples, 'answer')} a prompt at temperature"
            f" {sampling.temperature:g}, seed {sampling.seed}"
        )
    return f"{how}, up to {plural(sampling.max_tokens, 'token')}"


def _points(share: float) -> str:
    points = round(share * 100)
    return f"{points:+d}".replace("-", "−") if points else "0"


def _titles(checks: Sequence[Check]) -> Iterator[tuple[str, str]]:
    """Yield name and title of each check: those that read, all of them, those that run."""
    for check in checks:
        if not check.ran:
            yield check.name, one_line(check.title.lstrip("# "), 24)
    yield ALL, EVERYTHING
    for check in checks:
        if check.ran:
            yield check.name, one_line(check.title, 24)


def _tag_sheets(sides: Sequence[Side], *, loose: bool) -> tuple[Sheet, ...]:
    rates = [side.by_tag(loose=loose) for side in sides]
    if not rates[0]:
        return ()
    rows = tuple((one_line(tag, 24), *(rate_cell(one[tag]) for one in rates)) for tag in rates[0])
    return (Sheet(f"{EVERYTHING}, by tag", ("tag", *(side.name for side in sides)), rows),)


def _warnings(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.not_run:
        yield (
            "Neither sanity tests nor hidden asserts were run, so nothing is said about them: "
            + one_line(evaluation.not_run, 200)
        )
    if evaluation.tuned is not None and not evaluation.contamination_checked:
        yield (
            "The rows that trained are not there or changed, so the suite was not compared with"
            " them."
        )
    for one in evaluation.contaminated:
        yield (
            f"Left out on both sides: {one_line(one.prompt, 40)} {one.reason}:"
            f" {one_line(one.text, 60)}"
        )
    for side in evaluation.sides:
        of_all = f"of {plural(len(side.scores), 'answer')} of the {side.name}"
        if side.failures:
            yield f"Not generated, which counts as failed: {side.failures:,} {of_all}."
        if side.truncated:
            limit = plural(evaluation.max_tokens, "token")
            yield f"Cut at {limit}, which counts as failed: {side.truncated:,} {of_all}."


def _notes(evaluation: Evaluation) -> Iterator[str]:
    yield f"Answers: {drawn(evaluation.sampling)}. In brackets: 95% intervals, in per cent."
    if evaluation.tuned is not None:
        yield (
            "The difference is in points, paired on prompts; it is shown where chance makes it"
            " less often than 1 time in 20."
        )
    if evaluation.wants == "other":
        yield "Here the format is not wanted: an answer passes that stays out of it."
