"""``curator demo``: the whole job once, on what is shipped, without a network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from curator.cli.evaluate import print_evaluation
from curator.cli.follow import follow
from curator.cli.lint import summary
from curator.cli.output import cancel_on_interrupt, plural, progress_bar, say, stdout
from curator.errors import CancelledError, ConfigError, ModelError, TrainingError
from curator.evaluate import (
    Evaluation,
    Sampling,
    Suite,
    evaluate_run,
    read_suite,
    save_evaluation,
)
from curator.example import load_profile
from curator.lint import Severity, lint, make_linter
from curator.mix import (
    DedupSpec,
    Plan,
    Recipe,
    SourceSpec,
    SplitSpec,
    check_exposures,
    plan_mixture,
    write_mixture,
)
from curator.neardup import find_twins, instruction_text
from curator.store import read_rows, shipped_base, shipped_examples, write_atomic
from curator.train import Run, TrainingSpec, check_model, start_training
from curator.train.events import Validation

_ITERS = 60
_BATCH = 4
_PROMPTS = 12
_TOKENS = 96


@click.command(
    name="demo",
    epilog="""\b
Examples:
  curator demo
  curator demo --out ./demo      keep mixture, run and evaluation here
  curator demo --model mlx-community/Qwen2.5-Coder-0.5B-Instruct-4bit""",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new folder to work in.  [default: a temporary one]",
)
@click.option(
    "--model",
    metavar="FOLDER|ID",
    help="The base model.  [default: a tiny one with random weights, built here]",
)
@click.option(
    "--iters",
    type=click.IntRange(1),
    default=_ITERS,
    show_default=True,
    help="Iterations to train.",
)
def command(out: Path | None, model: str | None, iters: int) -> int:
    """Do the whole job once, small, without a network.

    Lint, twins, mix, train, evaluate. It uses the shipped examples, a shipped base sample and,
    unless a model is named, a tiny model with random weights. That model knows nothing, so its
    answers are noise before and after: the demo shows that the machinery works on this machine,
    not that training helps.
    """
    started = time.monotonic()
    if model is not None:
        check_model(model)
    folder = _folder(out)
    say(f"Working in {folder}")
    _lint()
    _twins()
    planned = _mix(folder, iters)
    model = model or _tiny(folder)
    spec = TrainingSpec(
        model=model,
        iters=iters,
        batch_size=_BATCH,
        learning_rate=1e-3,
        max_seq_length=768,
        steps_per_report=max(1, iters // 12),
        steps_per_eval=max(1, iters // 3),
    )
    with _step("Train"):
        run = follow(
            lambda: start_training(folder / "mixture", spec, runs_dir=folder / "runs", name="demo")
        )
    if run.status == "failed" and run.record.cause == "model":
        raise ModelError(run.record.message, hint=run.record.hint)
    if run.status == "stopped":
        raise CancelledError("The demo was stopped while it trained.", path=folder)
    if run.adapter is None:
        raise TrainingError("The demo's training left no adapter.", path=run.log)
    evaluation = _evaluate(run)
    _close(planned, run, evaluation, folder, time.monotonic() - started)
    return 0


@contextmanager
def _step(title: str) -> Iterator[None]:
    from rich.rule import Rule

    from curator.cli.output import stderr

    begun = time.monotonic()
    stderr().print(Rule(title, align="left", style="dim"))
    yield
    say(f"{title}: {time.monotonic() - begun:.1f} s")


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="curator-demo-"))
    if out.exists() and not out.is_dir():
        raise ConfigError("This is a file, where a folder should be.", path=out)
    if out.exists() and any(out.iterdir()):
        raise ConfigError("This folder is not empty.", path=out, hint="Name a new one.")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _lint() -> None:
    with _step("Lint"):
        profile = load_profile()
        report = lint([shipped_examples()], make_linter(profile))
        say(summary(report, profile))
        if report.count(Severity.ERROR):
            raise ConfigError("The shipped examples have errors.", path=shipped_examples())


def _twins() -> None:
    with _step("Twins"), progress_bar("Comparing") as advance:
        rows = [
            row.example
            for path in (shipped_examples(), shipped_base())
            for row in read_rows(path)
            if row.example
        ]
        report = find_twins(
            [instruction_text(example) for example in rows],
            progress=lambda done, total: advance(done, total, "rows"),
        )
        say(
            f"{plural(report.compared, 'pair')} compared,"
            f" {plural(len(report.pairs), 'pair')} of twins at {report.threshold:g} or above."
        )


def _mix(folder: Path, iters: int) -> Plan:
    with _step("Mix"):
        for source in (shipped_examples(), shipped_base()):
            write_atomic(folder / source.name, [source.read_bytes()])
        recipe = Recipe(
            name="demo",
            source=(
                SourceSpec(path=shipped_examples().name, role="curated", repeat=2),
                SourceSpec(path=shipped_base().name, role="base"),
            ),
            system_prompt="Answer with ### Solution, ### Usage and ### Sanity test.",
            system_prompt_on="curated",
            dedup=DedupSpec(threshold=90),
            split=SplitSpec(valid=0.05),
        )
        planned = plan_mixture(recipe, folder)
        write_mixture(planned, folder / "mixture")
        for check in (*planned.checks, check_exposures(planned, iters=iters, batch_size=_BATCH)):
            say(f"{check.verdict:>5}  {check.message}")
        return planned


def _tiny(folder: Path) -> str:
    from curator.tiny import build_tiny_model

    with _step("Tiny model"):
        return str(build_tiny_model(folder / "tiny-model"))


def _evaluate(run: Run) -> Evaluation:
    with _step("Evaluate"):
        whole = read_suite("runnable-first")
        suite = Suite(
            name=whole.name,
            prompt=whole.prompt[:_PROMPTS],
            description=whole.description,
            profile=whole.profile,
        )
        with progress_bar("Answering") as advance, cancel_on_interrupt() as cancel:
            evaluation = evaluate_run(
                run,
                suite,
                sampling=Sampling(max_tokens=_TOKENS),
                run_tests=False,
                progress=lambda side, done, total: advance(done, total, side),
                cancel=cancel,
            )
        save_evaluation(evaluation, run)
        return evaluation


def _close(planned: Plan, run: Run, evaluation: Evaluation, folder: Path, seconds: float) -> None:
    console = stdout()
    console.print()
    print_evaluation(evaluation)
    console.print()
    result = run.result
    assert result is not None
    first = next((e.val_loss for e in run.events() if isinstance(e, Validation)), None)
    if first is not None and result.val_loss is not None:
        console.print(f"Validation loss {first:.3f} → {result.val_loss:.3f}")
    console.print(
        f"{plural(len(planned.train), 'row')} in the mixture, {planned.curated_share:.1%} of them"
        f" curated; {plural(result.iterations, 'iteration')} learned"
        f" {plural(result.trained_tokens, 'token')}."
    )
    console.print(f"Everything is in {folder}. The whole job took {seconds:.0f} s.")
