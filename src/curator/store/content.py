"""The bytes that a file of examples is when it is written."""

from __future__ import annotations

from collections.abc import Iterator

from curator.store.changes import State
from curator.store.lines import Lines


def content(lines: Lines, state: State) -> Iterator[bytes]:
    """Yield the content of a file, a megabyte or so at a time.

    Args:
        lines: Where its lines are.
        state: Its rows and its frame.

    Raises:
        ChangedOnDiskError: A line is gone, because somebody wrote over the file where it lies.
    """
    frame = state.frame
    if frame.bom:
        yield frame.bom
    if frame.ended:
        yield from lines.stream(state.refs)
        return
    # The line that is last now may have come from elsewhere with an end of its own. An end is two
    # bytes at most, and they may lie in two pieces.
    tail = b""
    for piece in lines.stream(state.refs):
        whole = tail + piece
        yield whole[:-2]
        tail = whole[-2:]
    yield tail.removesuffix(frame.end if tail.endswith(frame.end) else b"\n")
