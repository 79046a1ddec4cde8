"""Did this adapter change the behaviour: base and adapter asked the same prompts, scored alike."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from curator.errors import CancelledError, ConfigError, CuratorError
from curator.evaluate.chat import system_prompt_of
from curator.evaluate.contamination import Contamination, find_contamination
from curator.evaluate.evaluation import Evaluation
from curator.evaluate.generate import Generator
from curator.evaluate.running import run_scores
from curator.evaluate.sampling import Completion, Sampling
from curator.evaluate.score import Score, checks_for, rules_fingerprint, score
from curator.evaluate.side import Side
from curator.evaluate.suite import Suite
from curator.example import Profile, load_profile
from curator.example.chat import prompt_messages
from curator.sandbox import Backend, probe
from curator.train import Run, read_adapter, read_mixture

#: Called with a side's name, or ``tests`` while answers run, what is done and what there is in all.
Progress = Callable[[str, int, int], None]

_GREEDY = Sampling()


@dataclass(frozen=True, slots=True)
class Trained:
    """What a model was trained on, as far as a suite is concerned.

    Attributes:
        asked: What the user says in each training row.
        said: Everything that is said in each, system prompts aside.
    """

    asked: Sequence[str]
    said: Sequence[str]

    def contamination(self, suite: Suite) -> tuple[Contamination, ...]:
        """Return the prompts of a suite that resemble a row."""
        return find_contamination(suite, self.asked, rows=self.said)


def evaluate_run(
    run: Run,
    suite: Suite,
    *,
    sampling: Sampling = _GREEDY,
    run_tests: bool = True,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    generator: Generator | None = None,
) -> Evaluation:
    """Ask a run's base model and its adapter the prompts of a suite.

    The conversation is built as in training: with the system prompt of the run's mixture.
    Prompts that resemble a training row are left out of the score, on both sides, and named.

    Args:
        run: A run with an adapter.
        suite: The prompts.
        sampling: How answers are drawn.
        run_tests: Whether answers run where there is a sandbox.
        progress: Told about every answer.
        cancel: Set it to stop early; answers that are there are kept for the next time.
        generator: One that holds the run's base already, for a further suite; it stays open.

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
    return evaluate(
        run.model,
        suite,
        adapter=run.adapter,
        adapter_sha256=run.result.adapter_sha256 if run.result else None,
        system_prompt=system_prompt_of(run),
        trained=trained_by(run),
        sampling=sampling,
        run_tests=run_tests,
        progress=progress,
        cancel=cancel,
        log=run.folder / "generate.log",
        generator=generator,
    )


def evaluate(
    model: str,
    suite: Suite,
    *,
    adapter: Path | None = None,
    adapter_sha256: str | None = None,
    system_prompt: str = "",
    trained: Trained | None = None,
    sampling: Sampling = _GREEDY,
    run_tests: bool = True,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    log: Path | None = None,
    generator: Generator | None = None,
) -> Evaluation:
    """Ask a model, with and without an adapter, the prompts of a suite; see `evaluate_run`.

    Args:
        model: A model folder, or the ``org/name`` of a model on the Hub.
        suite: The prompts.
        adapter: An adapter folder; without it the base alone is asked.
        adapter_sha256: The hash of its weights, where it is known already.
        system_prompt: What stands before every prompt; empty for none.
        trained: What the adapter was trained on, to leave out prompts that resemble it.
        sampling: How answers are drawn.
        run_tests: Whether answers run where there is a sandbox.
        progress: Told about every answer.
        cancel: Set it to stop early.
        log: Where the generating process prints.
        generator: One that holds `model` already; it stays open.

    Raises:
        ConfigError: Every prompt is contaminated.
        ModelError: The model or the adapter cannot be loaded.
        TrainingError: The generating process died.
        CancelledError: `cancel` was set before every prompt was answered.
    """
    profile = load_profile(suite.profile)
    contaminated = trained.contamination(suite) if trained else ()
    clean = _without(suite, contaminated)
    if adapter is not None and adapter_sha256 is None:
        adapter_sha256 = read_adapter(adapter).sha256
    asking = _Asking(clean, profile, system_prompt, sampling, progress, cancel)
    answered: dict[str, list[Score]] = {}
    with nullcontext(generator) if generator else Generator(model, log=log) as asked:
        answered["base"] = asking.ask(asked, "base", None)
        if adapter is not None:
            answered["adapter"] = asking.ask(asked, "adapter", adapter)
    backend, not_run = _sandbox(suite, profile, run_tests=run_tests)
    checks = checks_for(clean, profile, run=backend is not None)
    if backend is not None:
        answered = asking.run(answered, backend)
    sides = {name: Side(name, checks, tuple(scores)) for name, scores in answered.items()}
    return Evaluation(
        suite=suite.name,
        model=model,
        adapter=adapter_sha256,
        n=len(clean.prompt),
        contaminated=contaminated,
        contamination_checked=trained is not None,
        base=sides["base"],
        tuned=sides.get("adapter"),
        sampling=sampling,
        profile=profile,
        suite_sha256=suite.sha256,
        wants=suite.wants,
        system_prompt=system_prompt,
        rules=rules_fingerprint(profile),
        not_run=not_run,
    )


