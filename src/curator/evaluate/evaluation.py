"""Did this adapter change the behaviour: base and adapter asked the same prompts, scored alike."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from curator.errors import CancelledError, ConfigError, CuratorError, StoreError
from curator.evaluate.generate import Generator, Sampling
from curator.evaluate.score import Check, Score, checks_of, score
from curator.evaluate.statistics import Rate
from curator.evaluate.suite import Contamination, Suite, find_contamination
from curator.example import Profile, load_profile
from curator.example.chat import prompt_messages
from curator.mix import read_manifest
from curator.store import write_text
from curator.train import Run, read_mixture

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Side:
    """How one model did on a suite.

    Attributes:
        name: ``base`` or ``adapter``.
        checks: The checks of the profile.
        scores: One score a prompt, in suite order.
    """

    name: str
    checks: tuple[Check, ...]
    scores: tuple[Score, ...]

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """The rate of each check, by name."""
        return {
            check.name: Rate.of(one.passed[check.name] for one in self.scores)
            for check in self.checks
        }

    @cached_property
    def all(self) -> Rate:
        """The rate of answers that pass every check."""
        return Rate.of(one.all for one in self.scores)

    def to_json(self) -> dict[str, Any]:
        """Return the rates and the answers as plain JSON values."""
        return {
            "checks": {name: rate.to_json() for name, rate in self.rates.items()},
            "all": self.all.to_json(),
            "answers": [
                {
                    "prompt": one.prompt.id,
                    "instruction": one.prompt.instruction,
                    "input": one.prompt.input,
                    "text": one.text,
                    "truncated": one.truncated,
                    "passed": one.passed,
                    "all": one.all,
                    "findings": [finding.to_json() for finding in one.findings],
                }
                for one in self.scores
            ],
        }


@dataclass(frozen=True)
class Evaluation:
    """A suite asked of the base model and of an adapter.

    Attributes:
        suite: The suite's name.
        model: The base model.
        adapter: SHA-256 of the adapter's weights, or None where only the base was asked.
        n: How many prompts were scored.
        contaminated: Prompts left out because the adapter was trained on their like.
        contamination_checked: Whether the rows that trained were there to compare with.
        max_tokens: The most tokens an answer could have.
        base: How the base did.
        tuned: How the adapter did, or None.
    """

    suite: str
    model: str
    adapter: str | None
    n: int
    contaminated: tuple[Contamination, ...]
    contamination_checked: bool
    max_tokens: int
    base: Side
    tuned: Side | None

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation as plain JSON values."""
        return {
            "suite": self.suite,
            "model": self.model,
            "adapter": self.adapter,
            "n": self.n,
            "contaminated": [
                {"prompt": one.prompt, "score": one.score, "row": one.row, "text": one.text}
                for one in self.contaminated
            ],
            "contamination_checked": self.contamination_checked,
            "max_tokens": self.max_tokens,
            "base": self.base.to_json(),
            "tuned": self.tuned.to_json() if self.tuned else None,
        }


