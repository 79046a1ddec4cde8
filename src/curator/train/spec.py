"""What to train and how, as one typed value that TOML, flags and the Train pane all produce.

Names are mlx-lm's where mlx-lm has one. `alpha` is the exception: it is the alpha of the LoRA paper
and of PEFT, and the multiplier that mlx-lm calls ``scale`` is derived from it, so that a spec means
here what it means everywhere else.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import msgspec

from curator.config import convert, read_toml
from curator.errors import ConfigError

DEFAULT_MODEL = "mlx-community/Qwen2.5-Coder-0.5B-Instruct-4bit"

Optimizer = Literal["adam", "adamw", "sgd", "adafactor", "muon"]
Schedule = Literal["constant", "linear", "cosine"]
Keep = Literal["best", "last"]
Service = Literal["wandb", "trackio", "swanlab"]


class TrainingSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that decides a training, apart from the rows.

    Attributes:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        rank: Rank of the LoRA matrices, at least 1.
        alpha: LoRA alpha; the update is multiplied by ``alpha / rank``.
        dropout: Share of the LoRA inputs dropped while training, in [0, 1).
        keys: Which linear maps of a layer get LoRA, such as ``q_proj`` or ``self_attn.q_proj``;
            empty is all of them.
        learning_rate: Step size of the optimiser, above 0; the highest where there is a schedule.
        schedule: How it falls from there to `final_learning_rate`: not (``constant``), ``linear``
            or ``cosine``.
        warmup: Steps in which it first rises from near 0, below the number of steps.
        final_learning_rate: Where a schedule ends, at least 0 and at most `learning_rate`.
        iters: Optimiser steps, at least 1. Where `epochs` is given, what they come to.
        epochs: Passes over the training rows, instead of `iters`; above 0.
        batch_size: Rows that are in memory at once, at least 1; shared out where there are several
            workers.
        grad_accumulation: Batches to an optimiser step, at least 1. Their tokens weigh alike, so
            the step is that of one batch of as many rows.
        max_seq_length: Tokens kept of a row, at least 2; what is longer is cut at the end.
        num_layers: How many layers get LoRA, counted from the last; -1 is all of them.
        mask_prompt: Leave the prompt's tokens out of the loss.
        optimizer: ``adam``, ``adamw``, ``sgd``, ``adafactor`` or ``muon``, as MLX has them.
        grad_checkpoint: Recompute activations in the backward pass: less memory, more time.
        steps_per_report: Iterations between two progress events.
        steps_per_eval: Iterations between two validations; the first comes before any training
            and the last after all of it.
        save_every: Iterations between two checkpoints.
        patience: Validations in a row without a lower loss after which the training ends; 0 is
            never.
        keep: Which weights the adapter has in the end: those with the lowest validation loss
            (``best``), or those of the last iteration.
        sample_prompt: A question answered greedily at each validation; empty for none.
        sample_max_tokens: Tokens of such an answer, at most.
        seed: Seeds the weights of the adapter, the dropout and the order of the rows.
        report_to: Services that are told the losses too: ``wandb``, ``trackio``, ``swanlab``.
        project: What the run is filed under there.

    Raises:
        ConfigError: A value is impossible; the message names the key.
    """

    model: str = DEFAULT_MODEL
    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.05
    keys: tuple[str, ...] = ()
    learning_rate: float = 2e-5
    schedule: Schedule = "constant"
    warmup: int = 0
    final_learning_rate: float = 0.0
    iters: int = 100
    epochs: float | None = None
    batch_size: int = 4
    grad_accumulation: int = 1
    max_seq_length: int = 2048
    num_layers: int = -1
    mask_prompt: bool = True
    optimizer: Optimizer = "adam"
    grad_checkpoint: bool = False
    steps_per_report: int = 5
    steps_per_eval: int = 50
    save_every: int = 100
    patience: int = 0
    keep: Keep = "best"
    sample_prompt: str = ""
    sample_max_tokens: int = 200
    seed: int = 7
    report_to: tuple[Service, ...] = ()
    project: str = "curator"

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise ConfigError(problem)

    @property
    def scale(self) -> float:
        """What mlx-lm multiplies the LoRA update with: ``alpha / rank``."""
        return self.alpha / self.rank

    @property
    def rows_per_step(self) -> int:
        """Rows that one optimiser step sees."""
        return self.batch_size * self.grad_accumulation

    def for_rows(self, rows: int) -> TrainingSpec:
        """Return the spec with `iters` set to what its epochs come to; unchanged without epochs.

        Args:
            rows: Training rows of the mixture.

        Raises:
            ConfigError: The warm-up is not over before the training is.
        """
        if self.epochs is None:
            return self
        steps = -(-rows // self.rows_per_step)
        # A hair less, so that 3 epochs of 0.1 do not become one step more by rounding.
        iters = max(1, math.ceil(self.epochs * steps - 1e-9))
        if self.warmup >= iters:
            raise ConfigError(
                f"`warmup` must be below the {iters} iterations that {self.epochs:g} epochs of "
                f"{rows} rows come to, not {self.warmup}."
            )
        return msgspec.structs.replace(self, iters=iters)

    def lora_parameters(self) -> dict[str, Any]:
        """Return rank, scale and dropout as mlx-lm's ``lora_parameters`` wants them."""
        return {"rank": self.rank, "scale": self.scale, "dropout": self.dropout}


def spec_from(values: dict[str, Any], *, path: Path | str | None = None) -> TrainingSpec:
    """Turn plain `values` into a spec; keys that are not given keep their defaults.

    Either `iters` or `epochs` may be given, not both.

    Args:
        values: Keys and values as they come from TOML, flags or a form.
        path: The file they come from, for messages.

    Raises:
        ConfigError: An unknown key, a value of another type, or an impossible one.
    """
    try:
        _check_length(values)
        return convert(values, TrainingSpec, path=path)
    except ConfigError as error:
        raise _at(error, path) from None


def read_spec(path: Path) -> TrainingSpec:
    """Read a spec from the TOML file at `path`.

    Raises:
        ConfigError: The file is missing, is not TOML, or is no spec.
    """
    return spec_from(read_toml(path, dict[str, Any], what="a training spec"), path=path)


def _check_length(values: dict[str, Any]) -> None:
    if values.get("iters") is not None and values.get("epochs") is not None:
        raise ConfigError(
            "Both `iters` and `epochs` are given, which may not agree.", hint="Give one of them."
        )


def _at(error: ConfigError, path: Path | str | None) -> ConfigError:
    if path is None or error.path is not None:
        return error
    return ConfigError(error.message, hint=error.hint, path=path, line=error.line)


_AT_LEAST = {
    "rank": 1,
    "iters": 1,
    "batch_size": 1,
    "grad_accumulation": 1,
    "warmup": 0,
    "patience": 0,
    "max_seq_length": 2,
    "steps_per_report": 1,
    "steps_per_eval": 1,
    "save_every": 1,
    "sample_max_tokens": 1,
    "seed": 0,
}
# What no model or machine has, and what numbers and files of 32 and 64 bits take no more of.
_AT_MOST = {
    "rank": 65_536,
    "iters": 10**9,
    "epochs": 10**6,
    "batch_size": 65_536,
    "grad_accumulation": 65_536,
    "warmup": 10**9,
    "patience": 10**9,
    "max_seq_length": 16_777_216,
    "num_layers": 65_536,
    "steps_per_report": 10**9,
    "steps_per_eval": 10**9,
    "save_every": 10**9,
    "sample_max_tokens": 1_048_576,
    "learning_rate": 1_000,
    # numpy and mlx both take seeds of 32 bits without complaint.
    "seed": 2**32 - 1,
}
_LARGEST_SCALE = 1e6


def _problems(spec: TrainingSpec) -> list[str]:
    problems = []
    if not spec.model.strip():
        problems.append("`model` is empty: a model folder or a Hub id like org/name is needed.")
    problems.extend(
        f"`{key}` must be at least {least}, not {getattr(spec, key)}."
        for key, least in _AT_LEAST.items()
        if getattr(spec, key) < least
    )
    problems.extend(
        f"`{key}` must be at most {most:,}, not {getattr(spec, key):,}."
        for key, most in _AT_MOST.items()
        if (getattr(spec, key) or 0) > most
    )
    if not (math.isfinite(spec.alpha) and spec.alpha > 0):
        problems.append(f"`alpha` must be above 0, not {spec.alpha}.")
    elif spec.rank > 0 and spec.scale > _LARGEST_SCALE:
        problems.append(
            f"`alpha` must be at most {_LARGEST_SCALE:,.0f} times `rank`, not {spec.alpha:g}."
        )
    if not 0 <= spec.dropout < 1:
        problems.append(f"`dropout` must be at least 0 and below 1, not {spec.dropout}.")
    if not (math.isfinite(spec.learning_rate) and spec.learning_rate > 0):
        problems.append(f"`learning_rate` must be above 0, not {spec.learning_rate}.")
    if not 0 <= spec.final_learning_rate <= spec.learning_rate:
        problems.append(
            "`final_learning_rate` must be at least 0 and at most `learning_rate`, "
            f"not {spec.final_learning_rate}."
        )
    if spec.epochs is not None and not (math.isfinite(spec.epochs) and spec.epochs > 0):
        problems.append(f"`epochs` must be above 0, not {spec.epochs}.")
    # What epochs come to is not known here; `for_rows` looks again.
    if spec.epochs is None and 0 < spec.iters <= spec.warmup:
        problems.append(f"`warmup` must be below `iters` ({spec.iters}), not {spec.warmup}.")
    if any(not key.strip() for key in spec.keys):
        problems.append("`keys` holds an empty name.")
    if spec.num_layers < -1 or spec.num_layers == 0:
        problems.append(f"`num_layers` must be -1 (all) or at least 1, not {spec.num_layers}.")
    return problems
