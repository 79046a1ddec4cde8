"""The training spec as options: what `curator check` and `curator train` take alike, and the rest.

Every option is a key of `TrainingSpec`, left out where a person did not give it, so that a file and
the project's settings can say it instead.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from curator.config import read_toml
from curator.train import TrainingSpec, spec_from

F = TypeVar("F", bound=Callable[..., Any])

_SEEN = (
    click.option(
        "--model",
        metavar="FOLDER|ID",
        help="The base model: a folder, a Hub id, or tiny.  [default: from curator.toml]",
    ),
    click.option(
        "--spec",
        "spec_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A TOML file of training settings; options here take their place.",
    ),
    click.option("--iters", type=int, help="Optimiser steps.  [default: 100]"),
    click.option("--epochs", type=float, help="Passes over the rows, instead of --iters."),
    click.option("--batch-size", type=int, help="Rows in memory at once.  [default: 4]"),
    click.option("--grad-accumulation", type=int, help="Batches a step.  [default: 1]"),
    click.option("--rank", type=int, help="Rank of the adapter.  [default: 8]"),
    click.option(
        "--num-layers", type=int, help="Layers to adapt, from the last; -1 is all.  [default: -1]"
    ),
    click.option(
        "--keys",
        metavar="NAMES",
        help="Linear maps to adapt, such as q_proj,v_proj.  [default: all of them]",
    ),
    click.option("--max-seq-length", type=int, help="Tokens a row is cut to.  [default: 2048]"),
    click.option(
        "--mask-prompt/--no-mask-prompt",
        default=None,
        help="Learn answers only, or prompts too.  [default: mask]",
    ),
    click.option(
        "--grad-checkpoint/--no-grad-checkpoint",
        default=None,
        help="Less memory for more time.  [default: no]",
    ),
)
_LEARNED = (
    click.option("--alpha", type=float, help="LoRA alpha; the scale is alpha/rank.  [default: 16]"),
    click.option("--dropout", type=float, help="[default: 0.05]"),
    click.option("--learning-rate", type=float, help="[default: 2e-5]"),
    click.option(
        "--schedule", metavar="NAME", help="constant, linear or cosine.  [default: constant]"
    ),
    click.option("--warmup", type=int, help="Steps in which the rate rises first.  [default: 0]"),
    click.option("--final-learning-rate", type=float, help="Where a schedule ends.  [default: 0]"),
    click.option(
        "--optimizer", metavar="NAME", help="adam, adamw, sgd, adafactor or muon.  [default: adam]"
    ),
    click.option("--steps-per-eval", type=int, help="Steps between validations.  [default: 50]"),
    click.option("--save-every", type=int, help="Steps between checkpoints.  [default: 100]"),
    click.option(
        "--patience",
        type=int,
        help="End after so many validations without a lower loss; 0 is never.  [default: 0]",
    ),
    click.option(
        "--keep",
        metavar="WHICH",
        help="Weights of the adapter: best by validation, or last.  [default: best]",
    ),
    click.option("--sample-prompt", metavar="TEXT", help="Answered at each validation."),
    click.option("--seed", type=int, help="[default: 7]"),
    click.option(
        "--report-to", metavar="NAMES", help="Also tell wandb, trackio or swanlab the losses."
    ),
)


def preflight_options(function: F) -> F:
    """Add the options that decide what a training sees and what it costs."""
    return _with(_SEEN, function)


def learning_options(function: F) -> F:
    """Add the options that only the training itself asks for."""
    return _with(_LEARNED, function)


def _with(options: tuple[Callable[[Any], Any], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def spec_of(path: Path | None, given: dict[str, Any], model: str) -> TrainingSpec:
    """Return the spec: the project's model, then what a file says, then what options say.

    Args:
        path: A TOML file, if one was named.
        given: The options that were given, by key.
        model: The project's.

    Raises:
        ConfigError: The file cannot be read, or a value is unknown or impossible.
    """
    written = read_toml(path, dict[str, Any], what="a training spec") if path else {}
    # Whichever of the two is given here takes the place of either in the file.
    if len(given.keys() & {"iters", "epochs"}) == 1:
        written = {key: written[key] for key in written if key not in {"iters", "epochs"}}
    lists: dict[str, Any] = {
        key: [part.strip() for part in given[key].split(",") if part.strip()]
        for key in ("keys", "report_to")
        if key in given
    }
    return spec_from({"model": model, **written, **given, **lists}, path=path)
