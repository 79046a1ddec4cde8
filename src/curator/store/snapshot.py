"""The bytes of a file as they were when it was read, and where each line begins.

A small file is kept in memory. A large one is read where it lies, through the descriptor that was
opened: a save by rename, ours or another program's, leaves that descriptor on the old bytes. It is
read by `os.pread` and never mapped, because a mapped file that somebody cuts short ends the process
with SIGBUS, where a read that comes up short is an error one can speak about.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import threading
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from curator.errors import ChangedOnDiskError, InputError
from curator.store.rows import open_binary

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

#: Files up to this many bytes are kept in memory whole.
IN_MEMORY = 16 << 20
#: Bytes read at a time.
CHUNK = 4 << 20

_NEWLINE = re.compile(b"\n")


class Snapshot:
    """One state of a file: its lines by number, its digest, and how it begins and ends.

    Use `read` or `of`. The index costs 8 bytes a line.

    Attributes:
        digest: SHA-256 of all bytes, in hexadecimal.
        seen: What the system said of the file before it was read, or None for bytes without one.
        bom: The byte order mark, or nothing.
        end: How its first line ends; a line feed where there is none.
        ended: Whether its last line has an end; true of an empty file.
    """

    def __init__(
        self, source: bytes | int, starts: array[int], digest: str, seen: os.stat_result | None
    ) -> None:
        self._source = source
        self._starts = starts
        self.digest = digest
        self.seen = seen
        self.bom = codecs.BOM_UTF8 if starts[0] else b""
        self._spoilt = False
        self._checking = threading.Lock()
        # As it was before it was read, so that a change while it was being read is one.
        self._known = _marks(seen) if seen is not None else (0, 0)
        if isinstance(source, int):
            weakref.finalize(self, os.close, source)
        self.end, self.ended = b"\n", True
        if len(self):
            if self._bytes(starts[0], starts[1])[-2:] == b"\r\n":
                self.end = b"\r\n"
            self.ended = self._bytes(starts[-1] - 1, starts[-1]) == b"\n"

    @classmethod
    def of(cls, data: bytes) -> Snapshot:
        """Return the snapshot of some bytes."""
        index = _Index()
        index.feed(data)
        return cls(data, index.starts(), index.digest(), None)

    @classmethod
    def read(cls, path: Path, *, in_memory: int = IN_MEMORY) -> Snapshot:
        """Read the file at `path`; linear in its size, 8 bytes of memory a line when large.

        Args:
            path: A file.
            in_memory: Up to how many bytes it is kept in memory.

        Raises:
            InputError: It is missing, is no file, cannot be read, or is in another encoding.
        """
        with open_binary(path) as file:
            seen = os.fstat(file.fileno())
            if not stat.S_ISREG(seen.st_mode):
                raise InputError("This is not a file that can be edited.", path=path)
            index = _Index()
            parts: list[bytes] = []
            try:
                while chunk := file.read(CHUNK):
                    index.feed(chunk)
                    if seen.st_size <= in_memory:
                        parts.append(chunk)
                digest = index.digest()
            except OSError as error:
                raise InputError(f"Cannot be read: {error.strerror}.", path=path) from error
            source = b"".join(parts) if seen.st_size <= in_memory else os.dup(file.fileno())
        return cls(source, index.starts(), digest, seen)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._starts) - 1

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._starts[-1]

    def __getitem__(self, index: int) -> bytes:
        """Return a line with its line end, which the last one is given where it has none.

        Raises:
            ChangedOnDiskError: A large file was overwritten or cut short where it lies.
        """
        line = self._bytes(self._starts[index], self._starts[index + 1])
        return line if self.ended or index < len(self) - 1 else line + self.end

    def stream(self, first: int, count: int) -> Iterator[bytes]:
        """Yield the bytes of `count` lines from `first`, a few megabytes at a time.

        Raises:
            ChangedOnDiskError: As ``snapshot[index]``.
        """
        start, stop = self._starts[first], self._starts[first + count]
        while start < stop:
            upto = min(start + CHUNK, stop)
            yield self._bytes(start, upto)
            start = upto
        if first + count == len(self) and not self.ended:
            yield self.end

    def each(self, first: int, count: int) -> Iterator[bytes]:
        """Yield `count` lines from `first`, each as ``snapshot[index]`` but read many at a time.

        Raises:
            ChangedOnDiskError: As ``snapshot[index]``.
        """
        starts, upto = self._starts, first + count
        while first < upto:
            last = min(max(bisect_right(starts, starts[first] + CHUNK) - 1, first + 1), upto)
            base = starts[first]
            data = self._bytes(base, starts[last])
            for index in range(first, last):
                line = data[starts[index] - base : starts[index + 1] - base]
                yield line if self.ended or index < len(self) - 1 else line + self.end
            first = last

    def _bytes(self, start: int, stop: int) -> bytes:
        if isinstance(self._source, bytes):
            return self._source[start:stop]
        parts = []
        while start < stop and (part := os.pread(self._source, stop - start, start)):
            parts.append(part)
            start += len(part)
        if start < stop or not self._intact():
            raise ChangedOnDiskError(
                "The file was overwritten in place by another program while it was open here.",
                hint="Rows that were not edited here are as they are on disk now: reload it.",
            )
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _intact(self) -> bool:
        """Return whether the bytes are still those that were read; a stat where nothing happened.

        Where the file's times or size moved, it is hashed again, up to where it ended: text
        appended by another program, or a touch, spoils nothing.
        """
        assert isinstance(self._source, int)
        marks = _marks(os.fstat(self._source))
        if marks == self._known:
            return not self._spoilt
        with self._checking:
            if marks != self._known:
                hasher, at = hashlib.sha256(), 0
                while at < self.size:
                    part = os.pread(self._source, min(CHUNK, self.size - at), at)
                    if not part:
                        break
                    hasher.update(part)
                    at += len(part)
                self._spoilt = hasher.hexdigest() != self.digest
                self._known = marks
        return not self._spoilt


def _marks(seen: os.stat_result) -> tuple[int, int]:
    return seen.st_size, seen.st_mtime_ns


class _Index:
    """Finds line starts and the digest in one pass.

    The digest is made by a thread of its own where there is much: hashlib lets go of the
    interpreter, so that the search for line ends goes on beside it.
    """

    def __init__(self) -> None:
        self._hasher = hashlib.sha256()
        self._starts: array[int] = array("q")
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def feed(self, chunk: bytes) -> None:
        if not self._starts:
            self._starts.append(len(codecs.BOM_UTF8) if chunk.startswith(codecs.BOM_UTF8) else 0)
        if len(chunk) < CHUNK and self._pool is None:
            self._hasher.update(chunk)
        else:
            if self._pool is None:
                from concurrent.futures import ThreadPoolExecutor

                self._pool = ThreadPoolExecutor(1, "curator-digest")
            if self._last is not None:
                self._last.result()
            self._last = self._pool.submit(self._hasher.update, chunk)
        base = self._size
        self._starts.extend([base + match.end() for match in _NEWLINE.finditer(chunk)])
        self._size += len(chunk)

    def starts(self) -> array[int]:
        if not self._starts:
            self._starts.append(0)
        if self._starts[-1] != self._size:
            self._starts.append(self._size)
        return self._starts

    def digest(self) -> str:
        if self._last is not None:
            self._last.result()
        if self._pool is not None:
            self._pool.shutdown()
        return self._hasher.hexdigest()
