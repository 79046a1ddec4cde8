"""Doing something again whenever files change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from curator.cli.output import cancel_on_interrupt, say
from curator.errors import CuratorError

#: Seconds between two looks; a look is one stat a file.
INTERVAL = 0.3

_Stamp = tuple[int, int, int]


def watched(
    paths: Callable[[], Sequence[Path]],
    work: Callable[[], int],
    *,
    stop: threading.Event | None = None,
    interval: float = INTERVAL,
) -> int:
    """Do some work, and again whenever a file changed, until Ctrl-C or `stop`.

    Args:
        paths: Gives the files, asked anew each time: settings may name others than before.
        work: What to do; an error that a person can mend is told, and the watch goes on.
        stop: Ends the watch; without one, Ctrl-C does.
        interval: Seconds between two looks.

    Returns:
        What the work returned last.
    """
    if stop is not None:
        return _watch(paths, work, stop, interval)
    with cancel_on_interrupt() as event:
        return _watch(paths, work, event, interval)


def _watch(
    paths: Callable[[], Sequence[Path]],
    work: Callable[[], int],
    stop: threading.Event,
    interval: float,
) -> int:
    code = 0
    while not stop.is_set():
        before = {path: stamp(path) for path in paths()}
        try:
            code = work()
        except CuratorError as error:
            say(str(error))
            code = 2
        # A file that changed during the work is seen; one that the work made known is as it is now.
        before = {path: before[path] if path in before else stamp(path) for path in paths()}
        say("Watching for changes; Ctrl-C ends it.")
        while all(stamp(path) == seen for path, seen in before.items()):
            if stop.wait(interval):
                break
    return code


def stamp(path: Path) -> _Stamp | None:
    """Return what changes when a file does, or None while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
