"""Answers run for real: their own sanity test, and the asserts that a suite hides from the model.

Both run sealed, with limits that no project's settings change: a rate that depends on somebody's
time limit or installed packages could not be compared. Where there is no sandbox nothing runs, and
nothing counts as failed or passed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from curator.evaluate.readings import loose_readings, solution_of
from curator.evaluate.score import RUNS, SOLVES, Check, Score, Verdict
from curator.example import Example, Profile
from curator.lint.execute import execute, program_of
from curator.sandbox import Backend, Cancel, Limits, Program

#: What one answer's program may use.
LIMITS = Limits(seconds=5.0)

NOTHING = "There is no code to run."
UNFINISHED = "The answer is not whole."


class _Job(NamedTuple):
    """One check of one answer under one reading."""

    place: int
    check: str
    loose: bool


@dataclass(frozen=True, slots=True)
class _End:
    passed: bool
    note: str


def run_scores(
    scores: Sequence[Score],
    profile: Profile,
    checks: Sequence[Check],
    *,
    backend: Backend,
    progress: Callable[[int, int], None] | None = None,
    cancel: Cancel | None = None,
) -> tuple[Score, ...]:
    """Return the scores with what running the answers showed; equal programs run once.

    Args:
        scores: Answers that were judged by reading.
        profile: Which of their sections are what.
        checks: Those that are asked; only the ones that run are looked at.
        backend: How programs run.
        progress: Called with the programs done and the programs in all.
        cancel: Set it to stop; what is missing then counts as failed, so check it afterwards.

    Raises:
        SandboxError: There is no sandbox here.
    """
    names = {check.name for check in checks if check.ran}
    programs: dict[tuple[Program, bool], list[_Job]] = {}
    ends: dict[_Job, _End] = {}
    for place, one in enumerate(scores):
        for job, program in _jobs(place, one, profile, names):
            if program is None:
                ends[job] = _End(False, UNFINISHED if _cut(one) else NOTHING)
            else:
                # A model's own test must say something; hidden asserts are known to.
                programs.setdefault((program, job.check == RUNS), []).append(job)
    done = 0
    for vacuous in (True, False):
        keys = [key for key in programs if key[1] is vacuous]
        for index, execution in execute(
            [program for program, _ in keys],
            LIMITS,
            backend=backend,
            vacuous=vacuous,
            cancel=cancel,
        ):
            said = (
                execution.message
                if execution.passed
                else f"{execution.status}: "
                + " ".join(
                    part
                    for part in (
                        execution.outcome.where and f"{execution.outcome.where}:",
                        execution.message,
                    )
                    if part
                )
            )
            for job in programs[keys[index]]:
                ends[job] = _End(execution.passed, said)
            done += 1
            if progress:
                progress(done, len(programs))
    return tuple(_with(one, place, ends, names) for place, one in enumerate(scores))


def _jobs(
    place: int, one: Score, profile: Profile, names: set[str]
) -> Iterator[tuple[_Job, Program | None]]:
    """Yield what is to run of one answer; None where there is nothing to run."""
    for loose in (False, True):
        if RUNS in names:
            yield _Job(place, RUNS, loose), None if _cut(one) else _own(one, profile, loose=loose)
        if SOLVES in names and one.prompt.asserts:
            job = _Job(place, SOLVES, loose)
            yield job, None if _cut(one) else _hidden(one, profile, loose=loose)


def _cut(one: Score) -> bool:
    return one.truncated or bool(one.failure)


def _own(one: Score, profile: Profile, *, loose: bool) -> Program | None:
    """Return the program of an answer's own sanity test, of the first reading that has one."""
    for text in (one.text, *loose_readings(one.text)) if loose else (one.text,):
        program = program_of(Example.new(output=text), profile)
        if program.solution.strip() and program.test.strip():
            return program
    return None


def _hidden(one: Score, profile: Profile, *, loose: bool) -> Program | None:
    code = solution_of(one.text, profile, one.prompt.function, loose=loose)
    if not code.strip():
        return None
    names = ("Solution", "Usage", "Hidden asserts")
    return Program(solution=code, test="\n".join(one.prompt.asserts), names=names)


def _with(one: Score, place: int, ends: dict[_Job, _End], names: set[str]) -> Score:
    """Return a score with its ends put in."""
    asked = {name for name in names if name == RUNS or one.prompt.asserts}
    missing = _End(False, "It was not run.")
    strict = {name: ends.get(_Job(place, name, False), missing) for name in sorted(asked)}
    loose = {name: ends.get(_Job(place, name, True), missing) for name in sorted(asked)}
    read = one.verdict(loose=True)
    forgiven = Verdict(
        {**read.passed, **{name: loose[name].passed or strict[name].passed for name in loose}},
        read.all,
    )
    passed = {**one.passed, **{name: end.passed for name, end in strict.items()}}
    same = forgiven == Verdict(passed, one.all)
    return replace(
        one,
        passed=passed,
        loose=None if same else forgiven,
        notes={name: end.note for name, end in strict.items()},
    )
