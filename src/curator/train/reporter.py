"""The child's side of its pipe: each event goes to ``events.jsonl``, ``run.json`` and the parent.

The files come first, so that what the parent has heard is on disk. A parent that is gone is no
reason to stop.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any, Protocol

import msgspec

from curator.errors import StoreError
from curator.terminal import one_line
from curator.train.child import WORKER_FAILED
from curator.train.events import (
    AnyEvent,
    Continued,
    Failed,
    Finished,
    Paused,
    Resumed,
    Saved,
    Started,
    Stopped,
    encode,
)
from curator.train.runfolder import RunRecord, append_events, now_text, read_record, write_record


class Pipe:
    """Writes whole lines to a file descriptor until nobody reads them any more.

    Args:
        descriptor: Negative where nobody reads them at all.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._open = descriptor >= 0
        self._rest = bytearray()

    def write(self, line: bytes, *, wait: bool = True) -> None:
        """Write `line`; does nothing once the reader is gone.

        Args:
            line: With its end.
            wait: Whether to wait for a reader that is behind. What it does not take otherwise is
                written before the next line.
        """
        if not self._open:
            return
        self._rest += line
        os.set_blocking(self._descriptor, wait)
        try:
            while self._rest:
                del self._rest[: os.write(self._descriptor, self._rest)]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._open = False


class Teller(Protocol):
    """Whoever can be told an event."""

    def tell(self, event: AnyEvent) -> None:
        """Take in `event`."""


class Silent:
    """Tells nobody: one worker of several speaks, the others have this.

    Only why one of them fails goes to the log, where it is found when the first has no more to say.

    Args:
        rank: The worker's number, from 1.
    """

    def __init__(self, rank: int) -> None:
        self._rank = rank

    def tell(self, event: AnyEvent) -> None:
        """Take in `event` and do nothing, except where it is this worker's own failure."""
        # That another one ended is for the log of that one.
        if isinstance(event, Failed) and event.cause != "worker":
            said = one_line(f"{event.message} {event.hint}".strip(), 400)
            sys.stderr.write(f"{WORKER_FAILED} {self._rank} failed: {said}\n")


class Reporter:
    """Tells a run's events; usable from any thread of the child.

    Args:
        folder: The run folder.
        pipe: To the parent.
    """

    def __init__(self, folder: Path, pipe: Pipe) -> None:
        self._folder = folder
        self._pipe = pipe
        self._lock = threading.RLock()
        self._record: RunRecord = msgspec.structs.replace(read_record(folder), pid=os.getpid())
        self._unwritten: list[AnyEvent] = []
        self._stale = True
        self._write()

    def tell(self, event: AnyEvent) -> None:
        """Write down `event` and send it; after a final event nothing more is told.

        What a full disk does not take waits in memory for the next event.

        Raises:
            OSError: A final event cannot be written.
            StoreError: The record cannot be written at the end.
        """
        with self._lock:
            if self._record.ended is not None:
                return
            self._unwritten.append(event)
            if changes := _changes(event):
                self._record = msgspec.structs.replace(self._record, **changes)
                self._stale = True
            try:
                self._write()
            except (OSError, StoreError):
                if event.final:
                    raise
            finally:
                # Where the disk is full, the parent at least hears of it. One that somebody put to
                # sleep (ctrl+z) reads nothing, and must not stop the training.
                self._pipe.write(encode(event), wait=event.final)

    def _write(self) -> None:
        while self._unwritten:
            append_events(self._folder, self._unwritten[:1])
            del self._unwritten[0]
        if self._stale:
            write_record(self._folder, self._record)
            self._stale = False


def _changes(event: AnyEvent) -> dict[str, Any]:
    """Return the fields of ``run.json`` that `event` changes."""
    match event:
        case Started():
            return {"status": "running"}
        case Paused(iteration=iteration):
            return {"status": "paused", "iteration": iteration}
        case Resumed(iteration=iteration):
            return {"status": "running", "iteration": iteration}
        case Saved(iteration=iteration) | Continued(iteration=iteration):
            return {"iteration": iteration}
        case Stopped(iteration=iteration, result=result):
            ended = now_text()
            return {"status": "stopped", "iteration": iteration, "result": result, "ended": ended}
        case Finished(iteration=iteration, result=result):
            ended = now_text()
            return {"status": "finished", "iteration": iteration, "result": result, "ended": ended}
        case Failed(message=message, hint=hint, cause=cause):
            said = {"message": message, "hint": hint, "cause": cause}
            return {"status": "failed", **said, "ended": now_text()}
        case _:
            return {}
