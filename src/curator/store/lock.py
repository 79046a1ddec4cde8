"""One studio at a time edits a file.

The lock is the system's own (`flock`) on a small file in the state folder: it ends with the process
that holds it, however that ends, so there is no stale lock to clear and nobody is ever asked
whether another process is alive. What stands in the file is only for telling a person who it is.
The lock binds the studios of one user; against other programs the check for changes on disk stands.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curator.store.statefolder import key_of, make_folder, state_folder
from curator.terminal import one_line

try:
    import fcntl

    LOCKS = True
except ImportError:  # pragma: no cover - not on this system
    LOCKS = False


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a file open for editing.

    Attributes:
        pid: The process; 0 where it is not known.
        host: The machine.
        since: When it was opened, in ISO 8601, UTC.
    """

    pid: int
    host: str
    since: str

    @property
    def words(self) -> str:
        """``process 4711 on this machine, since 2026-05-04 14:05 UTC``; safe to show."""
        if not self.pid:
            return "another process"
        where = "this machine" if self.host == platform.node() else one_line(self.host, 60)
        since = one_line(self.since, 40).replace("T", " ")[:16]
        return f"process {self.pid} on {where}, since {since} UTC"


class Lock:
    """A file held for editing, until `release` or the end of the process."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            # Removed while it is still held: whoever waits for it sees that it is gone.
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = -1


def acquire(path: Path) -> Lock | Holder:
    """Take the lock of a file of examples, or say who has it.

    Where the system has no such locks or the state folder cannot be written, the lock is granted:
    it guards against an accident, and must not keep anybody from work.
    """
    if not LOCKS:  # pragma: no cover - not on this system
        return Lock(-1, path)
    try:
        place = make_folder("locks") / f"{key_of(path)}.lock"
        while True:
            descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                with os.fdopen(descriptor, "rb") as file:
                    return _read(file.read(4096))
            except OSError:
                os.close(descriptor)
                raise
            if _is_at(descriptor, place):
                break
            # It was removed by its last holder between the opening and the locking.
            os.close(descriptor)
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, _words(path))
        return Lock(descriptor, place)
    except OSError:
        return Lock(-1, path)


def holder_of(path: Path) -> Holder | None:
    """Return who holds a file now, this process included, or None; changes nothing."""
    if not LOCKS:  # pragma: no cover - not on this system
        return None
    place = state_folder() / "locks" / f"{key_of(path)}.lock"
    try:
        with place.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read(file.read(4096))
    except OSError:
        return None
    return None


def _is_at(descriptor: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), place.stat())
    except OSError:
        return False


def _words(path: Path) -> bytes:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    record = {"pid": os.getpid(), "host": platform.node(), "since": since, "path": str(path)}
    return json.dumps(record).encode("utf-8")


def _read(data: bytes) -> Holder:
    try:
        record = json.loads(data)
        return Holder(int(record["pid"]), str(record["host"]), str(record["since"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Holder(0, "", "")
