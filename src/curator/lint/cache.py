"""What was found before, by content: a second run over an unchanged file reads and compares.

One file in the user's cache folder for each file that is linted. It holds what each batch gave,
by the hash of the batch's bytes, and counts only for the linter that wrote it: the rules' source
code, the profile and all settings are part of its fingerprint.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from pathlib import Path

import msgspec

from curator.errors import StoreError
from curator.lint.linter import Linter
from curator.store import write_atomic

#: Below this many bytes, linting a file again is quicker than asking the cache.
SMALLEST = 100_000
#: More than this is not kept: reading it back would cost more than it spares.
LARGEST = 64 << 20
_KEPT_FILES = 64


class _Stored(msgspec.Struct, array_like=True):
    fingerprint: str
    entries: dict[bytes, bytes]


def cache_folder() -> Path:
    """Return the folder of this user's caches; it need not exist."""
    if named := os.environ.get("CURATOR_CACHE_DIR"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "curator" / "lint"
    base = os.environ.get("XDG_CACHE_HOME") or ""
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "curator" / "lint"


class Cache:
    """What a linter found in some files before.

    Args:
        linter: Whose findings these are.
        paths: The files; relative ones count from the current folder.
        folder: Where caches are kept; the user's own by default.
        kind: What is kept, where that is not what linting gave: a cache of its own.
    """

    def __init__(
        self, linter: Linter, paths: list[Path], folder: Path | None = None, *, kind: str = ""
    ) -> None:
        whole = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - no resolving
        names = "\0".join([*whole, "", kind] if kind else whole)
        name = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self.path = (folder or cache_folder()) / f"{name}.msgpack"
        self._fingerprint = linter.fingerprint
        self._old = self._read()
        self._new: dict[bytes, bytes] = {}
        self._size = 0
        self._changed = False

    def _read(self) -> dict[bytes, bytes]:
        try:
            stored = msgspec.msgpack.decode(self.path.read_bytes(), type=_Stored)
        except (OSError, msgspec.DecodeError):
            # None yet, or one of another version: then everything is new.
            return {}
        return stored.entries if stored.fingerprint == self._fingerprint else {}

    def get(self, key: bytes) -> bytes | None:
        """Return what was put under `key`, and keep it for the next run."""
        value = self._old.get(key)
        if value is not None:
            self._keep(key, value)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep `value` for the next run."""
        self._changed = True
        self._keep(key, value)

    def _keep(self, key: bytes, value: bytes) -> None:
        if self._size <= LARGEST and key not in self._new:
            self._size += len(key) + len(value)
            self._new[key] = value
            if self._size > LARGEST:
                # It will not be written, so it need not be held for the rest of a large file.
                self._new.clear()

    def save(self) -> None:
        """Write what this run used; a cache that cannot be written is only a slower next run."""
        if self._size > LARGEST or not (self._changed or len(self._new) < len(self._old)):
            return
        data = msgspec.msgpack.encode(_Stored(self._fingerprint, self._new))
        with contextlib.suppress(StoreError, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self.path, [data])
            self._tidy()

    def _tidy(self) -> None:
        """Remove the caches that were written longest ago, beyond a few."""
        files = sorted(self.path.parent.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)
        for path in files[:-_KEPT_FILES]:
            if path.stat().st_mtime < time.time() - 3600:
                path.unlink(missing_ok=True)
