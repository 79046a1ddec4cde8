"""The child's side of its pipe: each event goes to ``events.jsonl``, ``run.json`` and the parent.

The files come first, so that what the parent has heard is on disk. A parent that is gone is no
reason to stop.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import msgspec

from curator.train.events import (
    AnyEvent,
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
    """Writes whole lines to a file descriptor until nobody reads them any more."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._open = True

    def write(self, line: bytes) -> None:
        """Write `line`; does nothing once the reader is gone."""
        view = memoryview(line)
        try:
            while self._open and view:
                view = view[os.write(self._descriptor, view) :]
        except BrokenPipeError:
            self._open = False


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
        write_record(folder, self._record)

    def tell(self, event: AnyEvent) -> None:
        """Write down `event` and send it; after a final event nothing more is told.

        Raises:
            OSError: The events cannot be written.
            StoreError: The record cannot be written.
        """
        with self._lock:
            if self._record.ended is not None:
                return
            try:
                append_events(self._folder, [event])
                if changes := _changes(event):
                    self._record = msgspec.structs.replace(self._record, **changes)
                    write_record(self._folder, self._record)
            finally:
                # Where the disk is full, the parent at least hears of the end.
                self._pipe.write(encode(event))


def _changes(event: AnyEvent) -> dict[str, Any]:
    """Return the fields of ``run.json`` that `event` changes."""
    match event:
        case Started():
            return {"status": "running"}
        case Paused(iteration=iteration):
            return {"status": "paused", "iteration": iteration}
        case Resumed(iteration=iteration):
            return {"status": "running", "iteration": iteration}
        case Saved(iteration=iteration):
            return {"iteration": iteration}
        case Stopped(iteration=iteration, result=result):
            ended = now_text()
            return {"status": "stopped", "iteration": iteration, "result": result, "ended": ended}
        case Finished(iteration=iteration, result=result):
            ended = now_text()
            return {"status": "finished", "iteration": iteration, "result": result, "ended": ended}
        case Failed(message=message, hint=hint):
            return {"status": "failed", "message": message, "hint": hint, "ended": now_text()}
        case _:
            return {}
