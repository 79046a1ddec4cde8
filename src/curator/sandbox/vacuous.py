"""Finds a sanity test that would pass with nothing behind it."""

from __future__ import annotations

import ast
import dataclasses
from dataclasses import dataclass

from curator.sandbox import mutants
from curator.sandbox.backend import Backend
from curator.sandbox.outcome import Outcome, Status
from curator.sandbox.program import Limits, Program
from curator.sandbox.reading import UNREADABLE, parse
from curator.sandbox.runner import DEFAULT_LIMITS, Cancel, run


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried.

    Attributes:
        what: What was done to the solution, in words.
        outcome: What the test then did; None where nothing had to run.
    """

    what: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Vacuity:
    """Whether a test says anything about the solution.

    Attributes:
        vacuous: True if it passes with nothing behind it.
        message: One sentence on why, or why not.
        tried: What was tried, in order.
    """

    vacuous: bool
    message: str
    tried: tuple[Trial, ...]


def check_vacuous(
    program: Program,
    limits: Limits = DEFAULT_LIMITS,
    backend: Backend | None = None,
    cancel: Cancel | None = None,
) -> Vacuity:
    """Say whether the test of a program that passes would pass without its solution.

    First the names: a test that reads nothing which the solution defines is vacuous, and nothing
    has to run. Then the solution is emptied and the test run once; only if it passes, a second
    run tells whether the test calls the solution at all.

    Args:
        program: A program whose own outcome is a pass; for others the answer means nothing.
        limits: How much each trial may use.
        backend: How they run; by default what `probe` found.
        cancel: Set by another thread to end the trials.

    Raises:
        SandboxError: There is no sandbox here.
    """
    try:
        defined = mutants.names(program.solution)
        read = mutants.used(program.test)
        needs_usage = bool(mutants.names(program.usage) & read)
        if needs_usage:
            read |= mutants.used(program.usage)
        emptied = mutants.hollow(program.solution)
        wired = mutants.tripwire(program.solution)
    except UNREADABLE:
        return Vacuity(False, "The code cannot be read, so nothing was tried.", ())
    named = Trial("looked for names of the solution in the test", None)
    if defined and not defined & read:
        return Vacuity(True, "The test names nothing that the solution defines.", (named,))
    if emptied is None or wired is None:
        return Vacuity(False, "The solution has no function to empty.", (named,))

    # What usage lines print is not asked here, and most tests can do without them.
    usage = _without_comments(program.usage) if needs_usage else ""

    def attempt(what: str, solution: str) -> Trial:
        changed = dataclasses.replace(program, solution=solution, usage=usage)
        return Trial(what, run(changed, limits, backend, cancel))

    first = attempt("emptied every function: it returns None", emptied)
    assert first.outcome is not None
    if first.outcome.trace and first.outcome.trace[0].section == program.name("solution"):
        return Vacuity(
            False, "The emptied solution does not load, so nothing follows.", (named, first)
        )
    if not first.outcome.passed:
        fate = (
            "fails" if first.outcome.status is Status.FAILED else f"is {first.outcome.status.value}"
        )
        return Vacuity(
            False, f"With the solution's functions emptied the test {fate}.", (named, first)
        )
    second = attempt("made every function raise", wired)
    assert second.outcome is not None
    message = (
        "The test never calls the solution."
        if second.outcome.passed
        else "The test passes with the solution's functions emptied."
    )
    return Vacuity(True, message, (named, first, second))


def _without_comments(code: str) -> str:
    return ast.unparse(parse(code))
