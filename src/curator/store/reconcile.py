"""The open file and the one that somebody else put in its place, brought together."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

from curator.errors import ChangedOnDiskError, StoreError
from curator.store.changes import Change, Frame, Reframe, Splice, State
from curator.store.lines import Lines, refs
from curator.store.merge import Choice, Merge, Merging
from curator.store.records import difference
from curator.store.snapshot import Snapshot


class _Rows(Sequence[bytes]):
    """Lines by their numbers, read when they are asked for."""

    def __init__(self, lines: Lines, numbers: array[int]) -> None:
        self._lines = lines
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> bytes: ...

    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...

    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self._lines[ref] for ref in self.numbers[index]]
        return self._lines[self.numbers[index]]


def _digests(lines: Lines, numbers: array[int]) -> list[bytes]:
    """Return sixteen bytes that stand for each line, so that a million of them fit into memory."""
    return [hashlib.sha256(line).digest()[:16] for line in lines.each(numbers)]


@dataclass(frozen=True)
class _Source:
    """What a merge was made of: the other content, and the rows here at that time."""

    theirs: Snapshot
    theirs_refs: array[int]
    mine: State


@dataclass(frozen=True)
class Adoption:
    """What becomes of the open file.

    Attributes:
        before: The rows that the changes begin with.
        changes: What leads from them to the result.
        unsaved: What then differs from the disk.
        theirs: The rows and frame that are on disk.
        snapshot: The content that is on disk.
    """

    before: array[int]
    changes: tuple[Change, ...]
    unsaved: tuple[Splice, ...]
    theirs: State
    snapshot: Snapshot


def compare(lines: Lines, saved: State, mine: State, theirs: Snapshot, *, missing: bool) -> Merge:
    """Return the three-way merge of the saved rows, the rows here and another content.

    Args:
        lines: The open file's lines; `theirs` is taken in.
        saved: What both sides began with.
        mine: The rows here.
        theirs: The other content.
        missing: Whether `theirs` stands for a file that is gone.
    """
    first = lines.attach(theirs)
    there = refs(range(first, first + len(theirs)))
    state = State(mine.refs[:], mine.frame)
    try:
        merge, of_base = _merge(lines, saved.refs, state.refs, there)
        # A row that did not change keeps its number, so that only real changes are changes.
        there = refs([saved.refs[i] if i >= 0 else r for i, r in zip(of_base, there, strict=True)])
        lost = False
    except ChangedOnDiskError:
        edited = refs([ref for ref in state.refs if ref < 0])
        merge, _ = _merge(lines, refs(), edited, there)
        lost = True
    return replace(
        merge,
        theirs_missing=missing,
        base_lost=lost,
        source=_Source(theirs, there, State(edited if lost else state.refs, state.frame)),
    )


def adoption(merge: Merge, choice: Choice | Sequence[Choice], now: State) -> Adoption:
    """Return what a merge and the decisions on its conflicts make of the rows now.

    Takes what comparing all rows with those now and with those on disk does: half a second for a
    hundred thousand. Changes nothing, so that a thread can do it beside the one that draws.

    Raises:
        StoreError: The rows changed since the merge was made, or decisions are missing.
    """
    source: _Source = merge.source
    frame = Frame(source.theirs.bom, source.theirs.end, source.theirs.ended)
    if not merge.base_lost and now.refs != source.mine.refs:
        raise edited_since()
    if choice == "mine" and not merge.base_lost:
        result, after = now.refs, now.frame
    elif choice == "theirs":
        result, after = source.theirs_refs, frame
    else:
        rows = {"mine": source.mine.refs, "theirs": source.theirs_refs}
        result = refs([rows[side][index] for side, index in merge.resolve(choice)])
        after = frame
    changes: list[Change] = [*difference(now.refs, result)]
    if after != now.frame:
        changes.append(Reframe(now.frame, after))
    unsaved = tuple(difference(source.theirs_refs, result))
    theirs = State(source.theirs_refs, frame)
    return Adoption(now.refs, tuple(changes), unsaved, theirs, source.theirs)


def edited_since() -> StoreError:
    """Return the error that a merge is of rows that are others by now."""
    return StoreError(
        "The file was edited since it was compared with the disk.", hint="Compare it again."
    )


def _merge(
    lines: Lines, base: array[int], mine: array[int], theirs: array[int]
) -> tuple[Merge, array[int]]:
    before, here, there = (_Rows(lines, numbers) for numbers in (base, mine, theirs))
    merging = Merging(
        before,
        here,
        there,
        # Here a row that nobody touched has the number it always had.
        mine_keys=(base, mine),
        theirs_keys=(_digests(lines, base), _digests(lines, theirs)),
    )
    return merging.run(), merging.theirs_of_base
