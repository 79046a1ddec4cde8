"""Talk to a run that another process started: pause, resume, stop.

The child made a named pipe in its run folder that only its owner may write to. Where nobody listens
to it any more, the system says so at once, so that no command is left lying about and no process id
is trusted that may be somebody else's by now. Nothing of it can be reached over a network.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import Literal

from curator.errors import TrainingError
from curator.train.runfolder import CONTROL, is_alive
from curator.train.runs import Run

Command = Literal["pause", "resume", "stop"]

# A child listens some tenths of a second after its start.
_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.05


def tell_run(run: Run, command: Command) -> None:
    """Send `command` to the child of `run`; does not wait for what it does.

    Args:
        run: Any run, whoever started it.
        command: ``pause`` and ``stop`` are obeyed after the present iteration.

    Raises:
        TrainingError: Nobody is at work on it, or it cannot be reached.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while is_alive(run.folder):
        try:
            _write(run, f'{{"command": "{command}"}}\n'.encode())
        except OSError as error:
            starting = error.errno in (errno.ENXIO, errno.ENOENT)
            if not starting or time.monotonic() > deadline:
                raise TrainingError(
                    f"The run cannot be reached: {error.strerror}.",
                    path=run.folder,
                    hint="It listens on the machine that it runs on, to the user who started it.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
    hint = f"`curator train --resume {run.id}` takes it up." if run.status != "finished" else ""
    raise TrainingError("Nobody is at work on this run.", path=run.folder, hint=hint)


def _write(run: Run, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(run.folder / CONTROL, flags)
    try:
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "its control file is no pipe")
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
