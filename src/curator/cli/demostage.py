"""What `curator demo` works with: the tiny base and rows in its language, or a model of one's own.

The tiny base gets curated examples and base rows that its own generator writes, since the
hand-written ones are beyond a model of a million parameters. Any other model gets those.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.evaluate import Suite, read_suite
from curator.store import shipped_base, shipped_examples, write_atomic
from curator.train import TrainingSpec

CURATED, BASE, RECIPE = "curated.jsonl", "base.jsonl", "recipe.toml"
#: Where the project that the demo leaves looks for its mixtures.
MIXTURE = Path("mixtures") / "demo"
#: What `--model` means where it is not given.
TINY = "tiny"

_SEED = 5
_CURATED_ROWS, _BASE_ROWS = 128, 192
_SYSTEM = "Answer with ### Solution, ### Usage and ### Sanity test."
_RECIPE = """\
# What the demo mixes: `curator mix recipe.toml --dry-run` shows what comes of it.
name = "demo"
system_prompt = "{system}"
system_prompt_on = "curated"

[[source]]
path = "{curated}"
role = "curated"

[[source]]
path = "{base}"
role = "base"

[dedup]
threshold = 90

[split]
valid = 0.05
"""
_PROJECT = """\
model = "{model}"
examples = "{curated}"
recipe = "{recipe}"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one demo does with one model.

    Attributes:
        spec: How it trains.
        suite: What is asked before and after.
        tokens: The most tokens of an answer.
        write: Writes curated examples and base rows into a folder.
    """

    spec: TrainingSpec
    suite: Suite
    tokens: int
    write: Callable[[Path], None]


def stage_for(model: str | None, iters: int | None, prompts: int | None) -> Stage:
    """Return what the demo does.

    Args:
        model: The model that is asked for; None for the tiny base.
        iters: Iterations to train; None for as many as the model needs.
        prompts: Prompts to ask, at most; None for as many as there is time for.
    """
    if model is None or model == TINY:
        iters, suite, tokens, write = iters or 300, read_suite("tiny"), 320, _write_tiny
        values: dict[str, Any] = {
            "model": TINY,
            "iters": iters,
            "batch_size": 8,
            "learning_rate": 3e-3,
            "schedule": "cosine",
            "warmup": min(10, iters - 1),
            "dropout": 0.0,
            "max_seq_length": 512,
        }
    else:
        iters, suite, tokens, write = iters or 60, read_suite("runnable-first"), 96, _write_shipped
        prompts = prompts or 12
        values = {
            "model": model,
            "iters": iters,
            "batch_size": 4,
            "learning_rate": 1e-3,
            "max_seq_length": 768,
        }
    spec = TrainingSpec(
        **values,
        steps_per_report=max(1, iters // 12),
        steps_per_eval=max(1, iters // 3),
    )
    suite = msgspec.structs.replace(suite, prompt=suite.prompt[:prompts])
    return Stage(spec, suite, tokens, write)


def write_project(folder: Path, stage: Stage) -> None:
    """Write what the demo mixes, its recipe and its settings: a project to go on with."""
    stage.write(folder)
    recipe = _RECIPE.format(system=_SYSTEM, curated=CURATED, base=BASE)
    project = _PROJECT.format(model=stage.spec.model, curated=CURATED, recipe=RECIPE)
    write_atomic(folder / RECIPE, [recipe.encode()])
    write_atomic(folder / "curator.toml", [project.encode()])


def _write_tiny(folder: Path) -> None:
    from curator.tiny.corpus import apart, base_rows, curated_rows

    # An example that is shown to people is one that the linter says nothing about.
    tidy = (row for row in curated_rows(_SEED) if max(map(len, row["output"].split("\n"))) <= 100)
    _write_rows(folder / CURATED, apart(tidy, _CURATED_ROWS))
    _write_rows(folder / BASE, apart(base_rows(_SEED), _BASE_ROWS))


def _write_shipped(folder: Path) -> None:
    write_atomic(folder / CURATED, [shipped_examples().read_bytes()])
    write_atomic(folder / BASE, [shipped_base().read_bytes()])


def _write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    write_atomic(path, [json.dumps(row).encode() + b"\n" for row in rows])