def evaluate_run(
    run: Run,
    suite: Suite,
    *,
    max_tokens: int = 512,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Evaluation:
    """Ask a run's base model and its adapter the prompts of a suite.

    The conversation is built as in training: with the system prompt of the run's mixture.
    Prompts that resemble a training row are left out of the score and named.

    Args:
        run: A run with an adapter.
        suite: The prompts.
        max_tokens: The most tokens of an answer.
        progress: Called with the side's name, the answers done and the answers in all.
        cancel: Set it to stop early.

    Raises:
        ConfigError: The run has no adapter, its manifest is damaged, or every prompt is
            contaminated.
        ModelError: The model or the adapter cannot be loaded.
        TrainingError: The generating process died.
        CancelledError: `cancel` was set before every prompt was answered.
    """
    if run.adapter is None:
        raise ConfigError(
            f"The run {run.id} left no adapter to evaluate.",
            path=run.folder,
            hint="Its log.txt says what happened.",
        )
    trained = _trained_texts(run)
    contaminated = find_contamination(suite, trained) if trained is not None else ()
    return evaluate(
        run.model,
        suite,
        adapter=run.adapter,
        adapter_sha256=run.result.adapter_sha256 if run.result else None,
        system_prompt=_system_prompt(run),
        contaminated=contaminated,
        contamination_checked=trained is not None,
        max_tokens=max_tokens,
        progress=progress,
        cancel=cancel,
        log=run.folder / "generate.log",
    )


def evaluate(
    model: str,
    suite: Suite,
    *,
    adapter: Path | None = None,
    adapter_sha256: str | None = None,
    system_prompt: str = "",
    contaminated: Sequence[Contamination] = (),
    contamination_checked: bool = False,
    max_tokens: int = 512,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    log: Path | None = None,
) -> Evaluation:
    """Ask a model, with and without an adapter, the prompts of a suite; see `evaluate_run`."""
    profile = load_profile(suite.profile)
    spoilt = {one.prompt for one in contaminated}
    clean = Suite(
        name=suite.name,
        prompt=tuple(prompt for prompt in suite.prompt if prompt.id not in spoilt),
        description=suite.description,
        profile=suite.profile,
    )
    if not clean.prompt:
        raise ConfigError(
            f"Every prompt of the suite {suite.name!r} resembles a training row, so nothing is"
            " left to measure.",
            hint="Choose another suite.",
        )
    tuned = None
    with Generator(model, log=log) as generator:

        def side(name: str, with_adapter: Path | None) -> Side:
            return _ask(
                generator,
                name,
                with_adapter,
                clean,
                profile,
                system_prompt=system_prompt,
                max_tokens=max_tokens,
                progress=progress,
                cancel=cancel,
            )

        base = side("base", None)
        if adapter is not None:
            tuned = side("adapter", adapter)
    return Evaluation(
        suite=suite.name,
        model=model,
        adapter=adapter_sha256,
        n=len(clean.prompt),
        contaminated=tuple(contaminated),
        contamination_checked=contamination_checked,
        max_tokens=max_tokens,
        base=base,
        tuned=tuned,
    )


def save_evaluation(evaluation: Evaluation, run: Run) -> Path:
    """Write an evaluation into its run's folder and return the file.

    Raises:
        StoreError: It could not be written.
    """
    folder = run.folder / "evaluations"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot be made: {error.strerror}.", path=folder) from None
    path = folder / f"{evaluation.suite}.json"
    write_text(path, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=1) + "\n")
    return path


def _ask(
    generator: Generator,
    name: str,
    adapter: Path | None,
    suite: Suite,
    profile: Profile,
    *,
    system_prompt: str,
    max_tokens: int,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> Side:
    conversations = [
        prompt_messages(prompt.instruction, prompt.input, system_prompt=system_prompt)
        for prompt in suite.prompt
    ]
    scores: dict[int, Score] = {}
    for completion in generator.complete(
        conversations, adapter=adapter, sampling=Sampling(max_tokens=max_tokens), cancel=cancel
    ):
        scores[completion.index] = score(
            suite.prompt[completion.index],
            completion.text,
            profile,
            truncated=completion.truncated,
        )
        if progress:
            progress(name, len(scores), len(conversations))
    if len(scores) < len(conversations):
        raise CancelledError(
            f"Stopped after {len(scores)} of {len(conversations)} answers of the {name}."
        )
    return Side(name, checks_of(profile), tuple(scores[index] for index in sorted(scores)))


def _system_prompt(run: Run) -> str:
    """Return the system prompt that the run's curated rows carried."""
    if not (run.folder / "manifest.json").is_file():
        # A mixture by hand, or by another tool.
        return ""
    manifest = read_manifest(run.folder)
    return "" if manifest.recipe.get("system_prompt_on") == "none" else manifest.system_prompt


def _trained_texts(run: Run) -> list[str] | None:
    """Return what the user says in each training row, or None where the mixture is gone.

    A mixture that was built anew since is gone too: its rows are not those that trained.
    """
    try:
        rows = read_mixture(run.mixture).train
        train = hashlib.sha256((run.mixture / "train.jsonl").read_bytes()).hexdigest()
    except (CuratorError, OSError):
        return None
    if train != run.record.hashes.get("train.jsonl"):
        return None
    return [next((m["content"] for m in reversed(row) if m["role"] == "user"), "") for row in rows]
