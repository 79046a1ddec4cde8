"""``curator compare``: what runs answered to the same prompts, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from curator.cli.answeroptions import loose_option
from curator.cli.numbers import RealRange
from curator.cli.output import plural, print_json, say
from curator.cli.runchoice import complete_runs, runs_folder, runs_option
from curator.cli.sheets import print_as, sheets_format_option
from curator.errors import ConfigError
from curator.evaluate import Evaluation
from curator.evaluate.compare import BASE, Comparison, common_suites, compare
from curator.evaluate.power import POWER, prompts_needed
from curator.evaluate.saved import load_evaluation, saved_evaluations
from curator.evaluate.sheets import Sheet, comparison_sheets
from curator.train import read_run

#: Shares of prompts on which two models may differ, for whoever has not compared any yet.
_SHARES = (0.1, 0.2, 0.3, 0.5)


@click.command(
    name="compare",
    epilog="""\b
Examples:
  curator compare 2026-11-22-143005-share-05 2026-11-22-151210-share-15
  curator compare --loose --suite control runs/a runs/b runs/c
  curator compare runs/a runs/b --needed 10
  curator compare --needed 10                 before anything was evaluated
Exit codes: 0 compared, 2 it could not be.""",
)
@click.argument("names", metavar="RUN|FILE...", nargs=-1, shell_complete=complete_runs)
@click.option(
    "--suite", "suites", multiple=True, metavar="NAME", help="Only this suite; may be given again."
)
@loose_option
@click.option(
    "--needed",
    type=RealRange(0, 100, low_open=True, of="number of points"),
    metavar="POINTS",
    help="Also say how many prompts would show a difference of so many points.",
)
@runs_option
@sheets_format_option
def command(
    names: tuple[str, ...],
    suites: tuple[str, ...],
    loose: bool,
    needed: float | None,
    runs_dir: Path | None,
    output_format: str,
) -> int:
    """Compare what runs answered to the same prompts.

    Each RUN must have been evaluated with the same suite; a FILE is a saved evaluation. Every pair
    is compared on the prompts that all were asked, by McNemar's exact test and the interval of the
    difference. "Not shown" is a result: --needed says whether the suite could have shown it.
    """
    if not names and needed is None:
        raise ConfigError("Name at least two runs to compare.", hint="`curator runs` lists them.")
    found = _load(names, runs_dir)
    if len(found) == 1:
        raise ConfigError(
            "A comparison takes at least two runs.",
            hint="`curator eval` compares one run's base and adapter.",
        )
    comparisons = _compare(found, suites, loose=loose) if found else []
    asked: list[Comparison | None] = [*comparisons] or [None]
    needs = [] if needed is None else [_needs(needed / 100, one) for one in asked]
    if output_format == "json":
        _print_json(comparisons, needed)
        return 0
    sheets: list[Sheet] = []
    for place, comparison in enumerate(comparisons):
        sheets += comparison_sheets(comparison)
        sheets += needs[place : place + 1]
    sheets = sheets or needs
    print_as(output_format, sheets)
    for comparison in comparisons:
        for one in comparison.pairs:
            if not one.all.shown and output_format == "text" and needed is None:
                say(
                    "A difference that is not shown may still be there: --needed tells how many"
                    " prompts would show it."
                )
                return 0
    return 0


def _load(names: Sequence[str], runs_dir: Path | None) -> dict[str, list[Evaluation]]:
    """Return the evaluations of each run or file, by a name that is short and its own."""
    found: dict[str, list[Evaluation]] = {}
    for name in names:
        path = Path(name)
        if path.suffix == ".json":
            evaluations, title = [load_evaluation(path)], path.stem
        else:
            run = read_run(name, runs_dir=runs_folder(runs_dir), with_adapter=True)
            evaluations = [load_evaluation(one) for one in saved_evaluations(run.folder)]
            evaluations = [one for one in evaluations if one.tuned is not None]
            title = run.id
            current = run.result.adapter_sha256 if run.result else None
            stale = [one.suite for one in evaluations if one.adapter != current]
            if stale:
                say(
                    f"! {run.id} has another adapter now than when it answered"
                    f" {', '.join(sorted(set(stale)))}."
                )
            if not evaluations:
                raise ConfigError(
                    f"The run {run.id} was not evaluated yet.",
                    hint=f"`curator eval --run {run.id}` does it.",
                )
        number = 2
        unique = title
        while unique in found or unique == BASE:
            unique, number = f"{title} ({number})", number + 1
        found[unique] = evaluations
    return found


def _compare(
    found: Mapping[str, Sequence[Evaluation]], suites: Sequence[str], *, loose: bool
) -> list[Comparison]:
    common = common_suites(found)
    names = {next(iter(one.values())).suite for one in common}
    unknown = [name for name in suites if name not in names]
    if not common or unknown:
        which = f"with {unknown[0]!r}" if unknown else "with one and the same suite"
        raise ConfigError(
            f"Not all of these runs were evaluated {which}, and drawn alike.",
            hint="`curator eval --run RUN --suite SUITE` does it for one.",
        )
    return [
        compare(one, loose=loose)
        for one in common
        if not suites or next(iter(one.values())).suite in suites
    ]


def _needs(points: float, comparison: Comparison | None) -> Sheet:
    """Return how many prompts show a difference, from what was seen or for several cases."""
    rows = []
    if comparison is None:
        cases = [(f"two that differ on {share:.0%}", share) for share in _SHARES if share > points]
        cases = [("two of which one is never worse", points), *cases]
    else:
        short = comparison.short
        cases = [
            (
                f"{short[pair.first]} and {short[pair.second]}",
                max((pair.all.better + pair.all.worse) / max(pair.all.n, 1), points),
            )
            for pair in comparison.pairs
        ]
    for title, share in cases:
        need = prompts_needed(points, share)
        about = "" if need.exact else "about "
        rows.append((title, f"{share:.0%}", f"{about}{need.prompts:,}"))
    asked = "" if comparison is None else f"; {plural(comparison.n, 'prompt')} were asked"
    return Sheet(
        title=f"Prompts needed to show a difference of {points * 100:g} points{asked}",
        head=("", "differ on", "prompts needed"),
        rows=tuple(rows),
        notes=(f"For McNemar's exact test to show it in {POWER:.0%} of such evaluations.",),
    )


def _print_json(comparisons: Sequence[Comparison], needed: float | None) -> None:
    values = []
    for comparison in comparisons:
        value = comparison.to_json()
        if needed is not None:
            for pair, told in zip(comparison.pairs, value["paired"], strict=True):
                seen = (pair.all.better + pair.all.worse) / max(pair.all.n, 1)
                told["needed"] = prompts_needed(needed / 100, max(seen, needed / 100)).prompts
        values.append(value)
    if not comparisons and needed is not None:
        shares = [needed / 100, *(share for share in _SHARES if share > needed / 100)]
        print_json(
            {
                "points": needed,
                "needed": [
                    {"discordant": share, "prompts": prompts_needed(needed / 100, share).prompts}
                    for share in shares
                ],
            }
        )
        return
    print_json(values)
