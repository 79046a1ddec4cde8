"""``curator lint``: the rules, over files, for people, hooks and CI."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.inputs import once
from curator.cli.linting import Job, Request, Tally, cores, fix_all, lint_all, sentence
from curator.cli.output import say
from curator.errors import ConfigError
from curator.example import Profile, load_profile
from curator.lint import LintReport
from curator.lint.formats import FORMATS
from curator.lint.project import project_linter
from curator.lint.sources import STDIN
from curator.settings import Project, find_project


@click.command(
    name="lint",
    epilog="""\b
Examples:
  curator lint data/custom/perfect_examples.jsonl
  curator lint --fix mine.jsonl
  curator lint --select SEC,DOC --format json data/custom/*.jsonl
  git show HEAD:data/custom/mine.jsonl | curator lint -
Exit codes: 0 clean, 1 findings, 2 a file or the configuration cannot be read, or a rule broke
down. `curator rule CODE` explains a rule.""",
)
@click.argument(
    "paths", nargs=-1, type=click.Path(allow_dash=True), required=True, metavar="PATH…|-"
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--select", metavar="CODES", help="Run only these codes or prefixes: SEC,DOC001.")
@click.option("--extend-select", metavar="CODES", help="Run these besides those selected.")
@click.option("--ignore", metavar="CODES", help="Leave out these codes or prefixes.")
@click.option("--profile", metavar="NAME|FILE", help="The required shape of an answer.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff, the unsafe ones too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of listing them.")
@click.option("--run", "running", is_flag=True, help="Run the sanity tests too, sealed.")
@click.option("--watch", is_flag=True, help="Lint again whenever a file changes, until Ctrl-C.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="info",
    show_default=True,
    help="Which findings make the exit code 1: these and graver ones.",
)
@click.option("--add-baseline", is_flag=True, help="Live with what is found now from here on.")
@click.option("--no-baseline", is_flag=True, help="Report what the baseline passes over as well.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes lint large files.  [default: the number of cores]",
)
def command(
    paths: tuple[str, ...],
    output_format: str,
    select: str | None,
    extend_select: str | None,
    ignore: str | None,
    profile: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    running: bool,
    watch: bool,
    exit_zero: bool,
    fail_on: str,
    add_baseline: bool,
    no_baseline: bool,
    no_cache: bool,
    jobs: int | None,
) -> int:
    """Check examples against the rules.

    PATH is a JSON Lines file, a JSON array whose name ends in .json, or - for standard input.
    Settings come from curator.toml; options here take their place.
    """
    if STDIN in paths and (fix or diff or watch or running):
        raise ConfigError(
            "Standard input can be linted, and not fixed, run or watched.", hint="Name a file."
        )
    named = once(paths)

    def job() -> Job:
        project = find_project()
        return Job(
            project=project,
            linter=project_linter(
                project,
                profile=load_profile(profile) if profile else None,
                select=_codes(select),
                extend_select=_codes(extend_select),
                ignore=_codes(ignore),
                held_out=_held_out(project),
            ),
            request=Request(
                paths=named,
                output_format=output_format,
                statistics=statistics,
                running=running,
                fail_on=fail_on,
                exit_zero=exit_zero,
                add_baseline=add_baseline,
                baseline=not no_baseline,
                cache=not no_cache,
                jobs=jobs or cores(),
            ),
        )

    first = job()
    if diff:
        return fix_all(first, unsafe=unsafe_fixes, write=False) and int(not exit_zero)
    if watch:
        from curator.cli.watch import watched

        latest = [first]

        def again() -> int:
            # Settings are read anew each time, since they may be what has changed.
            latest[0] = job()
            return _once(latest[0], fix, unsafe_fixes)

        return watched(lambda: _files(latest[0], profile), again)
    return _once(first, fix, unsafe_fixes)


def _files(job: Job, profile: str | None) -> list[Path]:
    """Return every file that decides what is said: the examples, and what judges them."""
    given = [Path(profile)] if profile else []
    return [*map(Path, job.request.paths), *job.project.files, *given]


def _once(job: Job, fix: bool, unsafe: bool) -> int:
    if fix:
        fix_all(job, unsafe=unsafe, write=True)
    elif unsafe:
        say("--unsafe-fixes does nothing without --fix or --diff.")
    return lint_all(job)


def _held_out(project: Project) -> tuple[str, ...]:
    """Return the prompts of the suites that the project names."""
    names = project.settings.lint.suites
    if not names:
        return ()
    from curator.evaluate.suite import read_suite
    from curator.example.chat import user_text

    suites = [
        read_suite(str(project.path(name)) if name.endswith(".toml") else name) for name in names
    ]
    return tuple(user_text(one.instruction, one.input) for suite in suites for one in suite.prompt)


def summary(report: LintReport, profile: Profile) -> str:
    """Return one sentence about a report."""
    tally = Tally()
    tally.take(report.findings)
    return sentence(report.rows, report.files, tally, profile.name)


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())
