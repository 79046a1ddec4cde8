"""Writing so that a file is either the old one or the new one, never half of each."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from curator.errors import StoreError


def write_atomic(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace the file at `path` by `chunks`, all or nothing.

    The bytes go to a temporary file in the same folder, which is flushed to disk and then renamed
    over the old one. The old file's mode is kept, and a symbolic link is followed.

    Args:
        path: The file; its folder must exist.
        chunks: The new content.

    Raises:
        StoreError: It could not be written; the old file is as it was.
    """
    target = path.resolve()
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreError(
            f"Could not be written: {error.strerror or error}.",
            path=path,
            hint="The file is as it was before.",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` as UTF-8; see `write_atomic`."""
    write_atomic(path, [text.encode("utf-8")])


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
