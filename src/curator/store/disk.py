"""Whether the file on disk is still the one that was read or saved here.

Asked while the studio idles, so it must cost a stat. A stat alone can miss a write of the same
length within one tick of the clock that stamps files. Before a save, therefore, it is believed only
of a file that had been at rest when its bytes were last read, as git does with its index.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from pathlib import Path

from curator.errors import StoreError
from curator.store.snapshot import CHUNK

#: For how long after its last change a file's times are not believed, in nanoseconds. FAT keeps
#: times to two seconds.
_RESTLESS = 2_000_000_000


class OnDisk:
    """What is believed to be on disk at a path.

    Args:
        digest: SHA-256 of the file's bytes in hexadecimal; None where there is no file.
        seen: Its stat, taken before the bytes were read or after they were written.

    Attributes:
        digest: As given.
    """

    def __init__(self, digest: str | None, seen: os.stat_result | None) -> None:
        self.digest = digest
        self._marks = _marks(seen) if seen is not None else None
        self._certain = seen is not None and _at_rest(seen)

    def changed(self, path: Path, *, quick: bool = False) -> bool:
        """Return whether `path` holds anything else now.

        Costs a stat while nothing happens, and a read of the file when its times moved.

        Args:
            path: The file.
            quick: Believe the file's times even where they are too young to be certain.

        Raises:
            StoreError: It cannot be read.
        """
        try:
            if (quick or self._certain) and _marks(path.stat()) == self._marks:
                return False
            digest, seen = hash_file(path)
        except FileNotFoundError:
            return self.digest is not None
        except OSError as error:
            raise StoreError(f"Cannot be read: {error.strerror}.", path=path) from error
        if digest == self.digest:
            self._marks, self._certain = _marks(seen), _at_rest(seen)
        return digest != self.digest


def hash_file(path: Path) -> tuple[str, os.stat_result]:
    """Return the SHA-256 of a file, and its stat from before it was read.

    Raises:
        OSError: It cannot be read.
    """
    # Without blocking: somebody may have put a pipe there.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        seen = os.fstat(descriptor)
        hasher = hashlib.sha256()
        while chunk := file.read(CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest(), seen


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None where it is missing or cannot be read."""
    with contextlib.suppress(OSError):
        return hash_file(path)[0]
    return None


def _marks(seen: os.stat_result) -> tuple[int, ...]:
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _at_rest(seen: os.stat_result) -> bool:
    return time.time_ns() - max(seen.st_mtime_ns, seen.st_ctime_ns) > _RESTLESS
