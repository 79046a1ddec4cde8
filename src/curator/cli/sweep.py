"""``curator sweep``: several settings trained alike, and what difference they make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curator.cli.answeroptions import (
    loose_option,
    max_tokens_option,
    samples_option,
    temperature_option,
)
from curator.cli.output import (
    cancel_on_interrupt,
    format_option,
    plural,
    print_json,
    progress_bar,
    say,
)
from curator.cli.sheets import print_sheets
from curator.cli.specoptions import learning_options, preflight_options, spec_of
from curator.errors import ConfigError
from curator.evaluate import DEFAULT_SUITE, Sampling, read_suite
from curator.evaluate.sweep import check_sweep, run_sweep
from curator.evaluate.sweepplan import plan_sweep
from curator.evaluate.sweepreport import plan_sheet, sweep_sheets, sweep_svg
from curator.evaluate.vary import parse_vary, points_of
from curator.mix import PLAN_CHECKS, check_names, read_recipe
from curator.preflight import held_out_prompts
from curator.settings import find_project
from curator.train.plot import check_picture, write_picture

# Weights of an earlier iteration would have learned less than the others.
_FIXED = ("keep", "patience")


@click.command(
    name="sweep",
    epilog="""\b
Examples:
  curator sweep recipe.toml --vary share=0,0.05,0.15,0.3 --dry-run
  curator sweep recipe.toml --vary share=0,0.05,0.15,0.3 --model ./my-model --iters 200
  curator sweep recipe.toml --vary share=5%,15% --vary seed=1,2,3 --tokens 100000
Varies: share, repeat and limit of the curated source, base_limit, and settings of the training such
as rank or learning_rate. Several --vary make every combination.
Ctrl-C stops; the same command goes on where it was. Another --suite trains nothing again.
Exit codes: 0 done (or planned), 2 it could not be.""",
)
@click.argument("recipe_path", metavar="RECIPE", type=click.Path(path_type=Path))
@click.option(
    "--vary",
    "varied",
    metavar="KEY=VALUES",
    multiple=True,
    required=True,
    help="What varies, and its values separated by commas.",
)
@click.option(
    "--tokens",
    type=click.IntRange(1),
    help="Tokens that each point learns.  [default: what the first learns in --iters]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the sweep.  [default: sweeps/NAME OF THE RECIPE]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be trained, and write nothing.")
@click.option(
    "--suite",
    default=DEFAULT_SUITE,
    show_default=True,
    metavar="NAME|FILE",
    help="What every point is asked.",
)
@max_tokens_option
@samples_option
@temperature_option
@loose_option
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the picture goes, .svg or .png.  [default: sweep.svg in the folder]",
)
@click.option(
    "--allow", multiple=True, metavar="CHECK", help="Mix although this check stands in the way."
)
@preflight_options
@learning_options
@format_option
def command(
    recipe_path: Path,
    varied: tuple[str, ...],
    tokens: int | None,
    out: Path | None,
    dry_run: bool,
    suite: str,
    max_tokens: int,
    samples: int,
    temperature: float,
    loose: bool,
    picture: Path | None,
    allow: tuple[str, ...],
    output_format: str,
    spec_path: Path | None,
    **options: Any,
) -> int:
    """Mix, train and evaluate at several settings, and compare.

    RECIPE is a TOML file. Every point learns as many tokens (those that count in the loss), so that
    a share is not taken for a longer training, and is asked the same prompts. Pairs of points are
    tested on them with McNemar's exact test.
    """
    points = points_of([parse_vary(text) for text in varied])
    check_names(allow, PLAN_CHECKS)
    chosen = read_suite(suite)
    recipe = read_recipe(recipe_path)
    root = recipe_path.parent
    project = find_project(root)
    folder = out or Path("sweeps") / recipe.name
    picture = picture or folder / "sweep.svg"
    check_picture(picture)
    given = {key: value for key, value in options.items() if value is not None}
    if tokens is not None and given.keys() & {"iters", "epochs"}:
        raise ConfigError("Both --tokens and --iters or --epochs are given, which may not agree.")
    spec = spec_of(spec_path, given, project.model)
    sampling = Sampling(max_tokens=max_tokens, samples=samples, temperature=temperature)
    with progress_bar("Sweep") as advance, cancel_on_interrupt() as cancel:
        last = ""

        def tell(name: str, stage: str, done: int, total: int) -> None:
            nonlocal last
            advance(done, total, f"{name}: {stage}")
            if stage in {"mixing", "training", "asking the base"} and f"{name} {stage}" != last:
                last = f"{name} {stage}"
                say(f"{name}: {stage} …")

        held_out = held_out_prompts(recipe.contamination.suites, root)
        planned = plan_sweep(
            recipe,
            root,
            spec,
            points,
            budget=tokens,
            project=project,
            held_out=held_out,
            progress=tell,
            cancel=cancel,
        )
        if not dry_run:
            sweep = run_sweep(
                planned,
                recipe,
                chosen,
                folder,
                sampling=sampling,
                loose=loose,
                allow=allow,
                progress=tell,
                cancel=cancel,
            )
    if dry_run:
        if output_format == "json":
            print_json(
                {"budget": planned.budget, "points": [one.to_json() for one in planned.points]}
            )
        else:
            print_sheets([plan_sheet(planned)])
        say(f"Nothing was trained (--dry-run). It would go to {folder}.")
        check_sweep(planned, folder, allow)
        return 0
    if output_format == "json":
        print_json(sweep.to_json())
    else:
        print_sheets(sweep_sheets(sweep))
    write_picture(sweep_svg(sweep), picture)
    say(f"The picture: {picture}. {plural(len(points), 'point')} in {folder}.")
    return 0


command.params = [option for option in command.params if option.name not in _FIXED]
