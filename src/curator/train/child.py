"""A process of our own for long work: JSON lines out on a pipe, JSON lines in, the rest to a log.

MLX may abort its whole process (no memory, a watchdog of the GPU), libraries print what they like
to stdout, and a screen must not wait. So the child has a pipe of its own for what it says, reads
commands from its stdin, and writes everything else to a file. It lives in a session of its own:
Ctrl-C in the terminal reaches the parent only, who then asks the child to stop.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import TrainingError
from curator.terminal import one_line
from curator.train.blas import with_openblas
from curator.train.machine import oom_kills

_BLOCK = 64 * 1024
_TAIL = 4096
_POLL_SECONDS = 0.1

#: What to do where memory ran out.
LESS_MEMORY = "Try a smaller batch_size or max_seq_length, or grad_checkpoint = true."
_MEMORY_SIGNS = (
    *("out of memory", "bad_alloc", "insufficient memory", "memoryerror"),
    *("cannot allocate", "unable to allocate", "attempting to allocate"),
)
# What Python's fault handler writes before a crash, with a long trace after it.
_FATAL = "Fatal Python error"
#: What a worker other than the first begins its last words with.
WORKER_FAILED = "The worker of rank"
# In what MLX's launcher says of a worker that ended.
_NODE = "Node with rank"
# Its colours, which it writes to files too.
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Death:
    """Why a child ended without saying so.

    Attributes:
        message: What happened, in one sentence, safe to show.
        hint: What to do next.
        cause: In one word, see `curator.train.events.Failed`; empty where it is not known.
    """

    message: str
    hint: str
    cause: str = ""


class Child:
    """A running child process; see the module's docstring. Make one with `start_child`."""

    def __init__(
        self, process: subprocess.Popen[bytes], stdin: int, reader: int, log: Path, since: int
    ) -> None:
        self._process = process
        self._since = since
        os.set_blocking(stdin, False)
        self._stdin = os.fdopen(stdin, "wb", buffering=0)
        self._reader = reader
        self._whole: deque[bytes] = deque()
        self._rest = b""
        self._oom_kills = oom_kills()
        self._lock = threading.Lock()
        self._killed = False
        self.log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(
        self,
        command: Mapping[str, Any],
        cancel: threading.Event | None = None,
        *,
        patience: float | None = None,
    ) -> None:
        """Send `command` to the child; a child that is gone hears nothing.

        Args:
            command: More than a pipe holds has to be read meanwhile, by a child that may be stuck.
            cancel: Ends the wait for that soon after it is set; the child is of no more use then.
            patience: Seconds that the child may read nothing.

        Raises:
            TimeoutError: It read nothing for longer.
        """
        rest = memoryview(msgspec.json.encode(command) + b"\n")
        poll = select.poll()
        with self._lock:
            try:
                poll.register(self._stdin, select.POLLOUT)
                heard = time.monotonic()
                while rest and not (cancel and cancel.is_set()):
                    if taken := self._stdin.write(rest):
                        rest, heard = rest[taken:], time.monotonic()
                    elif patience is not None and time.monotonic() - heard >= patience:
                        raise TimeoutError(f"The child read nothing for {patience:g} seconds.")
                    else:
                        poll.poll(_POLL_SECONDS * 1000)
            except (BrokenPipeError, ValueError):
                # Gone already: its end is told by `lines` and `wait`, once and in one place.
                return

    def lines(
        self, cancel: threading.Event | None = None, *, patience: float | None = None
    ) -> Iterator[bytes]:
        """Yield what the child says, line by line, until it ends or `cancel` is set.

        An unfinished last line (the child was killed while writing) is left out. Blocks between
        lines; only one thread may read. After a cancel it may be called again for the rest.

        Args:
            cancel: Ends it soon after it is set.
            patience: Seconds that the child may be silent.

        Raises:
            TimeoutError: It was silent for longer.
        """
        poll = select.poll()
        poll.register(self._reader, select.POLLIN | select.POLLHUP)
        heard = time.monotonic()
        while cancel is None or not cancel.is_set():
            # What came in one block is said before more is waited for, after a cancel too.
            if self._whole:
                yield self._whole.popleft()
                heard = time.monotonic()
                continue
            waits = [] if cancel is None else [_POLL_SECONDS]
            if patience is not None:
                waits.append(max(0.0, heard + patience - time.monotonic()))
            if not poll.poll(min(waits) * 1000 if waits else None):
                if patience is not None and time.monotonic() - heard >= patience:
                    raise TimeoutError(f"The child said nothing for {patience:g} seconds.")
                continue
            block = os.read(self._reader, _BLOCK)
            if not block:
                return
            *whole, self._rest = (self._rest + block).split(b"\n")
            self._whole.extend(whole)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the child and return its exit status, negative for a signal.

        Raises:
            subprocess.TimeoutExpired: It is still running after `timeout` seconds.
        """
        return self._process.wait(timeout)

    def close(self, grace: float = 0.0) -> None:
        """End the child if it runs, and free what it holds here.

        Args:
            grace: Seconds it gets to end by itself after its stdin is closed.
        """
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    def kill(self) -> None:
        """End the child at once, and what it started; what it has not saved is lost."""
        # Its session is its own, so its group is what it started.
        if self._process.poll() is None:
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def death(self) -> Death:
        """Explain the end of a child that did not say why it ended; waits for it."""
        status = self._process.wait()
        if self._killed and status == -signal.SIGKILL:
            return Death(
                "It was ended at once, as asked; what was not saved is lost.", "", "killed"
            )
        before, now = self._oom_kills, oom_kills()
        out_of_memory = before is not None and now is not None and now > before
        return explain_death(status, self.log, since=self._since, out_of_memory=out_of_memory)

    def ended(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the end of the child; return whether it came.

        For a child whose pipe nobody writes to.
        """
        poll = select.poll()
        poll.register(self._reader, select.POLLHUP)
        return bool(poll.poll(timeout * 1000))


