"""What happened to one program: the value that every face shows and every rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How a run ended; only `PASSED` is good."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    MEMORY = "memory"
    OUTPUT_FLOOD = "output flood"
    EXITED_EARLY = "exited early"
    KILLED = "killed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the example's own code.

    Attributes:
        section: The section's name, as the program gave it.
        line: The line of that section's code, counted from 1.
        function: The function it is in; ``<module>`` outside of any.
    """

    section: str
    line: int
    function: str = "<module>"


@dataclass(frozen=True, slots=True)
class Comparison:
    """An output that a usage line promises, beside the real one.

    Attributes:
        line: The line of the usage section that holds the comment.
        expected: What the comment says.
        actual: What was printed, or the value's representation.
        matched: Whether the two agree.
    """

    line: int
    expected: str
    actual: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one program.

    Text in here came from code that nobody has vouched for: show it through
    `curator.terminal.visible`.

    Attributes:
        status: How it ended.
        message: One sentence about it; for a pass, how many asserts held.
        section: The section of the example that `line` counts in; empty where none applies.
        line: The line the failure points at, counted from 1.
        trace: The example's own lines that led there, outermost first.
        seconds: Wall-clock time from start to end, the sandbox included.
        peak_memory: Bytes of resident memory of the largest process; 0 where unknown.
        stdout: The program's output, cut in the middle where it was long.
        stderr: The same for standard error.
        asserts: How many of the test's assert statements ran and held.
        asserts_written: How many assert statements the test has.
        comparisons: Promised outputs beside real ones.
        reached: Ways into the interpreter's own memory that the program used.
        sealed: Whether it ran inside a sandbox.
    """

    status: Status
    message: str
    section: str = ""
    line: int | None = None
    trace: tuple[Place, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    stdout: str = ""
    stderr: str = ""
    asserts: int = 0
    asserts_written: int = 0
    comparisons: tuple[Comparison, ...] = ()
    reached: tuple[str, ...] = ()
    sealed: bool = True

    @property
    def passed(self) -> bool:
        """Whether the program did all that it should."""
        return self.status is Status.PASSED

    @property
    def where(self) -> str:
        """``Sanity test, line 3``, or the section alone, or nothing."""
        return f"{self.section}, line {self.line}" if self.line is not None else self.section
