"""Answers that were given before, so that an evaluation cut short goes on where it was.

One SQLite file in the user's cache folder, written answer by answer: whoever is killed loses what
was under way and nothing else. An answer counts only for the very model, adapter, prompt tokens,
settings and version of mlx-lm that gave it. A cache that cannot be read or written is only a slower
run, so its troubles are no errors.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec

#: Beyond this many bytes of answers, those that were used longest ago go.
LARGEST = 256 << 20
# How far they go down then, so that it does not happen at every start.
_ROOM = 0.75
_DAY = 86_400
_NAME = "completions.sqlite"
# What decides a model's answers; a README does not.
_MODEL_FILES = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt", "*.tiktoken", "*.py")
_TABLE = """
CREATE TABLE IF NOT EXISTS completions (
    key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID
"""


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """An answer as it is kept."""

    text: str
    tokens: int
    truncated: bool


def cache_path() -> Path:
    """Return the file of this user's answers; it need not exist.

    ``CURATOR_CACHE_DIR`` names its folder; by default it is what the system has for such things.
    """
    if named := os.environ.get("CURATOR_CACHE_DIR"):
        return Path(named) / _NAME
    import platformdirs

    return platformdirs.user_cache_path("curator", appauthor=False) / _NAME


class CompletionCache:
    """The answers kept in one file; used by one thread.

    Args:
        path: The file; made with its folder where it is missing, and begun anew where it is broken.
        largest: Bytes of answers that are kept.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST) -> None:
        self._database: sqlite3.Connection | None = None
        # Busy, full or read-only means none; broken means a new one.
        with contextlib.suppress(OSError, sqlite3.OperationalError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._database = _open(path, largest)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                path.unlink()
                self._database = _open(path, largest)

    def get(self, key: bytes) -> Remembered | None:
        """Return the answer kept under `key`."""
        if self._database is None:
            return None
        with contextlib.suppress(sqlite3.Error, msgspec.DecodeError):
            row = self._database.execute(
                "SELECT value, used FROM completions WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                return None
            if row[1] < time.time() - _DAY:
                self._database.execute(
                    "UPDATE completions SET used = ? WHERE key = ?", (int(time.time()), key)
                )
            return msgspec.msgpack.decode(row[0], type=Remembered)
        return None

    def put(self, key: bytes, value: Remembered) -> None:
        """Keep an answer; it is there from now on, also if this process is killed."""
        if self._database is None:
            return
        with contextlib.suppress(sqlite3.Error):
            self._database.execute(
                "INSERT OR REPLACE INTO completions VALUES (?, ?, ?)",
                (key, msgspec.msgpack.encode(value), int(time.time())),
            )

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None


def _tidy(database: sqlite3.Connection, largest: int) -> None:
    """Remove the answers that were used longest ago, where there are too many."""
    (size,) = database.execute("SELECT total(length(value)) FROM completions").fetchone()
    if size <= largest:
        return
    database.execute(
        "DELETE FROM completions WHERE key IN (SELECT key FROM (SELECT key,"
        " sum(length(value)) OVER (ORDER BY used, key) AS old FROM completions)"
        " WHERE old <= ?)",
        (size - largest * _ROOM,),
    )
    database.execute("VACUUM")


def answer_key(*parts: Any) -> bytes:
    """Return the key of an answer: a hash of everything that decides it."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=20).digest()


def model_identity(model: str) -> str:
    """Return what tells a model from every other: its files' hash, or its commit on the Hub.

    Args:
        model: As `curator.train.model.check_model` returned it, and already on this machine.
    """
    folder = Path(model)
    if folder.is_absolute():
        return folder_digest(folder, _MODEL_FILES)
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, "config.json")
    # …/snapshots/COMMIT/config.json
    commit = Path(found).parent.name if isinstance(found, str) else ""
    return f"{model}@{commit}"


def folder_digest(folder: Path, patterns: tuple[str, ...] = ("*.safetensors", "*.json")) -> str:
    """Return a hash over names and content of the files in `folder` that match.

    Raises:
        OSError: One of them cannot be read.
    """
    names = {path.name for pattern in patterns for path in folder.glob(pattern)}
    digest = hashlib.sha256()
    for name in sorted(names):
        with (folder / name).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + content)
    return digest.hexdigest()


def _open(path: Path, largest: int) -> sqlite3.Connection:
    # Without transactions of its own: each statement is whole on disk when it returns.
    database = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(_TABLE)
        _tidy(database, largest)
    except sqlite3.Error:
        database.close()
        raise
    return database
