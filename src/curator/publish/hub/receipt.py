"""What was published of a run, kept in the run's folder: ``published.json``.

The report tells it from there, so that it says what happened and not what was meant.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from curator.publish.hub.send import Published
from curator.store import write_atomic
from curator.train import Run
from curator.train.runfolder import now_text

NAME = "published.json"


class Receipt(msgspec.Struct, frozen=True):
    """One publication.

    Attributes:
        repo: ``USER/NAME``.
        url: Its page.
        commit: The commit that holds it.
        tag: The version.
        adapter: SHA-256 of the weights.
        when: In UTC, ISO 8601.
        private: Whether the repository was made private.
    """

    repo: str
    url: str
    commit: str
    tag: str
    adapter: str
    when: str
    private: bool = False


def read_receipts(folder: Path) -> tuple[Receipt, ...]:
    """Return what was published of the run in `folder`, oldest first; unreadable is nothing."""
    try:
        return tuple(msgspec.json.decode((folder / NAME).read_bytes(), type=list[Receipt]))
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ()


def write_receipt(run: Run, published: Published, adapter: str, *, private: bool) -> Receipt:
    """Note a publication in its run's folder; the same one is noted once.

    Raises:
        StoreError: It could not be written.
    """
    new = Receipt(
        repo=published.repo,
        url=published.url,
        commit=published.commit,
        tag=published.tag,
        adapter=adapter,
        when=now_text(),
        private=private,
    )
    known = read_receipts(run.folder)
    same = [
        one for one in known if (one.url, one.commit, one.tag) == (new.url, new.commit, new.tag)
    ]
    if same:
        return same[-1]
    data = msgspec.json.format(msgspec.json.encode([*known, new]))
    write_atomic(run.folder / NAME, [data, b"\n"])
    return new
