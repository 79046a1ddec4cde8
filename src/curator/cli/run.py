"""``curator run``: the sanity tests of examples, really run, sealed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import click

from curator.cli.inputs import Located, read_examples
from curator.cli.numbers import RealRange
from curator.cli.output import (
    cancel_on_interrupt,
    plural,
    print_json,
    progress_bar,
    say,
    stdout,
)
from curator.errors import CancelledError, ConfigError, InputError
from curator.lint.execute import Execution, SectionChoice, execute, program_of
from curator.sandbox import probe, unsafe
from curator.settings import DAY, find_project
from curator.terminal import one_line, visible


@click.command(
    name="run",
    epilog="""\b
Examples:
  curator run data/custom/*.jsonl
  curator run mine.jsonl --select binary-search --select 12 --timeout 2
  curator run mine.jsonl --section usage --format junit > report.xml
Exit codes: 0 all passed, 1 some did not, 2 they could not be run.""",
)
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), required=True, metavar="PATH…")
@click.option(
    "--select",
    "chosen",
    multiple=True,
    metavar="ID|LINE",
    help="Run only this example; may be given again.",
)
@click.option(
    "--section",
    type=click.Choice(["usage", "test", "all"]),
    default="all",
    show_default=True,
    help="What runs after the solution.",
)
@click.option(
    "--timeout",
    type=RealRange(0.1, DAY, of="number of seconds"),
    metavar="S",
    help="Seconds each may take.  [default: from curator.toml, else 10]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many run at one time.  [default: the number of cores]",
)
@click.option(
    "--vacuous/--no-vacuous",
    default=True,
    show_default=True,
    help="Ask of each test whether it would pass with the solution emptied.",
)
@click.option(
    "--unsafe-no-sandbox",
    "unsealed",
    is_flag=True,
    help="Run without a sandbox, with all of your rights. Only for code you trust.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How results are printed.",
)
def command(
    paths: tuple[str, ...],
    chosen: tuple[str, ...],
    section: SectionChoice,
    timeout: float | None,
    jobs: int | None,
    vacuous: bool,
    unsealed: bool,
    output_format: str,
) -> int:
    """Run the sanity tests of examples, sealed.

    Each example's code runs in a sandbox without network, home folder or project. Passed means
    that at least one assert ran, all of them held and the program reached its end; that the test
    fails when the solution is emptied; and that Usage lines print what their comments promise.
    """
    project = find_project()
    profile = project.profile
    limits = project.limits
    if timeout is not None:
        limits = replace(limits, seconds=timeout)
    rows, unreadable = read_examples(paths)
    if not rows:
        raise InputError("There is no example to run.", path=paths[0])
    rows = _select(rows, chosen)
    if unsealed:
        say("! These programs run WITHOUT a sandbox: they can read and delete your files.")
    backend = unsafe() if unsealed else probe()
    done: dict[int, Execution] = {}
    with progress_bar("Running") as advance, cancel_on_interrupt() as cancel:
        for index, execution in execute(
            [program_of(row.example, profile, section) for row in rows],
            limits,
            jobs=jobs,
            backend=backend,
            vacuous=vacuous,
            cancel=cancel,
        ):
            done[index] = execution
            advance(len(done), len(rows), "examples")
    results = [(rows[index], done[index]) for index in sorted(done)]
    _print(results, output_format)
    passed = sum(execution.passed for _, execution in results)
    say(f"{passed:,} of {plural(len(rows), 'example')} passed.")
    if unreadable:
        say(f"{plural(unreadable, 'row')} could not be read; `curator lint` says why.")
    if len(done) < len(rows):
        raise CancelledError(f"{len(done):,} of {plural(len(rows), 'example')} had run.")
    return 0 if passed == len(rows) and not unreadable else 1


def _select(rows: list[Located], chosen: tuple[str, ...]) -> list[Located]:
    if not chosen:
        return rows
    found = [row for row in rows if row.example.id in chosen or str(row.line) in chosen]
    known = {row.example.id for row in found} | {str(row.line) for row in found}
    for name in chosen:
        if name not in known:
            raise ConfigError(
                f"There is no example with the id or on the line {name!r}.",
                hint="An id is the record's `id`; lines count from 1.",
            )
    return found


def _print(results: list[tuple[Located, Execution]], output_format: str) -> None:
    if output_format == "json":
        print_json([as_json(row, execution) for row, execution in results])
    elif output_format == "junit":
        click.echo(as_junit(results))
    else:
        _print_text(results)


def as_json(row: Located, execution: Execution) -> dict[str, Any]:
    """Return what running one example showed as plain JSON values."""
    outcome = execution.outcome
    vacuity = execution.vacuity
    return {
        "path": row.path,
        "line": row.line,
        "id": row.example.id,
        "status": execution.status,
        "passed": execution.passed,
        "message": execution.message,
        "section": outcome.section,
        "section_line": outcome.line,
        "seconds": round(outcome.seconds, 4),
        "peak_memory": outcome.peak_memory,
        "asserts": outcome.asserts,
        "comparisons": [
            {"line": c.line, "expected": c.expected, "actual": c.actual, "matched": c.matched}
            for c in outcome.comparisons
        ],
        "vacuous": None if vacuity is None else vacuity.vacuous,
        "sealed": outcome.sealed,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
    }


def as_junit(results: list[tuple[Located, Execution]]) -> str:
    """Return the results as a JUnit XML report, one test case an example."""
    failures = sum(not execution.passed for _, execution in results)
    total = sum(execution.outcome.seconds for _, execution in results)
    suite = ET.Element(
        "testsuite",
        name="curator run",
        tests=str(len(results)),
        failures=str(failures),
        errors="0",
        time=f"{total:.3f}",
    )
    for row, execution in results:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=visible(row.path),
            name=visible(row.example.id or f"line {row.line}"),
            time=f"{execution.outcome.seconds:.3f}",
        )
        if not execution.passed:
            told = visible(f"{_place(execution)}{execution.message}")
            failure = ET.SubElement(case, "failure", type=execution.status, message=told)
            printed = visible(execution.outcome.stderr, newlines=True, tabs=True)
            # The schema that Jenkins reads by has no place for a file and a line.
            failure.text = f"{visible(row.where)}: {told}\n{printed}"
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, "unicode")


def _place(execution: Execution) -> str:
    """Return ``Solution, line 2, called from Usage, line 1: ``, as far as that is known."""
    outcome = execution.outcome
    if outcome.passed or not outcome.where:
        return ""
    # The line of the solution says what broke; the line that called it says with what.
    callers = [place for place in outcome.trace if place.section != outcome.section]
    called = f", called from {callers[-1].section}, line {callers[-1].line}" if callers else ""
    return f"{outcome.where}{called}: "


def _print_text(results: list[tuple[Located, Execution]]) -> None:
    from rich.text import Text

    console = stdout()
    for row, execution in results:
        if execution.passed:
            continue
        name = f"  [{one_line(row.example.id, 40)}]" if row.example.id else ""
        console.print(
            Text.assemble(
                ("✗ ", "bold red"),
                (visible(row.where), "bold"),
                f" {execution.status}: {visible(_place(execution))}{visible(execution.message)}",
                (name, "dim"),
            )
        )
