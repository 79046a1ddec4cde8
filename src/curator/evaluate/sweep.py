"""A sweep: several settings mixed, trained on equally many tokens, and asked the same prompts.

Everything lies in one folder, a folder a point, and what is there is not done again: a sweep that
was stopped or killed goes on where it was, and more values can be added to one that is done.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import CancelledError, ConfigError, InputError, StoreError, TrainingError
from curator.evaluate.asking import evaluate_run
from curator.evaluate.cache import model_identity
from curator.evaluate.compare import Comparison, compare
from curator.evaluate.evaluation import FOLDER, Evaluation, save_evaluation
from curator.evaluate.sampling import Sampling
from curator.evaluate.saved import load_evaluation
from curator.evaluate.score import rules_fingerprint
from curator.evaluate.suite import Suite
from curator.evaluate.sweepplan import PlannedPoint, Progress, SweepPlan
from curator.example import load_profile
from curator.mix import Recipe, check_buildable, write_mixture
from curator.store import write_atomic
from curator.train import (
    Progress as TrainingProgress,
)
from curator.train import (
    Run,
    Training,
    check_model,
    list_runs,
    read_run,
    resume_training,
    start_training,
)

#: What a sweep's folder says of itself.
TERMS = "sweep.json"
# What a sweep leaves out is left out on purpose.
_ALLOWED = ("curated-train",)
_GO_ON = "Give the same command again to go on."
_GREEDY = Sampling()
_POLL_SECONDS = 0.5
_RUNS = "runs"
_STAGES = {"base": "asking the base", "adapter": "asking the adapter", "tests": "running tests"}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What all points of a sweep share; another sweep is another folder.

    Attributes:
        recipe: A hash of the recipe.
        model: The base model.
        weights: What tells it from another of that name, see `model_identity`.
        budget: Tokens that each point learns.
        spec: How is trained where a point says nothing else, but for how long.
        version: Of this file.
    """

    recipe: str
    model: str
    weights: str
    budget: int
    spec: dict[str, Any]
    version: int = 1


@dataclass(frozen=True)
class SweptPoint:
    """A point that is done.

    Attributes:
        planned: What was to be trained.
        run: The run that did.
        evaluation: Its answers, scored.
    """

    planned: PlannedPoint
    run: Run
    evaluation: Evaluation

    @property
    def trained_tokens(self) -> int:
        """Tokens that counted in the loss, as the training counted them."""
        return self.run.result.trained_tokens if self.run.result else 0


@dataclass(frozen=True)
class Sweep:
    """A sweep that is done.

    Attributes:
        budget: Tokens that each point was to learn.
        points: In the order of the values.
        comparison: The points on the prompts that all of them could be asked, pair by pair.
    """

    budget: int
    points: tuple[SweptPoint, ...]
    comparison: Comparison

    @property
    def best(self) -> str:
        """The name of the point with the highest rate of answers that pass everything."""
        loose = self.comparison.loose
        rates = {
            one.planned.name: self.comparison.sides[one.planned.name].rate("all", loose=loose).rate
            for one in self.points
        }
        return max(rates, key=rates.__getitem__)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "budget": self.budget,
            "points": [
                {
                    **one.planned.to_json(),
                    "trained_tokens": one.trained_tokens,
                    "run": str(one.run.folder),
                    "contaminated": [found.prompt for found in one.evaluation.contaminated],
                }
                for one in self.points
            ],
            "best": self.best,
            "comparison": self.comparison.to_json(),
        }


def check_sweep(plan: SweepPlan, folder: Path, allow: Sequence[str] = ()) -> None:
    """Make sure that nothing stands in the way of a sweep that can be known beforehand.

    Args:
        plan: What would be trained.
        folder: The sweep's folder; a point that is trained there needs no mixture any more.
        allow: Checks that a mixture may be built against.

    Raises:
        ConfigError: There is one point only, or the mixture of a point cannot be built.
    """
    if len(plan.points) < 2:
        raise ConfigError("A sweep compares at least two points.", hint="Give more values.")
    for point in plan.points:
        if not list_runs(folder / point.point.slug / _RUNS):
            check_buildable(point.plan, (*_ALLOWED, *allow))


