"""Two people's changes to one file, put together example by example.

Text merges by neighbourhood: two edits on adjacent lines already collide. Rows of a file of
examples stand for themselves, so here a row meets only the same row of the other side, wherever it
stands. The same row is one with the same bytes, else one with the same ``id``, else the one in the
same place of the same gap. What only one side did is done; only where both did different things to
one row is there a conflict, and it is a value with both rows in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from curator.errors import StoreError
from curator.example import Example
from curator.store.align import blocks, gaps
from curator.store.decode import decode

Choice = Literal["theirs", "mine", "both"]
Side = Literal["mine", "theirs"]
ConflictKind = Literal["edited", "deleted-here", "deleted-there", "added"]
#: A row of the result: whose it is, and its index there.
Taken = tuple[Side, int]
Keys = tuple[Sequence[Hashable], Sequence[Hashable]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One row to which both sides did different things.

    Attributes:
        kind: ``edited`` on both sides; deleted on this side or on theirs and edited on the other;
            or ``added`` on both under the same id.
        base: The row as it was, without its line end; None where it is new.
        mine: The row as it is here; None where it was deleted.
        theirs: The row as it is on disk; None where it was deleted.
        mine_at: Its index here, or None.
        theirs_at: Its index on disk, or None.
    """

    kind: ConflictKind
    base: str | None
    mine: str | None
    theirs: str | None
    mine_at: int | None
    theirs_at: int | None

    def take(self, choice: Choice) -> tuple[Taken, ...]:
        """Return the rows that stay; ``both`` keeps whatever is left of either."""
        here: tuple[Taken, ...] = () if self.mine_at is None else (("mine", self.mine_at),)
        there: tuple[Taken, ...] = () if self.theirs_at is None else (("theirs", self.theirs_at),)
        return here if choice == "mine" else there if choice == "theirs" else here + there


@dataclass(frozen=True)
class Merge:
    """What comes of two sides.

    Attributes:
        parts: The rows of the result in order; a conflict stands where its row does.
        mine: How many rows were added, edited or deleted on this side only.
        theirs: How many on the other side only.
        theirs_missing: Whether there is no file on disk any more; it then counts as empty.
        base_lost: Whether what both sides began with cannot be read any more, because another
            program wrote over a large file where it lies; mine is then only what was edited here.
        source: What `ExampleFile.adopt` needs to do it.
    """

    parts: tuple[Taken | Conflict, ...]
    mine: int
    theirs: int
    theirs_missing: bool = False
    base_lost: bool = False
    source: Any = field(default=None, repr=False, compare=False)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The rows that somebody must decide on, in order."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    def resolve(self, choice: Choice | Sequence[Choice]) -> Iterator[Taken]:
        """Yield the rows of the result.

        Args:
            choice: What becomes of conflicts: one word for all, or a word for each.

        Raises:
            StoreError: There are not as many words as conflicts.
        """
        count = len(self.conflicts)
        words = [choice] * count if isinstance(choice, str) else list(choice)
        if len(words) != count:
            raise StoreError(f"{count} conflicts, and {len(words)} decisions.")
        return self._rows(iter(words))

    def _rows(self, words: Iterator[Choice]) -> Iterator[Taken]:
        for part in self.parts:
            if isinstance(part, Conflict):
                yield from part.take(next(words))
            else:
                yield part


def merge(base: Sequence[bytes], mine: Sequence[bytes], theirs: Sequence[bytes]) -> Merge:
    """Put two sides together that both came from `base`.

    The order of the rows is mine, unless only theirs was reordered. No row is lost: one that is in
    neither result nor conflict was deleted by one side and not touched by the other.

    Args:
        base: The rows that both began with, line ends included or not, alike in all three.
        mine: The rows here.
        theirs: The rows there.
    """
    return Merging(base, mine, theirs).run()


