"""``curator eval``: base and adapter asked the same prompts, with honest intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from curator.cli.answeroptions import (
    loose_option,
    max_tokens_option,
    samples_option,
    seed_option,
    temperature_option,
)
from curator.cli.output import (
    cancel_on_interrupt,
    print_json,
    progress_bar,
    say,
)
from curator.cli.runchoice import LATEST, complete_runs, runs_folder, runs_option
from curator.cli.sheets import print_as, print_sheets, sheets_format_option
from curator.errors import ConfigError, StoreError
from curator.evaluate import (
    DEFAULT_SUITE,
    Evaluation,
    Sampling,
    Suite,
    Trained,
    evaluate,
    evaluate_run,
    read_suite,
    save_evaluation,
    trained_in,
)
from curator.evaluate.generate import Generator
from curator.evaluate.sheets import evaluation_sheets
from curator.terminal import one_line
from curator.train import Run, read_run


@click.command(
    name="eval",
    epilog="""\b
Examples:
  curator eval                                  the newest run that left an adapter
  curator eval --run latest --suite runnable-first --suite control
  curator eval --run latest --samples 10 --temperature 0.8
  curator eval --model models/base --adapter adapters/mine --mixture mixtures/first
  curator eval --run latest --format html > report.html
Interrupted, it goes on where it was: answers that were given are remembered. `curator doctor` says
where; they may be deleted at any time.
Exit codes: 0 evaluated, 2 it could not be, 130 interrupted.""",
)
@click.option(
    "--run",
    "run_name",
    metavar="RUN",
    shell_complete=complete_runs,
    help="A run's id or folder; `latest` is the newest that left an adapter.  [default: latest]",
)
@click.option(
    "--model", metavar="MODEL", help="In place of a run: a model folder, a Hub id, or tiny."
)
@click.option(
    "--adapter",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="With --model: an adapter to ask beside the base.",
)
@click.option(
    "--mixture",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="With --model: what the adapter was trained on, to leave out prompts that resemble it.",
)
@click.option(
    "--system", "system_prompt", default="", metavar="TEXT", help="With --model: a system prompt."
)
@click.option(
    "--suite",
    "suites",
    multiple=True,
    default=(DEFAULT_SUITE,),
    show_default=True,
    metavar="NAME|FILE",
    help="A built-in suite, or a .toml or .jsonl file of prompts; may be given again.",
)
@samples_option
@temperature_option
@seed_option
@max_tokens_option
@loose_option
@click.option(
    "--run-tests/--no-run-tests",
    default=True,
    show_default=True,
    help="Run the answers' tests and the suite's hidden asserts, sealed.",
)
@click.option("--tags", is_flag=True, help="Show the rates by kind of prompt, too.")
@click.option(
    "--no-cache", is_flag=True, help="Ask everything again: use and keep no remembered answer."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep every answer in DIR/evaluations.  [default: the run's folder]",
)
@runs_option
@sheets_format_option
def command(
    run_name: str | None,
    model: str | None,
    adapter: Path | None,
    mixture: Path | None,
    system_prompt: str,
    suites: tuple[str, ...],
    samples: int,
    temperature: float,
    seed: int,
    max_tokens: int,
    loose: bool,
    run_tests: bool,
    tags: bool,
    no_cache: bool,
    out: Path | None,
    runs_dir: Path | None,
    output_format: str,
) -> int:
    """Ask base and adapter the prompts of a suite, and score them.

    Answers are judged by the rules that lint examples. Every rate has its n and its 95% interval;
    base and adapter are compared prompt by prompt. Prompts that resemble a training row are named
    and left out.
    """
    sampling = Sampling(max_tokens, samples, temperature, seed)
    chosen = [read_suite(name) for name in dict.fromkeys(suites)]
    _check_names(chosen)
    if model is None:
        if adapter or mixture or system_prompt:
            raise ConfigError(
                "--adapter, --mixture and --system go with --model; a run has its own."
            )
        subject = _of_run(run_name, runs_dir)
    elif run_name is not None:
        raise ConfigError("Give --run or --model, not both.")
    elif mixture is not None and adapter is None:
        raise ConfigError("--mixture says what an adapter was trained on: give --adapter, too.")
    else:
        trained = None if mixture is None else trained_in(mixture)
        subject = _Subject(model, adapter, system_prompt, trained)
    evaluations = []
    problem: StoreError | None = None
    with subject.generator(cache=not no_cache) as generator:
        for suite in chosen:
            evaluation = subject.evaluate(suite, sampling, generator, run_tests=run_tests)
            evaluations.append(evaluation)
            target = out or subject.run
            if target is not None and problem is None:
                try:
                    say(f"Every answer with its findings: {save_evaluation(evaluation, target)}")
                except StoreError as error:
                    # What was found is told first.
                    problem = error
    _print(evaluations, output_format, loose=loose, tags=tags)
    if problem is not None:
        raise problem
    return 0


def print_evaluation(evaluation: Evaluation) -> None:
    """Print the table of rates, and what was left out, on standard output."""
    print_sheets(evaluation_sheets(evaluation))


@dataclass(frozen=True)
class _Subject:
    """What is evaluated: a run's base and adapter, or a model that was named."""

    model: str
    adapter: Path | None = None
    system_prompt: str = ""
    trained: Trained | None = None
    run: Run | None = None

    def generator(self, *, cache: bool) -> Generator:
        """Return what answers, for all suites."""
        log = self.run.folder / "generate.log" if self.run else None
        return Generator(self.model, log=log, cache=cache)

    def evaluate(
        self, suite: Suite, sampling: Sampling, generator: Generator, *, run_tests: bool
    ) -> Evaluation:
        """Ask the prompts of one suite."""
        title = f"Answering {one_line(suite.name, 30)}"
        with progress_bar(title) as advance, cancel_on_interrupt() as cancel:

            def progress(step: str, done: int, total: int) -> None:
                advance(done, total, step)

            if self.run is not None:
                return evaluate_run(
                    self.run,
                    suite,
                    sampling=sampling,
                    run_tests=run_tests,
                    progress=progress,
                    cancel=cancel,
                    generator=generator,
                )
            return evaluate(
                self.model,
                suite,
                adapter=self.adapter,
                system_prompt=self.system_prompt,
                trained=self.trained,
                sampling=sampling,
                run_tests=run_tests,
                progress=progress,
                cancel=cancel,
                generator=generator,
            )


def _check_names(suites: Sequence[Suite]) -> None:
    """See that no suite's file takes the place of another's."""
    names = [suite.name for suite in suites]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(
            f"Two of these suites are called {twice!r}, and answers are kept by that name.",
            hint="Ask one after the other with an --out each, or rename one.",
        )


def _of_run(name: str | None, runs_dir: Path | None) -> _Subject:
    run = read_run(name or LATEST, runs_dir=runs_folder(runs_dir), with_adapter=True)
    if name in {None, LATEST}:
        say(f"The run is {run.id}.")
    return _Subject(run.model, run=run)


def _print(
    evaluations: Sequence[Evaluation], output_format: str, *, loose: bool, tags: bool
) -> None:
    if output_format == "json":
        values = [one.to_json(loose=loose) for one in evaluations]
        # One suite is one object, which is what most scripts ask for.
        print_json(values[0] if len(values) == 1 else values)
        return
    sheets = [
        sheet for one in evaluations for sheet in evaluation_sheets(one, loose=loose, tags=tags)
    ]
    print_as(output_format, sheets, answers=evaluations)