@dataclass(frozen=True)
class _Asking:
    """What stays the same while base and adapter are asked."""

    suite: Suite
    profile: Profile
    system_prompt: str
    sampling: Sampling
    progress: Progress | None
    cancel: threading.Event | None

    def ask(self, generator: Generator, name: str, adapter: Path | None) -> list[Score]:
        """Return a score for each answer of one side, judged by reading as the answers come."""
        prompts = self.suite.prompt
        conversations = [
            prompt_messages(prompt.instruction, prompt.input, system_prompt=self.system_prompt)
            for prompt in prompts
        ]
        wanted = len(prompts) * self.sampling.samples
        scores: dict[tuple[int, int], Score] = {}
        for one in generator.complete(
            conversations, adapter=adapter, sampling=self.sampling, cancel=self.cancel
        ):
            scores[one.index, one.sample] = self._judge(one)
            self._tell(name, len(scores), wanted)
        if len(scores) < wanted:
            self._stopped(f"Stopped after {len(scores):,} of {wanted:,} answers of the {name}.")
        return [scores[place] for place in sorted(scores)]

    def run(self, answered: dict[str, list[Score]], backend: Backend) -> dict[str, list[Score]]:
        """Return the scores of both sides with what running the answers showed."""
        scores = run_scores(
            [one for side in answered.values() for one in side],
            self.profile,
            checks_for(self.suite, self.profile, run=True),
            backend=backend,
            progress=lambda done, total: self._tell("tests", done, total),
            cancel=self.cancel,
        )
        if self.cancel is not None and self.cancel.is_set():
            self._stopped("Stopped while the answers' tests ran.")
        left = iter(scores)
        return {name: [next(left) for _ in side] for name, side in answered.items()}

    def _judge(self, one: Completion) -> Score:
        return score(
            self.suite.prompt[one.index],
            one.text,
            self.profile,
            truncated=one.truncated,
            failure=one.failure,
            wants=self.suite.wants,
            sample=one.sample,
            tokens=one.tokens,
        )

    def _tell(self, name: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(name, done, total)

    def _stopped(self, message: str) -> None:
        raise CancelledError(message, hint="The answers so far are kept: ask again to go on.")


def trained_by(run: Run) -> Trained | None:
    """Return what trained a run, or None where its mixture is gone.

    A mixture that was built anew since is gone too: its rows are not those that trained.
    """
    try:
        train = hashlib.sha256((run.mixture / "train.jsonl").read_bytes()).hexdigest()
        if train != run.record.hashes.get("train.jsonl"):
            return None
        return trained_in(run.mixture)
    except (CuratorError, OSError):
        return None


def trained_in(mixture: Path) -> Trained:
    """Return what the training rows of a mixture say.

    Raises:
        InputError: It cannot be read.
    """
    rows = read_mixture(mixture).train
    return Trained(
        asked=[
            next((m["content"] for m in reversed(row) if m["role"] == "user"), "") for row in rows
        ],
        said=["\n".join(m["content"] for m in row if m["role"] != "system") for row in rows],
    )


def _without(suite: Suite, contaminated: Sequence[Contamination]) -> Suite:
    spoilt = {one.prompt for one in contaminated}
    kept = tuple(prompt for prompt in suite.prompt if prompt.id not in spoilt)
    if not kept:
        raise ConfigError(
            f"Every prompt of the suite {suite.name!r} resembles a training row, so nothing is"
            " left to measure.",
            hint="Choose another suite.",
        )
    return Suite(
        name=suite.name,
        prompt=kept,
        description=suite.description,
        profile=suite.profile,
        wants=suite.wants,
    )


def _sandbox(suite: Suite, profile: Profile, *, run_tests: bool) -> tuple[Backend | None, str]:
    """Return what answers run in, or None and why they do not."""
    if not any(check.ran for check in checks_for(suite, profile, run=True)):
        return None, ""
    if not run_tests:
        return None, "This was switched off."
    backend = probe()
    if not backend.sealed:
        return None, " ".join(part for part in (backend.reason, backend.hint) if part)
    return backend, ""
