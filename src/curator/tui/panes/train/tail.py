"""Following a run through its folder, so that it does not matter who started it.

A training goes on when the studio closes. What the pane knows, it therefore reads from the run's
own files: the same for a run started a second ago and for one found on the next start.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from curator.errors import TrainingError
from curator.train import AnyEvent, Run
from curator.train.events import decode
from curator.train.runfolder import EVENTS, is_alive


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


def ask_to_stop(run: Run) -> None:
    """Ask a run that another process started to stop and keep its adapter.

    Raises:
        TrainingError: It is not at work any more, or the system does not allow it.
    """
    pid = run.record.pid
    # The lock and not the number says that it lives: a number may be somebody else's by now.
    if pid is None or not is_alive(run.folder):
        raise TrainingError("This run is not at work any more.", path=run.folder)
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError as error:
        raise TrainingError(
            f"This run could not be asked to stop: {error.strerror}.", path=run.folder
        ) from None
