"""Figures as they stand in cards and reports: rates, differences, what it was trained on.

The tables of rates are evaluation's own sheets: what a cell says is decided there once, so that a
card, a report and the terminal cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

from curator.errors import ConfigError
from curator.evaluate import Evaluation, Rate
from curator.evaluate.compare import compare
from curator.evaluate.render import to_markdown
from curator.evaluate.sheets import comparison_sheets, evaluation_sheets, p_value, shown
from curator.mix import Manifest
from curator.publish.licences import Licence
from curator.publish.markdown import cell, code, table
from curator.publish.previous import Previous


def rate(value: Rate | None) -> str:
    """Return ``4 of 6, 67% [30–90]``; empty for nothing."""
    if value is None:
        return ""
    low, high = value.interval
    return f"{value.passed} of {value.n}, {value.rate:.0%} [{low * 100:.0f}–{high * 100:.0f}]"


def rates(one: Evaluation) -> str:
    """Return the table of an evaluation: n, intervals, paired differences, what was left out."""
    return to_markdown(evaluation_sheets(one)).strip()


def more_rates(one: Evaluation) -> list[str]:
    """Return the table of the loose reading, and the rates by tag."""
    parts = [to_markdown(evaluation_sheets(one, loose=True)).strip()]
    by_tag = evaluation_sheets(one, tags=True)[1:]
    return [*parts, *([to_markdown(by_tag).strip()] if by_tag else [])]


def side_by_side(earlier: tuple[str, Evaluation], later: tuple[str, Evaluation]) -> str:
    """Return two runs on the prompts that both were asked; why not, where that is impossible.

    Args:
        earlier: Name and evaluation of the one.
        later: Name and evaluation of the other.
    """
    try:
        found = compare(dict((earlier, later)))
    except ConfigError as error:
        return f"They cannot be compared: {cell(error.message)}"
    return to_markdown(comparison_sheets(found)).strip()


def verdict(one: Evaluation) -> str:
    """Return what an evaluation says of base and adapter over all checks, in a sentence."""
    difference = one.paired["all"]
    return (
        f"Over all checks the adapter did better on {difference.better:,} and worse on"
        f" {difference.worse:,} of {difference.n:,} prompts: {p_value(difference.p)}, a difference"
        f" that is {shown(difference)} at the 5% level."
    )


def previous_table(evaluations: Sequence[Evaluation], previous: Previous) -> str:
    """Return the previous version's scores beside the new ones, suite by suite; "" for none."""
    before = {one.suite: one for one in previous.evaluations}
    rows = [
        [
            code(one.suite),
            rate(before[one.suite].adapter.all.rate),
            rate(one.tuned.all),
            _same(before[one.suite].suite_sha256, one.suite_sha256),
        ]
        for one in evaluations
        if one.suite in before and one.tuned is not None
    ]
    name = cell(previous.version) or "previous version"
    return table(["suite, all checks", name, "this version", "prompts"], rows) if rows else ""


def _same(before: str, now: str) -> str:
    if not before or not now:
        return "not known to be the same"
    return "the same" if before == now else "other ones"


def sources_table(manifest: Manifest, licences: Sequence[Licence]) -> str:
    """Return where a mixture's rows come from, source by source.

    Args:
        manifest: The mixture's.
        licences: Those of all things that were used; the ones of data are in the manifest's order.
    """
    data = [one for one in licences if one.what == "dataset"]
    return table(
        ["source", "role", "rows", "repeat", "licence", "SHA-256"],
        [
            [
                cell(one.name),
                cell(str(source["role"])),
                f"{source['rows']:,}",
                f"{source['repeat']}",
                cell(one.licence),
                code(str(source["sha256"])[:16]),
            ]
            for source, one in zip(manifest.sources, data, strict=True)
        ],
    )
