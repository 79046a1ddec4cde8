"""Writing so that a file is either the old one or the new one, never half of each."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from curator.errors import StoreError

#: After this many seconds without a change, a temporary file is nobody's.
_LEFT_BEHIND = 3600


def write_atomic(path: Path, chunks: Iterable[bytes]) -> os.stat_result:
    """Replace the file at `path` by `chunks`, all or nothing.

    The bytes go to a temporary file in the same folder, which is flushed to disk and then renamed
    over the old one. The old file's mode is kept, and a symbolic link is followed.

    Args:
        path: The file; its folder must exist.
        chunks: The new content.

    Returns:
        What the system says of the file that was written, even where another one has taken its
        place since.

    Raises:
        StoreError: It could not be written; the old file is as it was.
    """
    # Unlike Path.resolve, this does not raise at a symbolic link that leads to itself.
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".curator-{os.urandom(8).hex()}.tmp")
    try:
        mode = _mode(target)
        with open(temporary, "xb", opener=_opener(mode)) as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(target)
            written = os.fstat(file.fileno())
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreError(
            f"Could not be written: {error.strerror or error}.",
            path=path,
            hint="The file is as it was before." if os.path.lexists(path) else "",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return written


def sweep(folder: Path) -> None:
    """Remove temporary files of writers that were killed an hour ago or earlier."""
    with contextlib.suppress(OSError):
        for left in folder.glob(".curator-*.tmp"):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                left.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` as UTF-8; see `write_atomic`."""
    write_atomic(path, [text.encode("utf-8")])


def _mode(target: Path) -> int | None:
    """Return the mode of the old file, or None where there is none."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        return None


def _opener(mode: int | None) -> Callable[[str, int], int]:
    """Return an opener that never gives the new file more than the old one allowed."""
    return lambda name, flags: os.open(name, flags, 0o666 if mode is None else mode & 0o700)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
