"""Changes that a studio could not save before it ended, found again.

A journal belongs to a content, not to a name. Where the file on disk is what the changes started
from, they can be made again as they were. Where it is something else, the rows that they brought
are still there to be taken.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curator.store.changes import Frame, State
from curator.store.disk import digest_of
from curator.store.journal import unseal
from curator.store.lines import Lines, refs
from curator.store.lock import holder_of
from curator.store.records import from_parts, to_text
from curator.store.snapshot import Snapshot
from curator.store.statefolder import key_of, state_folder

Record = dict[str, Any]


@dataclass(frozen=True)
class Recovery:
    """Unsaved changes to a file.

    Attributes:
        path: The file.
        journal: Where they are kept.
        changes: How many there are.
        since: When the first of them began, in ISO 8601, UTC; empty where that is not known.
        matches: Whether the file is the one that they belong to.
        damaged: Whether the journal breaks off or is damaged; what is whole before that is kept.
        size: How many rows the file had that they started from.
        end: The line end that its last row was given where it had none; else empty.
        frame: Its byte order mark and line ends, as records have them.
    """

    path: Path
    journal: Path
    changes: int
    since: str
    matches: bool
    damaged: bool
    size: int
    end: str
    frame: Any
    records: tuple[Record, ...] = field(repr=False, compare=False)
    all_records: tuple[Record, ...] = field(repr=False, compare=False)

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines that the changes brought and did not take away again, in order."""
        # The rows that were there before are stood for by as many numbers without a text.
        lines = Lines(Snapshot.of(b""))
        state = State(refs(range(self.size)), Frame())
        for record in self.all_records:
            if record["do"] == "draft":
                continue
            change = from_parts(record.get("parts"), lines, state)
            if change is None:
                break
            change.apply(state)
        draft = last_draft(self.all_records)
        brought = {at: to_text(lines[ref]) for at, ref in enumerate(state.refs) if ref < 0}
        if draft is not None:
            brought[draft[0]] = draft[1]
        return tuple(brought[at].rstrip("\r\n") for at in sorted(brought))


def pending_recovery(path: Path) -> Recovery | None:
    """Return unsaved changes to a file that some earlier studio left, the latest first.

    None where there are none, and while a studio has the file open: they are not lost then.
    Never raises; a damaged journal counts as far as it is whole.
    """
    if holder_of(path) is not None:
        return None
    return find_recovery(path, digest_of(path))


def find_recovery(
    path: Path, digest: str | None, *, besides: frozenset[Path] = frozenset()
) -> Recovery | None:
    """Return the latest unsaved changes to a file whose content is known.

    Args:
        path: The file.
        digest: SHA-256 of its content; None where it is missing.
        besides: Journals to pass over.
    """
    found = [
        recovery
        for journal in _journals(path)
        if journal not in besides and (recovery := _read(path, journal, digest)) is not None
    ]
    return max(found, key=lambda one: (one.matches, one.since), default=None)


def discard(recovery: Recovery) -> None:
    """Drop unsaved changes for ever."""
    with contextlib.suppress(OSError):
        recovery.journal.unlink(missing_ok=True)


def last_draft(records: tuple[Record, ...]) -> tuple[int, str] | None:
    """Return the row and the text of what was being typed when the journal ends, or None."""
    if not records or records[-1]["do"] != "draft":
        return None
    match records[-1]:
        case {"at": int(at), "in": str(text)} if at >= 0 and "\n" not in text:
            return at, text
        case _:
            return None


def _journals(path: Path) -> list[Path]:
    try:
        return sorted((state_folder() / "journal").glob(f"{key_of(path)}-*.jsonl"))
    except OSError:
        return []


def _read(path: Path, journal: Path, digest: str | None) -> Recovery | None:
    try:
        lines = journal.read_bytes().splitlines(keepends=True)
    except OSError:
        return None
    whole = list(_whole(lines))
    if not whole or not isinstance(whole[0].get("rows"), int):
        return None
    header, records = whole[0], tuple(whole[1:])
    # A save is announced before it happens: the file may be what any of them would have made it.
    starts = [0] if header.get("digest") == digest else []
    starts += [
        _held(record, number)
        for number, record in enumerate(records)
        if record["do"] == "save" and record.get("digest") == digest
    ]
    first = max(starts, default=0)
    kept = _changes(records[first:])
    if not kept:
        if starts and len(whole) == len(lines):
            # All of it is in the file: the process ended between the save and the tidying up.
            with contextlib.suppress(OSError):
                journal.unlink(missing_ok=True)
        return None
    return Recovery(
        path=path,
        journal=journal,
        changes=len(kept),
        since=str(header.get("at", "")),
        matches=bool(starts),
        damaged=len(whole) < len(lines),
        size=max(0, header["rows"]),
        end=str(header.get("end", "")),
        frame=header.get("frame"),
        records=kept,
        all_records=_changes(records),
    )


def _whole(lines: list[bytes]) -> Iterator[Record]:
    for number, line in enumerate(lines):
        record = unseal(line, number)
        known = ("journal",) if number == 0 else ("do",)
        if record is None or not all(isinstance(record.get(key), str | int) for key in known):
            return
        yield record


def _held(record: Record, number: int) -> int:
    """Return how many records a save holds: those before it began, and not all before it ended."""
    upto = record.get("upto")
    return upto if isinstance(upto, int) and 0 <= upto <= number else number


def _changes(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Return the records that change something: of drafts, only one that nothing follows."""
    kept = [record for record in records if record["do"] in ("change", "undo", "redo")]
    left = [record for record in records if record["do"] != "save"]
    if left and left[-1]["do"] == "draft" and last_draft((left[-1],)) is not None:
        kept.append(left[-1])
    return tuple(kept)
