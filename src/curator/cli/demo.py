"""``curator demo``: the whole job once, on what is shipped, without a network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from curator.cli.demostage import BASE, CURATED, MIXTURE, RECIPE, Stage, stage_for, write_project
from curator.cli.evaluate import print_evaluation
from curator.cli.follow import follow
from curator.cli.lint import summary
from curator.cli.output import cancel_on_interrupt, plural, progress_bar, say, stdout
from curator.cli.train import look_first
from curator.errors import CancelledError, ConfigError, ModelError, TrainingError
from curator.evaluate import Evaluation, Sampling, evaluate_run, save_evaluation
from curator.example import load_profile
from curator.lint import Severity, lint, make_linter
from curator.lint.execute import execute, program_of
from curator.mix import Plan, plan_mixture, read_recipe, write_mixture
from curator.neardup import find_twins, instruction_text
from curator.sandbox import Limits, probe
from curator.store import read_rows
from curator.train import Run, check_model, start_training
from curator.train.events import Validation


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
    help="The base model.  [default: tiny, the one that comes with Curator]",
)
@click.option(
    "--iters",
    type=click.IntRange(1),
    metavar="N",
    help="Iterations to train.  [default: what the model needs]",
)
@click.option(
    "--prompts",
    type=click.IntRange(1),
    metavar="N",
    help="Prompts of the suite to ask, at most.  [default: all for the tiny base, else 12]",
)
def command(out: Path | None, model: str | None, iters: int | None, prompts: int | None) -> int:
    """Do the whole job once, small, without a network.

    Lint, run, twins, mix, preflight, train, evaluate. The tiny base that comes with Curator knows
    small Python tasks and answers them in many forms, never in the one that the curated examples
    teach. A few minutes of LoRA later it does, for tasks that no training row asked for.

    With --model, a model of yours gets the shipped examples and a few prompts instead.
    """
    started = time.monotonic()
    stage = stage_for(model, iters, prompts)
    check_model(stage.spec.model)
    folder = _folder(out)
    say(f"Working in {folder}")
    write_project(folder, stage)
    _lint(folder)
    _run(folder)
    _twins(folder)
    planned = _mix(folder)
    if _stands(folder, stage):
        return 1
    with _step("Train"):
        run = follow(
            lambda: start_training(
                folder / MIXTURE, stage.spec, runs_dir=folder / "runs", name="demo"
            )
        )
    if run.status == "failed" and run.record.cause == "model":
        raise ModelError(run.record.message, hint=run.record.hint)
    if run.status == "stopped":
        raise CancelledError("The demo was stopped while it trained.", path=folder)
    if run.adapter is None:
        raise TrainingError("The demo's training left no adapter.", path=run.log)
    evaluation = _evaluate(run, stage)
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


def _lint(folder: Path) -> None:
    with _step("Lint"):
        profile = load_profile()
        report = lint([folder / CURATED], make_linter(profile))
        say(summary(report, profile))
        if report.count(Severity.ERROR):
            raise ConfigError("The curated examples have errors.", path=folder / CURATED)


def _run(folder: Path) -> None:
    backend = probe()
    if not backend.usable:
        say(f"The examples were not run: {backend.reason}")
        return
    with _step("Run"):
        profile = load_profile()
        examples = [row.example for row in read_rows(folder / CURATED) if row.example]
        programs = [program_of(example, profile) for example in examples]
        passed = 0
        with progress_bar("Running") as advance, cancel_on_interrupt() as cancel:
            for done, (_, one) in enumerate(
                execute(programs, Limits(), backend=backend, cancel=cancel), start=1
            ):
                passed += one.passed
                advance(done, len(programs), "examples")
        if cancel.is_set():
            raise CancelledError("The demo was stopped while it ran the examples.", path=folder)
        say(f"{passed:,} of {plural(len(programs), 'example')} passed their own test, sealed.")


def _twins(folder: Path) -> None:
    with _step("Twins"), progress_bar("Comparing") as advance:
        rows = [
            row.example
            for name in (CURATED, BASE)
            for row in read_rows(folder / name)
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


def _mix(folder: Path) -> Plan:
    with _step("Mix"):
        planned = plan_mixture(read_recipe(folder / RECIPE), folder)
        write_mixture(planned, folder / MIXTURE)
        for check in planned.checks:
            say(f"{check.verdict:>5}  {check.message}")
        return planned


def _stands(folder: Path, stage: Stage) -> bool:
    """Look at the mixture as every training does first, and return whether a check stands."""
    with _step("Preflight"):
        stands = bool(look_first(folder / MIXTURE, stage.spec, ()))
        if stands:
            say(f"The demo ends here; `curator train {folder / MIXTURE}` takes that option.")
        return stands


def _evaluate(run: Run, stage: Stage) -> Evaluation:
    with _step("Evaluate"):
        with progress_bar("Answering") as advance, cancel_on_interrupt() as cancel:
            evaluation = evaluate_run(
                run,
                stage.suite,
                sampling=Sampling(max_tokens=stage.tokens),
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
