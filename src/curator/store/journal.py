"""Unsaved changes on disk, so that a kill loses none of them.

A journal is a file of JSON lines in the state folder. Its first line names the file it belongs to
and the digest of the content that the changes start from; each further line is one change, with a
checksum over itself. Lines are handed to the system at once, which survives the death of the
process, and forced to the disk within a second, which survives that of the machine. It is removed
when its changes are in the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import threading
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curator.errors import StoreError
from curator.store.statefolder import key_of, make_folder

#: How long a change may wait for the disk, in seconds.
SYNC_WITHIN = 1.0
VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a journal.

    Attributes:
        begun: How often the journal had begun anew.
        records: How many changes were noted in it.
    """

    begun: int
    records: int


class Journal:
    """The journal of one open file; made when the first change is noted.

    Nothing here raises: a journal that cannot be kept must not keep anybody from editing.

    Args:
        path: The file that the changes belong to.

    Attributes:
        problem: Why changes are not being kept, in words of the system; empty while they are.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = f"{key_of(path)}-{os.urandom(6).hex()}.jsonl"
        self._file: Path | None = None
        self._descriptor = -1
        self._count = self._begun = 0
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._over = False
        self.problem = ""

    @property
    def file(self) -> Path | None:
        """Where it lies, or None while there is nothing in it."""
        return self._file

    @property
    def usable(self) -> bool:
        """Whether a change can be added; if not, it has to be started anew."""
        return self._descriptor >= 0

    def start(
        self, digest: str | None, content: dict[str, Any], records: Iterable[dict[str, Any]]
    ) -> None:
        """Begin anew, in one step, in place of all that was noted before.

        Args:
            digest: SHA-256 of the content that changes start from; None where there is no file.
            content: What else a reader must know of it: how many ``rows`` it has, its ``frame``,
                and the ``end`` that its last row is given in memory where it has none on disk.
            records: The changes since.
        """
        header = {
            "journal": VERSION,
            "path": os.path.realpath(self._path),
            "digest": digest,
            **content,
            "pid": os.getpid(),
            "host": platform.node(),
            "at": now(),
        }
        with self._lock:
            self._close()
            temporary: Path | None = None
            try:
                place = make_folder("journal") / self._name
                temporary = place.with_suffix(".tmp")
                descriptor = os.open(
                    temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600
                )
                self._descriptor = descriptor
                self._count, self._begun = 0, self._begun + 1
                for record in (header, *records):
                    self._write(record)
                if self._file is not None:
                    os.fsync(descriptor)
                temporary.replace(place)
            except OSError as error:
                self.problem = error.strerror or str(error)
                self._close()
                if temporary is not None:
                    with contextlib.suppress(OSError):
                        temporary.unlink(missing_ok=True)
            else:
                self._file = place
                self.problem = ""
                self._sync_soon()

    def append(self, record: dict[str, Any]) -> None:
        """Note one change."""
        with self._lock:
            try:
                self._write(record)
            except OSError as error:
                # What was half written ends the journal for a reader, so it has to begin anew.
                self.problem = error.strerror or str(error)
                self._close()
            else:
                self._sync_soon()

    def mark(self) -> Mark:
        """Return how much is noted by now."""
        with self._lock:
            return Mark(self._begun, max(self._count - 1, 0))

    def announce(self, digest: str, mark: Mark) -> None:
        """Note that the file is about to become a content, and force that to the disk.

        Args:
            digest: SHA-256 of that content.
            mark: What `mark` returned when its rows were taken: what was noted since is not in it.

        Raises:
            StoreError: The journal was closed meanwhile, so that nobody could be told.
        """
        with self._lock:
            if self._over:
                raise StoreError("The file was closed before it was saved.", path=self._path)
            # In a journal that began anew since, no place says what is in the file: after a kill
            # just now, its rows are offered all the same.
            known = self._descriptor >= 0 and self._begun == mark.begun
        if known:
            self.append({"do": "save", "digest": digest, "upto": mark.records})
            self.sync()

    def give_up(self, problem: str) -> None:
        """Note that a change is missing, so that the journal has to begin anew."""
        with self._lock:
            self._close()
            self.problem = problem

    def sync(self) -> None:
        """Force what was noted to the disk, now."""
        with self._lock:
            self._cancel_timer()
            # A copy, so that nobody waits for the disk who only wants to note a change.
            descriptor = os.dup(self._descriptor) if self._descriptor >= 0 else -1
        if descriptor >= 0:
            try:
                os.fsync(descriptor)
            except OSError as error:
                self.problem = error.strerror or str(error)
            finally:
                os.close(descriptor)

    def remove(self) -> None:
        """Forget all of it: the changes are in the file, or nobody wants them."""
        with self._lock:
            self._close()
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)
                self._file = None
            self.problem = ""

    def close(self) -> None:
        """Force it to the disk and let go of it; the file stays."""
        self.sync()
        with self._lock:
            self._over = True
            self._close()

    def _write(self, record: dict[str, Any]) -> None:
        line = seal(record, self._count)
        self._count += 1
        view = memoryview(line)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def _sync_soon(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(SYNC_WITHIN, self.sync)
            self._timer.daemon = True
            self._timer.start()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._cancel_timer()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def now() -> str:
    """Return the time in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def seal(record: dict[str, Any], number: int) -> bytes:
    """Return a record as its line, with its number and a checksum over all that precedes it."""
    body = json.dumps({"n": number, **record}, separators=(",", ":")).encode("ascii")
    return body[:-1] + b',"crc":%d}\n' % zlib.crc32(body)


def unseal(line: bytes, number: int) -> dict[str, Any] | None:
    """Return the record of a line, or None where it is not whole or not the next one."""
    head, mark, tail = line.rpartition(b',"crc":')
    body = head + b"}"
    if not mark or tail != b"%d}\n" % zlib.crc32(body):
        return None
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and record.get("n") == number else None
