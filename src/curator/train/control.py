"""The child's ears: stop, pause and resume, from its stdin, a named pipe, and by signals.

Commands are JSON lines, ``{"command": "stop"}``. The pipe lies in the run folder, only its owner
may write to it, and it is how another process talks to a run that it did not start (see
`curator.train.remote`). SIGTERM and SIGINT mean stop, too. When stdin ends, the parent is gone and
the training goes on.

Of several workers only the first listens. MLX's launcher sends each command to all of them, and a
worker that paused by itself, an iteration before the first, would wait for ever for what only the
first can answer: it is in a sum that the other has to join. But all of them hear the launcher end:
one that waits for another to connect would do so for ever.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

_STDIN = 0
_BLOCK = 64 * 1024


def read_commands(descriptor: int = _STDIN) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that come in as lines, until the end of the input.

    Reads the descriptor itself: a thread that waits in `sys.stdin` holds a lock that the
    interpreter wants when it ends.
    """
    buffer = b""
    while block := os.read(descriptor, _BLOCK):
        *lines, buffer = (buffer + block).split(b"\n")
        for line in lines:
            # Anything may be written to a pipe with a name; what is no command is no reason to die.
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                yield msgspec.json.decode(line, type=dict[str, Any])


def open_control(path: Path) -> int | None:
    """Make the named pipe at `path` and open it; None where the file system has none.

    It is opened for writing as well, so that it does not end when somebody has written to it.
    """
    try:
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None


class Control:
    """What the parent wants, as the training loop asks for it between two iterations.

    Args:
        abandon: Called at once, in another thread, when stop is asked for before `begin`; it must
            end the process, since a download cannot be told to stop.
    """

    def __init__(self, abandon: Callable[[], None]) -> None:
        self._abandon = abandon
        self._changed = threading.Condition()
        self._begun = False
        self._stop = False
        self._pause = False

    def listen(self, pipe: int | None = None, *, end_with_parent: bool = False) -> None:
        """Start to listen to stdin and `pipe`.

        Args:
            pipe: As `open_control` returned it.
            end_with_parent: Whether the end of stdin means stop.
        """
        for descriptor in (_STDIN, pipe):
            if descriptor is not None:
                ends = end_with_parent and descriptor == _STDIN
                threading.Thread(
                    target=self._hear, args=(descriptor, ends), name="commands", daemon=True
                ).start()

    def listen_for_the_end(self) -> None:
        """Take the end of stdin for a stop, and nothing else that comes there.

        What comes is read all the same: whoever writes it never waits.
        """
        threading.Thread(target=self._hear_the_end, name="commands", daemon=True).start()

    def obey_signals(self) -> None:
        """Take SIGTERM and SIGINT for a stop from now on; call it in the main thread."""
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())

    def begin(self) -> bool:
        """Say that from now on a stop is looked for between iterations.

        Returns:
            Whether to go on.
        """
        with self._changed:
            self._begun = True
            return not self._stop

    def stop(self) -> None:
        """Ask for the end."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()
            begun = self._begun
        # Without the lock: a signal that comes while another thread is here wants it as well, in a
        # thread that may hold what `abandon` waits for.
        if not begun:
            self._abandon()

    def pause(self) -> None:
        """Ask for a pause."""
        with self._changed:
            self._pause = True

    def resume(self) -> None:
        """Ask to go on."""
        with self._changed:
            self._pause = False
            self._changed.notify_all()

    def go_on(self, paused: Callable[[], None], resumed: Callable[[], None]) -> bool:
        """Wait out a pause; return whether to go on.

        Args:
            paused: Called when a pause begins.
            resumed: Called when it ends with going on.
        """
        with self._changed:
            waited = self._pause and not self._stop
        if waited:
            paused()
            with self._changed:
                self._changed.wait_for(lambda: self._stop or not self._pause)
        with self._changed:
            going = not self._stop
        if waited and going:
            resumed()
        return going

    def _hear(self, descriptor: int, ends: bool) -> None:
        actions = {"stop": self.stop, "pause": self.pause, "resume": self.resume}
        for command in read_commands(descriptor):
            if action := actions.get(str(command.get("command"))):
                action()
        if ends:
            self.stop()

    def _hear_the_end(self) -> None:
        while os.read(_STDIN, _BLOCK):
            pass
        self.stop()