class _Fates:
    """What became of each row of the base on one side.

    Args:
        base: The rows of the base.
        side: The rows of the side.
        keys: Two sequences as long as these whose items are equal where the rows are, and cheaper
            to compare.

    Attributes:
        rows: The rows of the side.
        to: Where each row of the base stands on the side; -1 where it was deleted.
        back: Which row of the base each row of the side was; -1 where it is new.
        same: For each row of the base, whether it is there as it was.
    """

    def __init__(self, base: Sequence[bytes], side: Sequence[bytes], keys: Keys) -> None:
        self.rows = side
        self.to = array("q", [-1]) * len(base)
        self.back = array("q", [-1]) * len(side)
        self.same = bytearray(len(base))
        found = blocks(*keys)
        for i, j, count in found:
            self.to[i : i + count] = array("q", range(j, j + count))
            self.back[j : j + count] = array("q", range(i, i + count))
            self.same[i : i + count] = b"\1" * count
        between = list(gaps(found, len(base), len(side)))
        old = [i for start, stop, _, _ in between for i in range(start, stop)]
        new = [j for _, _, start, stop in between for j in range(start, stop)]
        # Moved rows, then edited rows that say who they are, then edited rows by their place.
        self._pair_by(
            {keys[0][i]: i for i in reversed(old)}, [(j, keys[1][j]) for j in new], same=True
        )
        names: dict[Hashable, int] = {
            name: i for i in reversed(old) if self.to[i] < 0 and (name := _id(base[i]))
        }
        self._pair_by(names, [(j, _id(side[j])) for j in new if self.back[j] < 0])
        for i, i_end, j, j_end in between:
            left = [at for at in range(i, i_end) if self.to[at] < 0]
            right = [at for at in range(j, j_end) if self.back[at] < 0]
            if len(left) == len(right):
                for at, other in zip(left, right, strict=True):
                    if _may_be(_id(base[at]), _id(side[other])):
                        self._pair(at, other)
        order = [j for j in self.to if j >= 0]
        self.reordered = any(a > b for a, b in pairwise(order))

    def _pair(self, i: int, j: int, *, same: bool = False) -> None:
        self.to[i], self.back[j], self.same[i] = j, i, same

    def _pair_by(
        self,
        places: Mapping[Hashable, int],
        rows: Sequence[tuple[int, Hashable]],
        *,
        same: bool = False,
    ) -> None:
        for j, key in rows:
            i = places.get(key, -1)
            if i >= 0 and self.to[i] < 0 and self.back[j] < 0:
                self._pair(i, j, same=same)