def run_sweep(
    plan: SweepPlan,
    recipe: Recipe,
    suite: Suite,
    folder: Path,
    *,
    sampling: Sampling = _GREEDY,
    loose: bool = False,
    run_tests: bool = True,
    allow: Sequence[str] = (),
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Sweep:
    """Mix, train and evaluate every point that is not done yet, and compare all of them.

    Args:
        plan: The points.
        recipe: What they were planned from.
        suite: What they are asked. Another suite on the same folder trains nothing again.
        folder: Where everything goes; made where it is missing.
        sampling: How answers are drawn.
        loose: Whether answers are read loosely.
        run_tests: Whether answers run where there is a sandbox.
        allow: Codes of checks of the mixtures whose errors the person accepts.
        progress: Told about every step.
        cancel: Set it to stop: what is under way is kept for the next time.

    Raises:
        ConfigError: The folder holds another sweep, a mixture cannot be built, or the points share
            no prompt that none was trained on.
        TrainingError: A training failed.
        ModelError: The model cannot be loaded.
        StoreError: Something cannot be written.
        CancelledError: `cancel` was set.
    """
    # Before the folder is begun, and not at the last point after hours.
    check_sweep(plan, folder, allow)
    allowed = (*_ALLOWED, *allow)
    _agree(folder, _terms(plan, recipe))
    tell = progress or (lambda _name, _stage, _done, _total: None)
    done: list[SweptPoint] = []
    for point in plan.points:
        run = _trained(point, folder / point.point.slug, allowed, tell, cancel)
        evaluation = _evaluated(run, suite, sampling, point.name, tell, cancel, run_tests=run_tests)
        done.append(SweptPoint(point, run, evaluation))
    named = {one.planned.name: one.evaluation for one in done}
    return Sweep(plan.budget, tuple(done), compare(named, loose=loose))


def _terms(plan: SweepPlan, recipe: Recipe) -> Terms:
    spec = plan.points[0].spec
    varied = {key for point in plan.points for key, _ in point.point.settings}
    # As it comes back from the file: lists, no tuples.
    values = msgspec.json.decode(msgspec.json.encode(spec))
    own = {"iters", "epochs", "model", "report_to", "project"} | varied
    return Terms(
        recipe=hashlib.sha256(msgspec.json.encode(recipe)).hexdigest(),
        model=spec.model,
        weights=model_identity(check_model(spec.model)),
        budget=plan.budget,
        spec={key: value for key, value in values.items() if key not in own},
    )


def _agree(folder: Path, terms: Terms) -> None:
    """Make the folder of a sweep, or see that it is the folder of this one."""
    path = folder / TERMS
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Terms)
    except FileNotFoundError:
        _begin(folder, path, terms)
        return
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise ConfigError(
            "This is not what a sweep says of itself.", path=path, hint="Give --out a new folder."
        ) from None
    if found.budget != terms.budget:
        raise ConfigError(
            f"The sweep in this folder learns {found.budget:,} tokens a point, not"
            f" {terms.budget:,}.",
            path=folder,
            hint=f"--tokens {found.budget} goes on with it; --out begins another.",
        )
    # Two calls that vary different settings agree on those that neither varies.
    shared = found.spec.keys() & terms.spec.keys()
    differ = [key for key in sorted(shared) if found.spec[key] != terms.spec[key]]
    differ += [key for key in ("recipe", "model") if getattr(found, key) != getattr(terms, key)]
    # A model of the Hub has no commit here before it was loaded for the first time.
    if found.weights != terms.weights and not found.weights.endswith("@"):
        differ.append("weights")
    if differ:
        raise ConfigError(
            f"The sweep in this folder differs from this one in {', '.join(differ)}.",
            path=folder,
            hint="Give --out a new folder.",
        )


