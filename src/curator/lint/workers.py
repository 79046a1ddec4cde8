"""Other processes that lint, for as long as one run takes.

Each has pipes of its own, and a thread of ours at every pipe. `ProcessPoolExecutor` shares one pipe
among all its processes: one that is killed in the middle of a result leaves a part of it there, and
the rest is waited for as long as another process holds the pipe open. Here its end is an end.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from curator.errors import CuratorError
from curator.lint.batch import lint_work
from curator.lint.linter import Linter, LinterSpec, linter_of

# So many batches lie with each process at a time: the next is there when it has done one.
_AHEAD = 2
_Job = tuple[list[bytes], bool, tuple[str, ...]]


class Workers:
    """Processes that lint; they begin with the first rows.

    Args:
        spec: The linter that each of them makes for itself.
        count: How many.
    """

    def __init__(self, spec: LinterSpec, count: int) -> None:
        self._spec = spec
        self._count = count
        self._processes: list[multiprocessing.process.BaseProcess] = []
        self._free: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        # As many as there are pipes, so that none of them ever waits for a pipe.
        self._threads = ThreadPoolExecutor(count * _AHEAD, thread_name_prefix="curator-lint")

    def lint(self, rows: list[bytes], *, bom: bool, ignore: tuple[str, ...]) -> Callable[[], bytes]:
        """Have some rows linted.

        Args:
            rows: The rows, without line ends.
            bom: Whether a byte order mark stands before the first.
            ignore: Codes or prefixes that are left out.

        Returns:
            What waits for the result and returns it, as MessagePack of a `Batch`; it raises
            `CuratorError` where a process was ended by somebody.
        """
        with _undisturbed():
            if not self._processes:
                self._begin()
            return self._threads.submit(self._ask, (rows, bom, ignore)).result

    def close(self) -> None:
        """End them, whatever they are doing."""
        for process in self._processes:
            process.kill()
        # Each thread that waits for one of them has heard its end by now.
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.join()

    def _begin(self) -> None:
        # A fork is ready at once, but only safe while this process has one thread.
        alone = sys.platform == "linux" and threading.active_count() == 1
        context: Any = multiprocessing.get_context("fork" if alone else "spawn")
        ends: list[list[Connection]] = []
        for _ in range(self._count):
            pipes = [context.Pipe() for _ in range(_AHEAD)]
            theirs = [its for _, its in pipes]
            process = context.Process(target=_work, args=(theirs, self._spec), daemon=True)
            process.start()
            self._processes.append(process)
            # Before the next process begins: nobody else may hold these open.
            for its in theirs:
                its.close()
            ends.append([our for our, _ in pipes])
        for each in zip(*ends, strict=True):
            for our in each:
                self._free.put(our)

    def _ask(self, job: _Job) -> bytes:
        """Give a free process the job and wait for what comes of it, in a thread."""
        pipe = self._free.get()
        try:
            pipe.send(job)
            answer: bytes | Exception = pipe.recv()
        except (EOFError, OSError):
            raise CuratorError(
                "A process that was linting ended before its work was done.",
                hint="Try again with --jobs 1, which shows what ends it.",
            ) from None
        finally:
            self._free.put(pipe)
        if isinstance(answer, Exception):
            raise answer
        return answer


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait while processes begin: what it raises within a fork, nobody hears."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipes: list[Connection], spec: LinterSpec) -> None:
    """Be a process that lints: answer what comes by any of the pipes."""
    # Ctrl-C is the parent's to handle; it ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    whole = linter_of(spec)
    narrowed: dict[tuple[str, ...], Linter] = {(): whole}
    while True:
        for pipe in connection.wait(pipes):
            assert isinstance(pipe, Connection)
            rows, bom, ignore = pipe.recv()
            answer: bytes | Exception
            try:
                if ignore not in narrowed:
                    narrowed[ignore] = whole.without(ignore)
                answer = msgspec.msgpack.encode(lint_work(narrowed[ignore], rows, bom=bom))
            # It is raised where it is waited for.
            except Exception as error:
                answer = error
            pipe.send(answer)


def _end_with_parent() -> None:
    """End this process when its parent is gone: one that was killed asks nobody to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
