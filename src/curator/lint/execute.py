"""Examples run for real: what the sandbox says about the code of an answer.

This is the bridge between an answer, which knows its sections, and the sandbox, which knows plain
strings. The command line, the studio and evaluation all run examples through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from curator.example import Example, Profile, parse
from curator.sandbox import (
    Backend,
    Cancel,
    Limits,
    Outcome,
    Program,
    Vacuity,
    check_vacuous,
    run,
    spread,
)

SectionChoice = Literal["usage", "test", "all"]


@dataclass(frozen=True, slots=True)
class Execution:
    """What running one example showed.

    Attributes:
        outcome: How its program ended.
        vacuity: Whether its test says anything; None where that was not asked or it did not pass.
    """

    outcome: Outcome
    vacuity: Vacuity | None = None

    @property
    def status(self) -> str:
        """One word or two: the outcome's, or ``vacuous``."""
        if not self.outcome.passed:
            return self.outcome.status.value
        if self.vacuity is not None and self.vacuity.vacuous:
            return "vacuous"
        return "passed"

    @property
    def passed(self) -> bool:
        """Whether the program passed, its test means something and its Usage comments are true."""
        return self.status == "passed"

    @property
    def message(self) -> str:
        """One sentence on what `status` rests on; it may quote untrusted text."""
        if self.status == "vacuous" and self.vacuity is not None:
            return self.vacuity.message
        return self.outcome.message


def program_of(example: Example, profile: Profile, section: SectionChoice = "all") -> Program:
    """Return the program that an example's answer holds.

    Args:
        example: The example.
        profile: Which of its sections are what.
        section: Which sections run after the solution.
    """
    answer = parse(example.output, profile)
    titles = [
        next((spec.title for spec in profile.by_role(role)), role)
        for role in ("solution", "usage", "test")
    ]
    return Program(
        solution=answer.source("solution"),
        usage=answer.source("usage") if section != "test" else "",
        test=answer.source("test") if section != "usage" else "",
        names=(titles[0], titles[1], titles[2]),
        needs_assert=section != "usage",
    )


def execute(
    programs: Iterable[Program],
    limits: Limits,
    *,
    jobs: int | None = None,
    backend: Backend | None = None,
    vacuous: bool = True,
    cancel: Cancel | None = None,
) -> Iterator[tuple[int, Execution]]:
    """Run programs side by side and yield what each showed, as they come.

    Args:
        programs: What to run; each is known by its place, counted from 0.
        limits: How much each may use.
        jobs: How many run at one time; by default as many as there are processors.
        backend: How they run; by default sealed.
        vacuous: Also ask of each test that passes whether it would pass with nothing behind it.
        cancel: Set it to end everything.

    Raises:
        SandboxError: There is no sandbox here.
    """

    def work(program: Program, chosen: Backend, stop: Cancel) -> Execution:
        outcome = run(program, limits, chosen, stop)
        asked = vacuous and outcome.passed and program.needs_assert
        return Execution(outcome, check_vacuous(program, limits, chosen, stop) if asked else None)

    return spread(programs, work, jobs, backend, cancel)
