"""Starts one program in a sandbox, reads what it says, ends it in time, and leaves nothing behind.

`run` blocks until the program is over. It owns every descriptor, process and folder it makes, and
gives all of them back before it returns, whatever happens.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from curator.errors import SandboxError
from curator.sandbox.backend import Backend, Kind, probe
from curator.sandbox.backends import bare, bubblewrap, seatbelt
from curator.sandbox.capture import Capture
from curator.sandbox.launch import command, write_job
from curator.sandbox.outcome import Outcome, Status
from curator.sandbox.program import ROLES, Limits, Program
from curator.sandbox.seccomp import filter_bytes
from curator.sandbox.verdict import judge
from curator.sandbox.wire import WireError, read_report

_TICK = 0.1  # seconds between looks at the clock and at `cancel`
_LAST_WORDS = 0.4  # seconds for the supervisor to end a program whose time is up
_GRACE = 2.0  # seconds for the pipes to close once everything has been ended
_REPORT_LIMIT = 8 << 20
DEFAULT_LIMITS = Limits()


class Cancel(Protocol):
    """What `threading.Event` is: something that another thread sets."""

    def is_set(self) -> bool:
        """Say whether the run should end."""
        ...


class Stop(Enum):
    """Why the sandbox ended a program, where it did."""

    TIME = "time"
    FLOOD = "flood"
    MEMORY = "memory"
    CANCEL = "cancel"


@dataclass(slots=True)
class _Running:
    """A started program, where its report comes from, and where to say that time is up."""

    process: subprocess.Popen[bytes]
    report: int
    alarm: int
    folder: str | None


def run(
    program: Program,
    limits: Limits = DEFAULT_LIMITS,
    backend: Backend | None = None,
    cancel: Cancel | None = None,
) -> Outcome:
    """Run one program and say what happened.

    Args:
        program: What to run.
        limits: How much it may use.
        backend: How; by default what `probe` found.
        cancel: Set by another thread to end the run; the outcome is then `Status.KILLED`.

    Returns:
        The outcome; a program cannot make this raise.

    Raises:
        SandboxError: There is no sandbox here, it could not start, or ``limits.venv`` is none.
    """
    backend = backend or probe()
    if not backend.usable:
        raise SandboxError(backend.reason, hint=backend.hint)
    size = sum(len(program.code(role)) for role in ROLES)
    if size > limits.source:
        return Outcome(
            Status.REFUSED,
            f"The code is {size:,} characters long; at most {limits.source:,} are run.",
            sealed=backend.sealed,
        )
    nonce = secrets.token_hex(16).encode()
    started = time.monotonic()
    with _start(program, limits, backend, nonce) as running:
        out, err, report, stop = _attend(running, limits, backend, started, cancel)
        code = _wait(running.process)
    seconds = time.monotonic() - started
    if not report.startswith(b"S") and stop is None:
        words = err.text().strip().splitlines()
        raise SandboxError(
            f"The sandbox did not start: {words[-1] if words else f'exit status {code}'}.",
            hint="Run `curator doctor` to see what this machine offers.",
        )
    try:
        facts = read_report(report, nonce)
    except (WireError, ValueError):
        facts = None
    return judge(
        program,
        limits,
        facts,
        stop=stop.value if stop else "",
        seconds=seconds,
        stdout=out.text(),
        stderr=err.text(),
        sealed=backend.sealed,
    )


def try_out(backend: Backend) -> str:
    """Run a program that must pass and return what went wrong, or nothing."""
    program = Program("def answer():\n    return 42\n", test="assert answer() == 42\n")
    try:
        outcome = run(program, backend=backend)
    except SandboxError as error:
        return error.message
    except OSError as error:
        return str(error)
    return "" if outcome.passed else outcome.message


@contextlib.contextmanager
def _start(program: Program, limits: Limits, backend: Backend, nonce: bytes) -> Iterator[_Running]:
    """Start `program`; at the end see to it that nothing of it is left."""
    with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
        nonce_read, nonce_write = os.pipe()
        theirs.callback(os.close, nonce_read)
        # Held open until the end: the supervisor ends itself when this end is gone.
        ours.callback(os.close, nonce_write)
        report_read, report_write = os.pipe()
        ours.callback(os.close, report_read)
        theirs.callback(os.close, report_write)
        os.write(nonce_write, nonce)
        pass_fds = [nonce_read, report_write]
        folder: str | None = None
        user = None
        if backend.kind is Kind.BUBBLEWRAP:
            user = bubblewrap.pick_user(backend)
            rules = None
            if filter_bytes():
                rules, rules_write = os.pipe()
                theirs.callback(os.close, rules)
                with os.fdopen(rules_write, "wb") as file:
                    file.write(filter_bytes())
                pass_fds.append(rules)
            prefix = bubblewrap.arguments(backend, limits, rules)
        else:
            folder = tempfile.mkdtemp(prefix="curator-run-")
            ours.callback(shutil.rmtree, folder, ignore_errors=True)
            folder = os.path.realpath(folder)
            module = seatbelt if backend.kind is Kind.SEATBELT else bare
            prefix = module.arguments(backend, limits, folder)
        job = write_job(
            program,
            limits,
            nonce=nonce_read,
            report=report_write,
            folder=folder or "/tmp",  # noqa: S108 - the sandbox's own
            user=user,
            init=folder is None,
        )
        theirs.callback(os.close, job)
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [*prefix, *command(job)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[*pass_fds, job],
            env={} if folder is None else bare.environment(folder),
            cwd=folder or "/",
            # A group of its own, so that an interrupt typed at the terminal is curator's to handle.
            start_new_session=True,
        )
        ours.push(process)
        ours.callback(_end, process, folder is not None)
        theirs.close()
        yield _Running(process, report_read, nonce_write, folder)


def _attend(
    running: _Running,
    limits: Limits,
    backend: Backend,
    started: float,
    cancel: Cancel | None,
) -> tuple[Capture, Capture, bytes, Stop | None]:
    """Read all that comes until it ends, and end it where a limit says so."""
    process = running.process
    assert process.stdout is not None
    assert process.stderr is not None
    out, err, report = Capture(limits.shown), Capture(limits.shown), bytearray()
    deadline = started + limits.seconds
    asked = False
    stop: Stop | None = None
    sinks = {process.stdout.fileno(): out, process.stderr.fileno(): err, running.report: None}
    with selectors.DefaultSelector() as selector:
        for number in sinks:
            selector.register(number, selectors.EVENT_READ)
        while selector.get_map():
            now = time.monotonic()
            if stop is None:
                if now >= deadline and not asked:
                    # The supervisor asks the program where it is, and ends it.
                    asked = True
                    deadline = now + _LAST_WORDS
                    with contextlib.suppress(BrokenPipeError):
                        os.write(running.alarm, b"T")
                elif now >= deadline:
                    stop = Stop.TIME
                elif cancel is not None and cancel.is_set():
                    stop = Stop.CANCEL
                elif out.total + err.total > limits.output or len(report) > _REPORT_LIMIT:
                    stop = Stop.FLOOD
                elif seatbelt.over_memory(backend, process.pid, limits, now - started):
                    stop = Stop.MEMORY
                if stop is not None:
                    _end(process, running.folder is not None)
                    deadline = now + _GRACE
            elif now >= deadline:
                break
            for key, _ in selector.select(min(_TICK, max(deadline - now, 0))):
                piece = os.read(key.fd, 1 << 16)
                sink = sinks[key.fd]
                if not piece:
                    selector.unregister(key.fd)
                elif sink is None:
                    report += piece
                else:
                    sink.add(piece)
    return out, err, bytes(report), stop


def _end(process: subprocess.Popen[bytes], group: bool) -> None:
    """End a program and everything it started.

    In a namespace it is enough to end process 1, a child of bubblewrap's; the kernel ends the
    rest before that child is gone.
    """
    if process.poll() is not None and not group:
        return
    victims = [] if group else _children(process.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    # Bubblewrap collects its child and then ends itself; without it the child would be left to
    # whichever process collects orphans here, if any does.
    try:
        process.wait(_GRACE if victims else 0)
    except subprocess.TimeoutExpired:
        process.kill()


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process whose pipes are closed, and not for ever.

    `subprocess` waits with a timeout by sleeping, which keeps a core idle for a millisecond at the
    end of every other program; Linux tells at once.
    """
    if process.returncode is None and hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):
            ended = os.pidfd_open(process.pid)
            try:
                waiting = select.poll()
                waiting.register(ended, select.POLLIN)
                waiting.poll(_GRACE * 1000)
            finally:
                os.close(ended)
    try:
        return process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _children(pid: int) -> list[int]:
    """Return the processes that `pid` started; none where the system does not tell."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
