"""Following a run through its folder, so that it does not matter who started it.

A training goes on when the studio closes. What the pane knows, it therefore reads from the run's
own files: the same for a run started a second ago and for one found on the next start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from curator.errors import TrainingError
from curator.train import AnyEvent, Run, read_run
from curator.train.events import decode
from curator.train.runfolder import EVENTS

#: Seconds between two looks at a run that is at work.
POLL = 0.2


class Tail:
    """The events of one run, each once, as they are written.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS
        self._place = 0

    def fresh(self) -> list[AnyEvent]:
        """Return the events written since the last call; an unfinished line waits."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                data = file.read()
        except OSError:
            return []
        whole, newline, _ = data.rpartition(b"\n")
        self._place += len(whole) + len(newline)
        events = []
        for line in whole.split(b"\n"):
            if line:
                try:
                    events.append(decode(line))
                except TrainingError:
                    # A kind of event that a later version wrote; the others still tell the story.
                    continue
        return events


def follow(
    folder: Path, cancelled: Callable[[], bool]
) -> Iterator[tuple[list[AnyEvent], Run | None]]:
    """Yield a run's events as they are written, until its end, and the run whenever it changed.

    Args:
        folder: The run folder.
        cancelled: Asked between two looks.

    Raises:
        InputError: The run cannot be read.
    """
    tail = Tail(folder)
    pause = threading.Event()
    status = ""
    while not cancelled():
        # Read first: what a run that is over has said by then is all there is.
        run = read_run(folder)
        events = tail.fresh()
        changed = run.status != status
        status = run.status
        if events or changed:
            yield events, run if changed else None
        if not run.active:
            return
        pause.wait(POLL)
