"""A plan and its checks, as text with bars and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from curator.cli.output import plural, stdout
from curator.mix import REASONS, Check, Plan, Verdict
from curator.terminal import one_line, visible

if TYPE_CHECKING:
    from rich.console import Console

_MARKS = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.ERROR: "✗"}
_STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.ERROR: "red"}
_BAR = 48


def as_json(
    planned: Plan, checks: Sequence[Check], *, iters: int, batch_size: int
) -> dict[str, Any]:
    """Return a plan as plain JSON values."""
    tokens = planned.tokens
    return {
        "name": planned.recipe.name,
        "sources": [
            {
                "path": source.path,
                "role": source.role,
                "sha256": source.sha256,
                "rows": source.rows,
                "unreadable": source.unreadable,
                "exact_duplicates": source.exact_duplicates,
                "repeat": source.repeat,
            }
            for source in planned.sources
        ],
        "train": len(planned.train),
        "valid": len(planned.valid),
        "test": len(planned.test),
        "curated": {
            "examples": planned.curated_distinct,
            "training": planned.curated_training,
            "rows": planned.curated_rows,
            "share": round(planned.curated_share, 6),
            "text_share": round(planned.curated_text_share, 6),
            "exposures": round(planned.exposures(iters=iters, batch_size=batch_size), 4),
        },
        "base": {
            "training": planned.base_training,
            "rows": len(planned.train) - planned.curated_rows,
            "exposures": round(
                planned.exposures(iters=iters, batch_size=batch_size, role="base"), 4
            ),
        },
        "tokens": tokens
        and {
            "tokenizer": tokens.tokenizer,
            "max_seq_length": tokens.max_seq_length,
            "learned": tokens.learned,
            "total": tokens.total,
            "curated_share": round(tokens.curated_share, 6),
            "cut_rows": tokens.cut,
            "empty_rows": tokens.empty,
        },
        "removed": [
            {
                "path": one.row.path,
                "line": one.row.line,
                "role": one.row.role,
                "reason": one.reason,
                "kept": one.kept and {"path": one.kept.path, "line": one.kept.line},
                "score": one.score,
                "evidence": one.evidence,
            }
            for one in planned.removed
        ],
        "destinations": [
            {"path": row.path, "line": row.line, "id": row.example.id, "destination": where}
            for row, where in planned.destinations()
        ],
        "checks": [check_json(check) for check in checks],
    }


def check_json(check: Check) -> dict[str, Any]:
    """Return a check as plain JSON values."""
    return {
        "code": check.code,
        "verdict": str(check.verdict),
        "message": check.message,
        "evidence": list(check.evidence),
        "remedy": check.remedy,
        "source": check.source,
    }


def print_plan(planned: Plan, checks: Sequence[Check], *, rows: bool) -> None:
    """Print a plan: sources, bars, splits, what is left out and the checks.

    Args:
        planned: The plan.
        checks: Its checks, and that of the training to come.
        rows: Whether to list every row that is left out, and where each curated row goes.
    """
    from rich.text import Text

    console = stdout()
    console.print(Text(visible(planned.recipe.name), style="bold"))
    for source in planned.sources:
        copies = f" × {source.repeat}" if source.repeat > 1 else ""
        console.print(
            f"  {source.role:<8} {visible(source.path)}  {plural(source.rows, 'row')}{copies}"
        )
    learned, unit = planned.trained_share
    for label, share in (("rows", planned.curated_share), (unit, learned)):
        filled = round(share * _BAR)
        console.print(
            Text.assemble(
                f"  by {label:<6} ",
                ("█" * filled, "cyan"),
                ("░" * (_BAR - filled), "dim"),
                f" {share:.1%} curated",
            )
        )
    console.print(
        f"  train {len(planned.train):,}   valid {len(planned.valid):,}"
        f"   test {len(planned.test):,}"
    )
    if planned.removed:
        counts = Counter(one.reason for one in planned.removed)
        told = ", ".join(f"{counts[reason]:,} {reason}" for reason in REASONS if counts[reason])
        console.print(f"  left out: {told}")
    if rows:
        _print_rows(planned, console)
    print_checks(checks)


def _print_rows(planned: Plan, console: Console) -> None:
    for one in planned.removed:
        kept = f", {one.kept.where} stays" if one.kept else ""
        line = f"    {one.row.where} left out: {one.reason}{kept}. {one.evidence}"
        console.print(visible(line.rstrip()))
    for row, where in planned.destinations():
        console.print(visible(f"    {row.where} {row.example.id or ''} → {where}"))


def print_checks(checks: Sequence[Check], console: Console | None = None) -> None:
    """Print each check with its mark, its evidence where it is no good news, and its remedy.

    Args:
        checks: What to print.
        console: Where; standard output by default.
    """
    from rich.text import Text

    console = console or stdout()
    for check in checks:
        mark = (_MARKS[check.verdict], _STYLES[check.verdict])
        console.print(Text.assemble("  ", mark, f" {visible(check.message)}"))
        if check.verdict is Verdict.OK:
            continue
        for place in check.evidence:
            console.print(Text(f"      {one_line(place, 160)}", style="dim"))
        if check.remedy:
            console.print(Text(f"    {visible(check.remedy)} ({check.code})", style="dim"))
        if check.source:
            console.print(Text(f"    Advice, after {visible(check.source)}.", style="dim"))