class Merging:
    """One merge: walks the side that keeps its order, and lets the other side's rows fall in.

    Args:
        base: As `merge`.
        mine: As `merge`.
        theirs: As `merge`.
        mine_keys: What stands for the rows of base and mine where they are compared.
        theirs_keys: What stands for the rows of base and theirs where they are compared.
    """

    def __init__(
        self,
        base: Sequence[bytes],
        mine: Sequence[bytes],
        theirs: Sequence[bytes],
        mine_keys: Keys | None = None,
        theirs_keys: Keys | None = None,
    ) -> None:
        self.base, self.mine, self.theirs = base, mine, theirs
        self.here = _Fates(base, mine, mine_keys or (base, mine))
        self.there = _Fates(base, theirs, theirs_keys or (base, theirs))
        self.swapped = self.there.reordered and not self.here.reordered
        self.lead, self.other = (self.there, self.here) if self.swapped else (self.here, self.there)
        self.parts: list[Taken | Conflict] = []
        self.counts = {"mine": 0, "theirs": 0}
        self.lead_side: Side = "theirs" if self.swapped else "mine"
        self.other_side: Side = "mine" if self.swapped else "theirs"

    def run(self) -> Merge:
        """Return the merge."""
        extras = self._extras()
        twins = self._twins()
        used = set(twins.values())
        waiting = extras.pop(-1, [])
        for j, i in enumerate(self.lead.back):
            if i >= 0:
                self._emit_extras(waiting, used)
                self._both_have(i, j)
                waiting = extras.pop(j, [])
            elif j not in twins:
                self._take(self.lead_side, j)
                self.counts[self.lead_side] += 1
            elif self.lead.rows[j] == self.other.rows[twins[j]]:
                self._take(self.lead_side, j)
            else:
                self._conflict("added", None, j, twins[j])
        self._emit_extras(waiting, used)
        return Merge(tuple(self.parts), self.counts["mine"], self.counts["theirs"])

    @property
    def theirs_of_base(self) -> array[int]:
        """Which row of the base each of theirs is, unchanged; -1 where it is another."""
        there = self.there
        return array("q", [i if i >= 0 and there.same[i] else -1 for i in there.back])

    def _extras(self) -> dict[int, list[int]]:
        """Return the other side's rows that the lead lacks, by the lead's row they follow."""
        extras: dict[int, list[int]] = {}
        anchor = -1
        for j, i in enumerate(self.other.back):
            if i >= 0 and self.lead.to[i] >= 0:
                anchor = self.lead.to[i]
            else:
                extras.setdefault(anchor, []).append(j)
        return extras

    def _twins(self) -> dict[int, int]:
        """Pair new rows of the lead with new rows of the other that are the same, or say so."""
        twins: dict[int, int] = {}
        taken: set[int] = set()
        here = [j for j, i in enumerate(self.lead.back) if i < 0]
        there = [j for j, i in enumerate(self.other.back) if i < 0]
        keys: tuple[Callable[[bytes], bytes | str], ...] = (bytes, _id)
        for key in keys:
            places: dict[bytes | str, list[int]] = {}
            for j in reversed(there):
                if j not in taken and (name := key(self.other.rows[j])):
                    places.setdefault(name, []).append(j)
            for j in here:
                if j not in twins and (found := places.get(key(self.lead.rows[j]))):
                    twins[j] = found.pop()
                    taken.add(twins[j])
        return twins

    def _emit_extras(self, waiting: list[int], used: set[int]) -> None:
        for j in waiting:
            i = self.other.back[j]
            if i < 0:
                if j not in used:
                    self._take(self.other_side, j)
                    self.counts[self.other_side] += 1
            elif self.other.same[i]:
                self.counts[self.lead_side] += 1
            else:
                self._conflict("deleted-there" if self.swapped else "deleted-here", i, None, j)

    def _both_have(self, i: int, j: int) -> None:
        """Decide on a row of the base that the lead still has, at `j`."""
        k = self.other.to[i]
        same = bool(self.lead.same[i])
        if k < 0:
            if same:
                self.counts[self.other_side] += 1
            else:
                self._conflict("deleted-here" if self.swapped else "deleted-there", i, j, None)
        elif same and not self.other.same[i]:
            self._take(self.other_side, k)
            self.counts[self.other_side] += 1
        elif same or self.other.same[i] or self.lead.rows[j] == self.other.rows[k]:
            self._take(self.lead_side, j)
            self.counts[self.lead_side] += not same and self.other.same[i]
        else:
            self._conflict("edited", i, j, k)

    def _take(self, side: Side, index: int) -> None:
        self.parts.append((side, index))

    def _conflict(
        self, kind: ConflictKind, base: int | None, lead: int | None, other: int | None
    ) -> None:
        mine, theirs = (other, lead) if self.swapped else (lead, other)
        self.parts.append(
            Conflict(
                kind,
                None if base is None else _text(self.base[base]),
                None if mine is None else _text(self.mine[mine]),
                None if theirs is None else _text(self.theirs[theirs]),
                mine,
                theirs,
            )
        )


def _id(row: bytes) -> str:
    if b'"id"' not in row:
        return ""
    read = decode(row.rstrip(b"\r\n"))
    return (read.id or "") if isinstance(read, Example) else ""


def _may_be(one: str, other: str) -> bool:
    """Return whether two rows can be the same row: they do not name themselves differently."""
    return not one or not other or one == other


def _text(row: bytes) -> str:
    return row.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