def _begin(folder: Path, path: Path, terms: Terms) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigError(
            "This folder holds something that is no sweep.",
            path=folder,
            hint="Give --out a new folder.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot be made: {error.strerror}.", path=folder) from None
    write_atomic(path, [msgspec.json.format(msgspec.json.encode(terms)), b"\n"])


def _trained(
    point: PlannedPoint,
    folder: Path,
    allow: Sequence[str],
    tell: Progress,
    cancel: threading.Event | None,
) -> Run:
    """Return the finished run of a point; begin it, take it up or wait for it where it is not."""
    runs = folder / _RUNS
    known = list_runs(runs)
    if not known:
        tell(point.name, "mixing", 0, 0)
        write_mixture(point.plan, folder / "mixture", allow=allow)
        training = start_training(
            folder / "mixture", point.spec, runs_dir=runs, name=point.point.slug
        )
        return _followed(training, point.name, tell, cancel)
    run = known[-1]
    if run.record.hashes.get("train.jsonl") != point.train_sha256 or run.spec != point.spec:
        raise ConfigError(
            f"{point.name} was trained on other rows or otherwise: its sources have changed since.",
            path=run.folder,
            hint="Give --out a new folder.",
        )
    while run.active:
        # Of a sweep that was killed: its training went on without it.
        tell(point.name, "training", run.record.iteration, run.spec.iters)
        if _waited(cancel):
            raise CancelledError(f"Stopped at {point.name}; its training goes on.", hint=_GO_ON)
        run = read_run(run.folder)
    if run.status == "finished":
        return run
    return _followed(resume_training(run), point.name, tell, cancel)


def _waited(cancel: threading.Event | None) -> bool:
    """Wait a moment; return whether to stop."""
    if cancel is None:
        time.sleep(_POLL_SECONDS)
        return False
    return cancel.wait(_POLL_SECONDS)


def _followed(training: Training, name: str, tell: Progress, cancel: threading.Event | None) -> Run:
    if cancel is not None:
        threading.Thread(target=_stop_when, args=(cancel, training), daemon=True).start()
    for event in training.events():
        if isinstance(event, TrainingProgress):
            tell(name, "training", event.iteration, event.iters)
    run = training.wait()
    if run.status == "stopped":
        raise CancelledError(
            f"Stopped at {name}, after {run.record.iteration:,} of {run.spec.iters:,} iterations.",
            hint=_GO_ON,
        )
    if run.status != "finished":
        raise TrainingError(
            f"The training of {name} failed: {run.record.message}",
            path=run.folder,
            hint=f"{run.record.hint} {_GO_ON}".strip(),
        )
    return run


def _stop_when(cancel: threading.Event, training: Training) -> None:
    while not training.over:
        if cancel.wait(_POLL_SECONDS):
            training.stop()
            return


def _evaluated(
    run: Run,
    suite: Suite,
    sampling: Sampling,
    name: str,
    tell: Progress,
    cancel: threading.Event | None,
    *,
    run_tests: bool,
) -> Evaluation:
    """Return a run's evaluation; the one that is kept where it is of these very settings."""
    rules = rules_fingerprint(load_profile(suite.profile))
    for path in sorted((run.folder / FOLDER).glob("*.json")):
        try:
            kept = load_evaluation(path)
        except InputError:
            continue
        same = (kept.suite, kept.suite_sha256, kept.sampling, kept.rules)
        if same == (suite.name, suite.sha256, sampling, rules) and not (kept.not_run and run_tests):
            return kept
    evaluation = evaluate_run(
        run,
        suite,
        sampling=sampling,
        run_tests=run_tests,
        progress=lambda side, done, total: tell(name, _STAGES.get(side, side), done, total),
        cancel=cancel,
    )
    save_evaluation(evaluation, run)
    return evaluation
