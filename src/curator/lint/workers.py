"""Other processes that lint, for as long as one run takes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection

import msgspec

from curator.errors import CuratorError
from curator.lint.batch import lint_work
from curator.lint.linter import Linter, LinterSpec, linter_of


class Workers:
    """Processes that lint.

    Args:
        spec: The linter that each of them makes for itself.
        count: How many.
    """

    def __init__(self, spec: LinterSpec, count: int) -> None:
        # A fork is ready at once, but only safe while this process has one thread.
        alone = sys.platform == "linux" and threading.active_count() == 1
        self._pool = ProcessPoolExecutor(
            count,
            multiprocessing.get_context("fork" if alone else "spawn"),
            initializer=_start,
            initargs=(spec,),
        )

    def lint(self, rows: list[bytes], *, bom: bool, ignore: tuple[str, ...]) -> Callable[[], bytes]:
        """Have some rows linted.

        Args:
            rows: The rows, without line ends.
            bom: Whether a byte order mark stands before the first.
            ignore: Codes or prefixes that are left out.

        Returns:
            What waits for the result and returns it, as MessagePack of a `Batch`.

        Raises:
            CuratorError: A process was ended by somebody; also when the result is asked for.
        """
        with _unbroken(), _undisturbed():
            future = self._pool.submit(_lint_there, rows, bom, ignore)

        def result() -> bytes:
            with _unbroken():
                return future.result()

        return result

    def close(self) -> None:
        """End them; what they have not begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Say in words that a process is gone."""
    try:
        yield
    except BrokenProcessPool:
        raise CuratorError(
            "A process that was linting ended before its work was done.",
            hint="Try again with --jobs 1, which shows what ends it.",
        ) from None


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


_THERE: dict[tuple[str, ...], Linter] = {}


def _start(spec: LinterSpec) -> None:
    """Make the linter of a worker process."""
    import gc

    # Ctrl-C is the parent's to handle; it ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    _THERE.clear()
    _THERE[()] = linter_of(spec)


def _end_with_parent() -> None:
    """End this process when its parent is gone: one that was killed asks nobody to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _lint_there(rows: list[bytes], bom: bool, ignore: tuple[str, ...]) -> bytes:
    """Lint a batch in a worker process."""
    if ignore not in _THERE:
        _THERE[ignore] = _THERE[()].without(ignore)
    return msgspec.msgpack.encode(lint_work(_THERE[ignore], rows, bom=bom))
