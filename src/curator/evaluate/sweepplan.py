"""The points of a sweep worked out before anything trains: rows, shares, exposures, iterations."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import CancelledError, ConfigError
from curator.evaluate.budget import Length, length_for, length_of
from curator.evaluate.vary import Point
from curator.mix import HeldOut, Plan, Recipe, RowTokens, conversation, count_plan, plan_mixture
from curator.mix.mixture import split_bytes
from curator.mix.recipe import check_recipe
from curator.settings import Project
from curator.train import TrainingSpec
from curator.train.tokens import Tokens

#: Called with a point's name, what is done with it, how far and of how many.
Progress = Callable[[str, str, int, int], None]
# A share that is missed by more than this part of it is reached by taking fewer examples.
_NEAR = 0.1


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """One point, ready to be trained.

    Attributes:
        point: What it sets.
        plan: Its rows, counted in tokens.
        spec: How it is trained: as long as the budget says, and every weight of the last iteration.
        tokens: What that learns, repeats included.
    """

    point: Point
    plan: Plan
    spec: TrainingSpec
    tokens: int

    @property
    def name(self) -> str:
        """What the tables call it."""
        return self.point.name

    @property
    def exposures(self) -> float:
        """How often one curated example is shown, on average."""
        return self.plan.exposures(iters=self.spec.iters, batch_size=self.spec.rows_per_step)

    @property
    def copies(self) -> int:
        """How often a curated example stands among the rows."""
        different = self.plan.curated_training
        return self.plan.curated_rows // different if different else 0

    @property
    def train_sha256(self) -> str:
        """The hash of the training rows as they will be written."""
        return hashlib.sha256(split_bytes(self.plan.train, self.plan)).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plan = self.plan
        return {
            "name": self.name,
            "settings": dict(self.point.settings),
            "rows": len(plan.train),
            "curated_rows": plan.curated_rows,
            "examples": plan.curated_training,
            "copies": self.copies,
            "row_share": round(plan.curated_share, 6),
            "token_share": round(plan.tokens.curated_share, 6) if plan.tokens else None,
            "exposures": round(self.exposures, 4),
            "iters": self.spec.iters,
            "tokens": self.tokens,
        }


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """All points of a sweep.

    Attributes:
        points: In the order of the values.
        budget: Tokens that each is to learn.
    """

    points: tuple[PlannedPoint, ...]
    budget: int


def plan_sweep(
    recipe: Recipe,
    root: Path,
    spec: TrainingSpec,
    points: Sequence[Point],
    *,
    budget: int | None = None,
    project: Project | None = None,
    held_out: Sequence[HeldOut] = (),
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> SweepPlan:
    """Work out every point without writing or training anything.

    The weights of the last iteration are evaluated, whatever `spec` says: those of an earlier one
    would have learned fewer tokens.

    Args:
        recipe: What to mix where a point says nothing else.
        root: The folder that the recipe's paths are relative to.
        spec: How to train where a point says nothing else; its iterations are those of the first
            point, unless there is a budget.
        points: What varies.
        budget: Tokens that each point learns; by default what the first learns in the iterations
            of `spec`.
        project: Its lint settings say which rows are fit to train.
        held_out: Prompts of suites that no base row may resemble.
        progress: Told about every point.
        cancel: Set it to stop early.

    Raises:
        ConfigError: A point is impossible.
        InputError: A source cannot be read.
        ModelError: The model's tokenizer cannot be loaded.
        CancelledError: `cancel` was set.
    """
    found: list[PlannedPoint] = []
    tell = progress or (lambda _name, _stage, _done, _total: None)
    for point in points:
        # What is impossible is said before anything is loaded.
        check_recipe(point.recipe(recipe))
        point.spec(spec)
    with Tokens(spec.model) as tokens:
        tokens.start()
        for number, point in enumerate(points):
            tell(point.name, "planning", number, len(points))
            own = msgspec.structs.replace(point.spec(spec), keep="last", patience=0)
            plan = _plan(recipe, root, point, project, held_out, cancel)
            if not plan.train:
                raise ConfigError(f"At {point.name} no row is left to train on.")
            rows = [conversation(row, plan) for row in plan.train]
            counts = [RowTokens(one.total, one.prompt) for one in tokens.count(rows, cancel=cancel)]
            same = [json.dumps(row) for row in rows]
            length: Length
            if budget is None:
                own = own.for_rows(len(rows))
                length = length_of(counts, same, own, own.iters)
                budget = length.tokens
            else:
                length = length_for(counts, same, own, budget)
            own = msgspec.structs.replace(own, iters=length.iters, epochs=None)
            plan = _counted(plan, counts, tokens.facts.tokenizer, own)
            found.append(PlannedPoint(point, plan, own, length.tokens))
    assert budget is not None
    return SweepPlan(tuple(found), budget)


def _plan(
    recipe: Recipe,
    root: Path,
    point: Point,
    project: Project | None,
    held_out: Sequence[HeldOut],
    cancel: threading.Event | None,
) -> Plan:
    def cancelled() -> bool:
        return cancel is not None and cancel.is_set()

    def plan(wanted: Recipe) -> Plan:
        return plan_mixture(wanted, root, project=project, held_out=held_out, cancelled=cancelled)

    own = point.recipe(recipe)
    planned = plan(own)
    place = next((n for n, one in enumerate(own.source) if one.share is not None), None)
    share = own.source[place].share if place is not None else None
    if place is not None and share and planned.curated_share > share * (1 + _NEAR):
        # Each example once is too much already: fewer of them.
        base = len(planned.train) - planned.curated_rows
        limit = max(1, round(base * share / (1 - share)))
        fewer = _with_source(own, place, share=None, repeat=1, limit=limit)
        planned = plan(fewer)
    if cancelled():
        raise CancelledError("The sweep was not planned to its end.")
    return planned


def _with_source(recipe: Recipe, place: int, **changes: Any) -> Recipe:
    sources = list(recipe.source)
    sources[place] = msgspec.structs.replace(sources[place], **changes)
    return msgspec.structs.replace(recipe, source=tuple(sources))


def _counted(plan: Plan, counts: Sequence[RowTokens], tokenizer: str, spec: TrainingSpec) -> Plan:
    known = {row.example.content_hash: count for row, count in zip(plan.train, counts, strict=True)}
    once = iter([known[row.example.content_hash] for row in plan.train if row.copy == 1])
    return count_plan(
        plan,
        lambda rows: [next(once) for _ in rows],
        tokenizer=tokenizer,
        max_seq_length=spec.max_seq_length,
        mask_prompt=spec.mask_prompt,
    )