def start_child(
    module: str,
    arguments: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    keep: Sequence[int] = (),
    launcher: Sequence[str] = (),
) -> Child:
    """Start ``python -m module`` with `arguments` and a pipe for its JSON lines.

    Args:
        module: A module of ours whose `main` is run; it finds the pipe's number in its last two
            arguments, ``--pipe N``.
        arguments: Given before those.
        log: Where its stdout and stderr go; appended to.
        environment: Instead of the environment of this process. OpenBLAS is preloaded either way.
        keep: File descriptors that it inherits.
        launcher: A program and its arguments that starts the module, perhaps several times; what
            it starts inherits no pipe and is told the number -1.

    Raises:
        TrainingError: The process cannot be started.
    """
    reader, writer = os.pipe()
    stdin, commands = os.pipe()
    command = [
        *launcher,
        sys.executable,
        # The folder a person works in may hold a `random.py` of theirs: it is not on the path.
        "-P",
        "-m",
        module,
        *arguments,
        "--pipe",
        "-1" if launcher else str(writer),
    ]
    # `mlx.launch` spins where its stdin has ended: it keeps the other end of it open itself.
    inherited = (writer, commands, *keep) if launcher else (writer, *keep)
    try:
        with log.open("ab") as output:
            since = output.tell()
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command,
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=with_openblas(os.environ if environment is None else environment),
                pass_fds=inherited,
                start_new_session=True,
            )
    except OSError as error:
        os.close(reader)
        os.close(commands)
        raise TrainingError(f"The child process cannot be started: {error.strerror}.") from None
    finally:
        os.close(writer)
        os.close(stdin)
    return Child(process, commands, reader, log, since)


def explain_death(status: int, log: Path, *, since: int = 0, out_of_memory: bool = False) -> Death:
    """Explain exit `status` of a child that said nothing, with the last line of its `log`.

    Args:
        status: As `subprocess` gives it: negative for a signal.
        log: What it printed.
        since: How many bytes of it are of an earlier child.
        out_of_memory: Whether the system killed a process for want of memory meanwhile.
    """
    words = last_words(log, since)
    said = f' Its last words: "{words}"' if words else ""
    if is_about_memory(tail(log, since)):
        return Death(
            f"The process ran out of memory ({_end(status)}).{said}", LESS_MEMORY, "memory"
        )
    if status == -signal.SIGKILL and out_of_memory:
        return Death(
            f"The process was killed (SIGKILL) when the system had run out of memory.{said}",
            LESS_MEMORY,
            "memory",
        )
    if status == -signal.SIGKILL:
        return Death(
            "The process was killed (SIGKILL): by somebody, or by a system that has run out of "
            f"memory.{said}",
            f"If nobody killed it: {LESS_MEMORY}",
            "killed",
        )
    if status in (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        return Death(f"The process was killed ({_end(status)}).{said}", f"See {log}.", "killed")
    if status in (-signal.SIGABRT, -signal.SIGBUS):
        # How MLX ends where the GPU's memory or its watchdog does.
        return Death(f"The process crashed ({_end(status)}).{said}", LESS_MEMORY, "crashed")
    if status < 0:
        return Death(f"The process crashed ({_end(status)}).{said}", f"See {log}.", "crashed")
    if words.startswith(WORKER_FAILED) or _NODE in words:
        return Death(f'A worker ended: "{words}"', f"See {log}.", "worker")
    return Death(
        f"The process ended without a word ({_end(status)}).{said}", f"See {log}.", "crashed"
    )


def is_about_memory(text: str) -> bool:
    """Return whether what a process printed says that memory ran out."""
    lower = text.lower()
    return any(sign in lower for sign in _MEMORY_SIGNS)


def tail(log: Path, since: int = 0) -> str:
    """Return the last few thousand bytes of `log` after the first `since`; untrusted text."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(since, size - _TAIL))
            return file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def last_words(log: Path, since: int = 0) -> str:
    """Return what `log` ends with, safe to show, at most 200 characters.

    That is the line that says why Python or another worker ended, or else the last that is not
    empty.

    Args:
        log: What a child printed.
        since: How many bytes of it are of an earlier child.
    """
    lines = [line for line in tail(log, since).splitlines() if line.strip()]
    why = [line for line in lines if line.startswith((_FATAL, WORKER_FAILED))]
    nodes = [_COLOUR.sub("", line) for line in lines if _NODE in line]
    # Of these it is the first that ended by itself; the launcher ended the others.
    return one_line((why or nodes[:1] or lines)[-1].strip(), 200) if lines else ""


def _end(status: int) -> str:
    return _signal_name(-status) if status < 0 else f"status {status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
