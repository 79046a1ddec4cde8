"""Turns the facts of a run into an outcome: the one place that says what a pass is."""

from __future__ import annotations

import signal
import sys
from typing import Any

from curator.sandbox.expected import compare
from curator.sandbox.outcome import Outcome, Place, Status
from curator.sandbox.program import ROLES, Limits, Program
from curator.sandbox.wire import Raised, Report
from curator.terminal import one_line


def judge(
    program: Program,
    limits: Limits,
    report: Report | None,
    *,
    stop: str,
    seconds: float,
    stdout: str,
    stderr: str,
    sealed: bool,
) -> Outcome:
    """Say what happened.

    Args:
        program: What ran.
        limits: What it could use.
        report: The supervisor's facts, or None if it did not write any.
        stop: Why the parent ended the run: ``time``, ``flood``, ``memory``, ``cancel`` or nothing.
        seconds: Wall-clock time.
        stdout: The program's output.
        stderr: The same for standard error.
        sealed: Whether it ran in a sandbox.
    """
    common: dict[str, Any] = {
        "seconds": seconds,
        "stdout": stdout,
        "stderr": stderr,
        "sealed": sealed,
    }
    if report is not None:
        scale = 1 if sys.platform == "darwin" else 1024
        common |= {
            "peak_memory": report.peak * scale,
            "asserts": len(report.held),
            "asserts_written": len(report.asserts),
            "reached": report.reached,
        }
    if stop:
        return Outcome(*_stopped(stop, limits), **common)
    if report is None:
        return Outcome(Status.KILLED, "The run ended without a report.", **common)
    if not report.sound:
        return Outcome(Status.REFUSED, "The program wrote to the harness's own channel.", **common)
    if report.cause:
        _locate(program, report.where, common)
        return Outcome(*_exceeded(report.cause, limits), **common)
    if report.raised is not None and not report.ended:
        return _raised(program, report.raised, limits, common)
    if not report.ended:
        return Outcome(*_silent_end(report.status, limits), **common)
    return _finished(program, limits, report, common)


def _stopped(stop: str, limits: Limits) -> tuple[Status, str]:
    return {
        "time": (Status.TIMED_OUT, f"Still running after {limits.seconds:g} s."),
        "flood": (Status.OUTPUT_FLOOD, f"Printed more than {limits.output:,} bytes."),
        "memory": (Status.MEMORY, f"Used more than {limits.memory >> 20:,} MiB of memory."),
        "cancel": (Status.KILLED, "Cancelled."),
    }[stop]


def _exceeded(cause: str, limits: Limits) -> tuple[Status, str]:
    if cause in ("memory", "time"):
        return _stopped(cause, limits)
    if cause == "processes":
        return Status.KILLED, f"Started more than {limits.processes:,} processes."
    if cause == "sockets":
        return Status.KILLED, f"Opened more than {limits.open_files:,} sockets."
    return Status.KILLED, f"Made more than {limits.files:,} files."


def _silent_end(status: int, limits: Limits) -> tuple[Status, str]:
    """Explain an end that neither the last statement nor an exception led to."""
    if status >= 0:
        return Status.EXITED_EARLY, f"Ended itself with status {status} before its last statement."
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    if name == "SIGXCPU":
        return Status.TIMED_OUT, f"Used more processor time than {limits.seconds:g} s."
    return Status.KILLED, f"Ended by {name}."


def _raised(program: Program, raised: Raised, limits: Limits, common: dict[str, Any]) -> Outcome:
    trace = _locate(program, raised.frames, common)
    text = raised.text.strip()
    if raised.kind == "SystemExit":
        status = Status.EXITED_EARLY
        message = f"Exited with status {raised.code or text or 0} before its last statement."
    elif raised.kind == "MemoryError":
        status = Status.MEMORY
        message = f"Needed more than {limits.memory >> 20:,} MiB of memory."
    else:
        status = Status.FAILED
        message = f"{raised.kind}: {text}" if text else raised.kind
        if raised.kind == "AssertionError" and trace:
            message = _failed_assert(program, trace[-1], text)
    return Outcome(status, message, **common)


def _locate(
    program: Program, frames: tuple[tuple[str, int, str], ...], common: dict[str, Any]
) -> tuple[Place, ...]:
    """Put the frames that lie in the example into `common`, and return them."""
    names = {program.filename(role): program.name(role) for role in ROLES}
    trace = tuple(
        Place(names[name], line, function) for name, line, function in frames if name in names
    )
    if trace:
        common |= {"trace": trace, "section": trace[-1].section, "line": trace[-1].line}
    return trace


def _finished(program: Program, limits: Limits, report: Report, common: dict[str, Any]) -> Outcome:
    """Judge a program whose last statement was reached."""
    test = program.name("test")
    if report.status:
        return Outcome(
            Status.FAILED, f"Exited with status {report.status} after its last statement.", **common
        )
    if report.broken:
        line = report.asserts[min(report.broken)].line
        return Outcome(
            Status.FAILED,
            "An assert failed, and its error did not end the test.",
            section=test,
            line=line,
            **common,
        )
    for number, written in enumerate(report.asserts):
        if written.certain and number not in report.held:
            return Outcome(
                Status.FAILED, "This assert was skipped.", section=test, line=written.line, **common
            )
    if program.needs_assert and not report.held:
        if not program.test.strip():
            what = "There is none to run."
        else:
            what = "None of its asserts ran." if report.asserts else "It has no assert."
        return Outcome(Status.FAILED, what, section=test, **common)
    if report.reached and not limits.native and limits.venv is None:
        return Outcome(
            Status.REFUSED,
            f"Cannot vouch for it: {report.reached[0]} (with that a pass could be forged).",
            **common,
        )
    comparisons = compare(program.usage, report.outputs)
    common["comparisons"] = comparisons
    for broken in comparisons:
        if not broken.matched:
            return Outcome(
                Status.FAILED,
                f"Promises {one_line(broken.expected, 60)!r}, and it is "
                f"{one_line(broken.actual, 60)!r}.",
                section=program.name("usage"),
                line=broken.line,
                **common,
            )
    if program.usage and not program.needs_assert:
        return Outcome(Status.PASSED, _kept(len(comparisons)), **common)
    count = len(report.held)
    return Outcome(Status.PASSED, f"{count} assert{'s' * (count != 1)} held.", **common)


def _kept(count: int) -> str:
    if not count:
        return "Ran to its end."
    return f"Ran to its end; {count} promised output{'s' * (count != 1)} kept."


def _failed_assert(program: Program, place: Place, text: str) -> str:
    """Name the assert by its source, and add its message or the values it compared."""
    for role in ROLES:
        lines = program.code(role).splitlines()
        if program.name(role) == place.section and place.line <= len(lines):
            source = one_line(lines[place.line - 1].strip(), 100)
            return f"{source} failed: {text}" if text else f"{source} failed"
    return f"AssertionError: {text}"
