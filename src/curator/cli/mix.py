"""``curator mix``: a recipe becomes a plan, and the plan a mixture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.output import format_option, plural, print_json, progress_bar, say, stdout
from curator.errors import ConfigError
from curator.mix import (
    Check,
    Plan,
    Verdict,
    check_exposures,
    plan_mixture,
    read_recipe,
    write_mixture,
)
from curator.terminal import visible

_MARKS = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.ERROR: "✗"}
_STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.ERROR: "red"}
_BAR = 48


@click.command(
    name="mix",
    epilog="""\b
Examples:
  curator mix recipe.toml --dry-run
  curator mix recipe.toml --out mixtures/first --iters 200
Exit codes: 0 built (or nothing stands in the way), 1 a check stands in the way, 2 an error.""",
)
@click.argument("recipe_path", metavar="RECIPE", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write the mixture to.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option(
    "--iters",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Iterations of the training to come, for counting exposures.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Its rows an iteration.",
)
@click.option(
    "--allow", multiple=True, metavar="CHECK", help="Build although this check stands in the way."
)
@format_option
def command(
    recipe_path: Path,
    out: Path | None,
    dry_run: bool,
    iters: int,
    batch_size: int,
    allow: tuple[str, ...],
    output_format: str,
) -> int:
    """Build a mixture of curated and base rows from a recipe.

    RECIPE is a TOML file; its paths are relative to it. The plan goes to standard output: what
    will train, in which shares, how often each curated example will be seen, and what was left out
    for which reason.
    """
    if out is None and not dry_run:
        raise ConfigError("Where to?", hint="Give --out DIR, or --dry-run to see the plan alone.")
    recipe = read_recipe(recipe_path)
    with progress_bar("Planning") as advance:
        planned = plan_mixture(
            recipe,
            recipe_path.parent,
            progress=lambda stage, done, total: advance(done, total, stage),
        )
    checks = (*planned.checks, check_exposures(planned, iters=iters, batch_size=batch_size))
    if output_format == "json":
        print_json(as_json(planned, checks, iters=iters, batch_size=batch_size))
    else:
        _print_text(planned, checks)
    standing = [c for c in checks if c.verdict is Verdict.ERROR and c.code not in allow]
    if standing:
        names = " ".join(f"--allow {code}" for code in sorted({c.code for c in standing}))
        say(f"Nothing was written. To build it all the same: {names}")
        return 1
    if dry_run or out is None:
        say("Nothing was written (--dry-run).")
        return 0
    write_mixture(planned, out, allow=allow)
    say(f"Wrote {plural(len(planned.train), 'training row')} to {out}.")
    say(f"Next: curator train {out}")
    return 0


def as_json(
    planned: Plan, checks: tuple[Check, ...], *, iters: int, batch_size: int
) -> dict[str, Any]:
    """Return a plan as plain JSON values."""
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
        "removed": [
            {
                "path": one.row.path,
                "line": one.row.line,
                "reason": one.reason,
                "kept": one.kept and {"path": one.kept.path, "line": one.kept.line},
                "score": one.score,
            }
            for one in planned.removed
        ],
        "checks": [
            {
                "code": check.code,
                "verdict": str(check.verdict),
                "message": check.message,
                "remedy": check.remedy,
            }
            for check in checks
        ],
    }


def _print_text(planned: Plan, checks: tuple[Check, ...]) -> None:
    from rich.text import Text

    console = stdout()
    console.print(Text(visible(planned.recipe.name), style="bold"))
    for source in planned.sources:
        copies = f" × {source.repeat}" if source.repeat > 1 else ""
        console.print(
            f"  {source.role:<8} {visible(source.path)}  {plural(source.rows, 'row')}{copies}"
        )
    train = len(planned.train)
    for label, share in (
        ("rows", planned.curated_share),
        ("text", planned.curated_text_share),
    ):
        filled = round(share * _BAR)
        console.print(
            Text.assemble(
                f"  by {label} ",
                ("█" * filled, "cyan"),
                ("░" * (_BAR - filled), "dim"),
                f" {share:.1%} curated",
            )
        )
    console.print(f"  train {train:,}   valid {len(planned.valid):,}   test {len(planned.test):,}")
    reasons = sorted({one.reason for one in planned.removed})
    if reasons:
        told = ", ".join(
            f"{sum(one.reason == reason for one in planned.removed):,} {reason}"
            for reason in reasons
        )
        console.print(f"  left out: {told}")
    for check in checks:
        console.print(
            Text.assemble(
                "  ", (_MARKS[check.verdict], _STYLES[check.verdict]), f" {visible(check.message)}"
            )
        )
        if check.remedy:
            console.print(Text(f"    {visible(check.remedy)}", style="dim"))
