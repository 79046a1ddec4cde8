"""``curator mix``: a recipe becomes a plan, and the plan a mixture."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from curator.cli.mixplan import as_json, print_plan
from curator.cli.output import format_option, plural, print_json, progress_bar, say, stdout
from curator.errors import ConfigError, CuratorError
from curator.mix import (
    PLAN_CHECKS,
    Plan,
    Verdict,
    check_exposures,
    check_names,
    plan_mixture,
    read_recipe,
    verify_mixture,
    write_mixture,
)
from curator.mix.mixture import check_folder
from curator.mix.schema import schema_text
from curator.preflight import count_tokens, held_out_prompts
from curator.settings import Project, find_project
from curator.terminal import visible
from curator.train import TrainingSpec
from curator.train.tokens import Tokens, is_at_hand


@click.command(
    name="mix",
    epilog="""\b
Examples:
  curator mix recipe.toml --dry-run
  curator mix recipe.toml --dry-run --rows
  curator mix recipe.toml --out mixtures/first --iters 200
  curator mix --verify mixtures/first
Exit codes: 0 built or proven (or nothing stands in the way), 1 a check stands in the way or the
mixture differs from its sources, 2 an error.""",
)
@click.argument("recipe_path", metavar="[RECIPE]", type=click.Path(path_type=Path), required=False)
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write the mixture to.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option(
    "--rows", is_flag=True, help="List every row that is left out, and where curated rows go."
)
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
    "--max-seq-length",
    type=click.IntRange(2),
    default=2048,
    show_default=True,
    help="Tokens it cuts rows to.",
)
@click.option(
    "--model",
    metavar="FOLDER|ID",
    help="Count tokens with this model.  [default: the project's, where it is on this machine]",
)
@click.option(
    "--allow", multiple=True, metavar="CHECK", help="Build although this check stands in the way."
)
@click.option(
    "--verify",
    "verified",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Prove that a mixture still matches its sources, and do nothing else.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="With --verify: the folder that the recipe stood in.  [default: looked for]",
)
@click.option("--schema", is_flag=True, help="Print the JSON schema of a recipe and end.")
@format_option
def command(
    recipe_path: Path | None,
    out: Path | None,
    dry_run: bool,
    rows: bool,
    iters: int,
    batch_size: int,
    max_seq_length: int,
    model: str | None,
    allow: tuple[str, ...],
    verified: Path | None,
    root: Path | None,
    schema: bool,
    output_format: str,
) -> int:
    """Build a mixture of curated and base rows from a recipe.

    RECIPE is a TOML file; its paths are relative to it. The plan goes to standard output: what
    will train, in which shares, how often each example will be seen, and what was left out for
    which reason.
    """
    if schema:
        click.echo(schema_text(), nl=False)
        return 0
    if verified is not None and (recipe_path or out or dry_run):
        raise ConfigError("--verify proves a mixture that is there.", hint="Give it alone.")
    if root is not None and verified is None:
        raise ConfigError(
            "--root goes with --verify.", hint="A recipe's paths are relative to the recipe."
        )
    if verified is not None:
        return _verify(verified, root, output_format)
    if recipe_path is None:
        raise ConfigError("There is no recipe named.", hint="Give a TOML file; see docs/recipe.md.")
    if out is None and not dry_run:
        raise ConfigError("Where to?", hint="Give --out DIR, or --dry-run to see the plan alone.")
    check_names(allow, PLAN_CHECKS)
    if out is not None:
        # Said before the work, not after it.
        check_folder(out)
    spec = TrainingSpec(iters=iters, batch_size=batch_size, max_seq_length=max_seq_length)
    planned = _plan(recipe_path, model, spec)
    checks = (*planned.checks, check_exposures(planned, iters=iters, batch_size=batch_size))
    if output_format == "json":
        print_json(as_json(planned, checks, iters=iters, batch_size=batch_size))
    else:
        print_plan(planned, checks, rows=rows)
    standing = {c.code for c in checks if c.verdict is Verdict.ERROR and c.code not in allow}
    if standing:
        names = " ".join(f"--allow {code}" for code in sorted(standing))
        say(f"Nothing was written. To build it all the same: {names}")
        return 1
    if dry_run or out is None:
        say("Nothing was written (--dry-run).")
        return 0
    write_mixture(planned, out, allow=allow)
    say(f"Wrote {plural(len(planned.train), 'training row')} to {out}.")
    say(f"Next: curator train {out}")
    return 0


def _plan(recipe_path: Path, model: str | None, spec: TrainingSpec) -> Plan:
    recipe = read_recipe(recipe_path)
    root = recipe_path.parent
    project = find_project(root)
    with progress_bar("Planning") as advance, ExitStack() as stack:
        # It loads while the rows are planned.
        tokens = _tokens(model, project, stack)
        planned = plan_mixture(
            recipe,
            root,
            project=project,
            held_out=held_out_prompts(recipe.contamination.suites, root),
            progress=lambda stage, done, total: advance(done, total, stage),
        )
        if tokens is None:
            say(
                f"Tokens were not counted: {project.model} is not on this machine."
                " Shares are of characters."
            )
            return planned
        advance(0, 0, "tokens")
        try:
            return count_tokens(planned, tokens, spec)
        except CuratorError as error:
            if model is not None:
                raise
            say(f"Tokens were not counted: {error.message} Shares are of characters.")
            return planned


def _tokens(model: str | None, project: Project, stack: ExitStack) -> Tokens | None:
    """Return a counter for the model, where it is named or at hand."""
    name = model or project.model
    if model is None and not is_at_hand(name):
        return None
    tokens = stack.enter_context(Tokens(name, local=model is None))
    tokens.start()
    return tokens


def _verify(folder: Path, root: Path | None, output_format: str) -> int:
    found = verify_mixture(folder, root=root)
    if output_format == "json":
        print_json(
            {
                "proven": found.proven,
                "rows": found.rows,
                "sources": found.sources,
                "differences": [
                    {"where": one.where, "message": one.message} for one in found.differences
                ],
                "more": found.more,
            }
        )
    else:
        console = stdout()
        for one in found.differences:
            console.print(visible(f"✗ {one.where}: {one.message}"))
        if found.more:
            console.print(f"  and {plural(found.more, 'row')} more")
    if found.proven:
        say(
            f"Proven: {plural(found.rows, 'row')} of {folder} are what"
            f" {plural(found.sources, 'source')} and the recipe make of them."
        )
        return 0
    say("The mixture does not match. Build it again, or bring the sources back.")
    return 1
