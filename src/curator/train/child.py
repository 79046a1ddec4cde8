"""A process of our own for long work: JSON lines out on a pipe, JSON lines in, the rest to a log.

MLX may abort its whole process (no memory, a watchdog of the GPU), libraries print what they like
to stdout, and a screen must not wait. So the child has a pipe of its own for what it says, reads
commands from its stdin, and writes everything else to a file. It lives in a session of its own:
Ctrl-C in the terminal reaches the parent only, who then asks the child to stop.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from curator.errors import TrainingError
from curator.terminal import one_line
from curator.train.blas import with_openblas

_BLOCK = 64 * 1024
_TAIL = 4096
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Death:
    """Why a child ended without saying so.

    Attributes:
        message: What happened, in one sentence, safe to show.
        hint: What to do next.
    """

    message: str
    hint: str


class Child:
    """A running child process; see the module's docstring. Make one with `start_child`."""

    def __init__(self, process: subprocess.Popen[bytes], reader: int, log: Path) -> None:
        self._process = process
        self._reader = reader
        self._lock = threading.Lock()
        self.log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, command: Mapping[str, Any]) -> None:
        """Send `command` to the child; a child that is gone hears nothing."""
        assert self._process.stdin is not None
        with self._lock:
            try:
                self._process.stdin.write(msgspec.json.encode(command) + b"\n")
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                # Gone already: its end is told by `lines` and `wait`, once and in one place.
                return

    def lines(self, cancel: threading.Event | None = None) -> Iterator[bytes]:
        """Yield what the child says, line by line, until it ends or `cancel` is set.

        An unfinished last line (the child was killed while writing) is left out. Blocks between
        lines; only one thread may read.
        """
        buffer = b""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN | select.POLLHUP)
        timeout = None if cancel is None else _POLL_SECONDS * 1000
        while cancel is None or not cancel.is_set():
            if not poll.poll(timeout):
                continue
            block = os.read(self._reader, _BLOCK)
            if not block:
                return
            *whole, buffer = (buffer + block).split(b"\n")
            yield from whole

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
        assert self._process.stdin is not None
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    def kill(self) -> None:
        """End the child at once; what it has not saved is lost."""
        self._process.kill()

    def death(self) -> Death:
        """Explain the end of a child that did not say why it ended; waits for it."""
        return explain_death(self._process.wait(), self.log)


def start_child(
    module: str,
    arguments: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    keep: Sequence[int] = (),
) -> Child:
    """Start ``python -m module`` with `arguments` and a pipe for its JSON lines.

    Args:
        module: A module of ours whose `main` is run; it finds the pipe's number in its last two
            arguments, ``--pipe N``.
        arguments: Given before those.
        log: Where its stdout and stderr go; appended to.
        environment: Instead of the environment of this process. OpenBLAS is preloaded either way.
        keep: File descriptors that it inherits.

    Raises:
        TrainingError: The process cannot be started.
    """
    reader, writer = os.pipe()
    command = [
        sys.executable,
        # The folder a person works in may hold a `random.py` of theirs: it is not on the path.
        "-P",
        "-m",
        module,
        *arguments,
        "--pipe",
        str(writer),
    ]
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=with_openblas(os.environ if environment is None else environment),
                pass_fds=(writer, *keep),
                start_new_session=True,
            )
    except OSError as error:
        os.close(reader)
        raise TrainingError(f"The child process cannot be started: {error.strerror}.") from None
    finally:
        os.close(writer)
    return Child(process, reader, log)


def explain_death(status: int, log: Path) -> Death:
    """Explain exit `status` of a child that said nothing, with the last line of its `log`.

    Args:
        status: As `subprocess` gives it: negative for a signal.
        log: What it printed.
    """
    words = last_words(log)
    said = f' Its last words: "{words}"' if words else ""
    less = "Try a smaller batch_size or max_seq_length, or grad_checkpoint = true."
    if status == -signal.SIGKILL:
        return Death(
            "The process was killed (SIGKILL), which is what a system does that has run out of "
            f"memory.{said}",
            less,
        )
    if status < 0:
        name = _signal_name(-status)
        hint = less if -status in (signal.SIGABRT, signal.SIGBUS) else ""
        return Death(f"The process ended by a signal ({name}).{said}", hint or f"See {log}.")
    if "memory" in words.lower() or "bad_alloc" in words:
        return Death(f"The process ran out of memory (status {status}).{said}", less)
    return Death(f"The process ended without a word (status {status}).{said}", f"See {log}.")


def last_words(log: Path) -> str:
    """Return the last line of `log` that is not empty, safe to show, at most 200 characters."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line for line in tail.splitlines() if line.strip()]
    return one_line(lines[-1], 200) if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
