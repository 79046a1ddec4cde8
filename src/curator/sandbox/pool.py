"""Many programs, one thread each for as many as there are cores, results as they come."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from curator.errors import SandboxError
from curator.sandbox.backend import Backend, probe
from curator.sandbox.outcome import Outcome
from curator.sandbox.program import Limits, Program
from curator.sandbox.runner import DEFAULT_LIMITS, Cancel, run

T = TypeVar("T")


class _Either:
    """Set when one of two events is."""

    def __init__(self, first: threading.Event, second: Cancel | None) -> None:
        self._first = first
        self._second = second

    def is_set(self) -> bool:
        return self._first.is_set() or (self._second is not None and self._second.is_set())


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_many(
    programs: Iterable[Program],
    limits: Limits = DEFAULT_LIMITS,
    jobs: int | None = None,
    backend: Backend | None = None,
    cancel: Cancel | None = None,
) -> Iterator[tuple[int, Outcome]]:
    """Run many programs and yield each outcome when it is there, in no fixed order.

    Programs are taken from the iterable as they are needed. Closing the iterator, or setting
    `cancel`, ends the programs that run and starts no more; what was cut short is not yielded.

    Args:
        programs: What to run; each is known by its place, counted from 0.
        limits: How much each may use.
        jobs: How many run side by side; by default as many as there are processors.
        backend: How; by default what `probe` found.
        cancel: Set by another thread to end everything.

    Returns:
        An iterator of place and outcome.

    Raises:
        SandboxError: There is no sandbox here.
    """
    return spread(
        programs,
        lambda program, chosen, stop: run(program, limits, chosen, stop),
        jobs,
        backend,
        cancel,
    )


def spread(
    programs: Iterable[Program],
    work: Callable[[Program, Backend, Cancel], T],
    jobs: int | None = None,
    backend: Backend | None = None,
    cancel: Cancel | None = None,
) -> Iterator[tuple[int, T]]:
    """Do some work with each of many programs; `run_many` with the work to choose.

    Args:
        programs: What to work on; each is known by its place, counted from 0.
        work: Called in a thread with a program, the backend, and what tells it to stop.
        jobs: How many are worked on side by side; by default as many as there are processors.
        backend: How they run; by default what `probe` found.
        cancel: Set by another thread to end everything.

    Returns:
        An iterator of place and result.

    Raises:
        SandboxError: There is no sandbox here.
    """
    chosen = backend or probe()
    if not chosen.usable:
        raise SandboxError(chosen.reason, hint=chosen.hint)
    return _results(programs, work, max(jobs or cores(), 1), chosen, cancel)


def _results(
    programs: Iterable[Program],
    work: Callable[[Program, Backend, Cancel], T],
    jobs: int,
    backend: Backend,
    cancel: Cancel | None,
) -> Iterator[tuple[int, T]]:
    waiting = enumerate(programs)
    taking = threading.Lock()
    stopping = threading.Event()
    either = _Either(stopping, cancel)
    done: queue.SimpleQueue[tuple[int, T] | BaseException | None] = queue.SimpleQueue()

    def labour() -> None:
        try:
            while not either.is_set():
                with taking:
                    number, program = next(waiting, (-1, None))
                if program is None:
                    break
                result = work(program, backend, either)
                if not either.is_set():
                    done.put((number, result))
        except BaseException as error:  # handed to the thread that reads the results
            done.put(error)
        finally:
            done.put(None)

    threads = [
        threading.Thread(target=labour, name="curator-run", daemon=True) for _ in range(jobs)
    ]
    for thread in threads:
        thread.start()
    try:
        running = jobs
        while running:
            result = done.get()
            if result is None:
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
