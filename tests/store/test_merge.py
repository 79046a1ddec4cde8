"""Two people's work on one file comes together row by row, and no row is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import StoreError
from curator.store import merge
from curator.store.align import blocks, gaps


def rows(text: str) -> list[bytes]:
    """``a b2`` as two rows: the one called a, and version 2 of the one called b."""
    return [b'{"id": "%c", "v": "%s"}\n' % (w[0].encode(), w[1:].encode()) for w in text.split()]


def words(lines: list[bytes]) -> str:
    import json

    return " ".join(r["id"] + r["v"] for r in map(json.loads, lines))


def merged(base: str, mine: str, theirs: str, choice="both") -> str:
    sides = {"mine": rows(mine), "theirs": rows(theirs)}
    done = merge(rows(base), sides["mine"], sides["theirs"])
    return words([sides[side][index] for side, index in done.resolve(choice)])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ("a b c", "a b c", "a b c", "a b c"),
        ("a b c", "a2 b c", "a b c", "a2 b c"),
        ("a b c", "a b c", "a b2 c", "a b2 c"),
        ("a b c", "a2 b c", "a b2 c", "a2 b2 c"),  # neighbours do not collide
        ("a b c", "a2 b c", "a2 b c", "a2 b c"),
        ("a b c", "a c", "a b c", "a c"),
        ("a b c", "a c", "b c", "c"),
        ("a b c", "a c", "a c", "a c"),
        ("a b c", "a x b c", "a b c y", "a x b c y"),
        ("a b c", "a x b c", "a y b c", "a x y b c"),
        ("a b c", "a b c x", "a b c x", "a b c x"),
        ("a b c", "c a b", "a b2 c", "c a b2"),
        ("a b c", "a b2 c", "c a b", "c a b2"),
        ("a b c", "c b a", "b a c", "c b a"),  # where both moved, the order is mine
        ("a b c", "", "a b c", ""),
        ("a b c", "a b c", "", ""),
        ("", "a", "b", "a b"),
        ("a", "x a", "y a", "x y a"),
        ("a b", "b", "a x b", "x b"),
    ],
)
def test_what_only_one_side_did_is_done(base: str, mine: str, theirs: str, result: str):
    done = merge(rows(base), rows(mine), rows(theirs))
    assert done.conflicts == ()
    assert merged(base, mine, theirs) == result


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "kind", "results"),
    [
        ("a b c", "a b2 c", "a b3 c", "edited", ("a b2 c", "a b3 c", "a b2 b3 c")),
        ("a b c", "a c", "a b3 c", "deleted-here", ("a c", "a b3 c", "a b3 c")),
        ("a b c", "a b2 c", "a c", "deleted-there", ("a b2 c", "a c", "a b2 c")),
        ("a c", "a x1 c", "a c x2", "added", ("a x1 c", "a x2 c", "a x1 x2 c")),
        ("a b c", "c a b2", "a b3 c", "edited", ("c a b2", "c a b3", "c a b2 b3")),
        ("a b c", "a b2 c", "c a b3", "edited", ("c a b2", "c a b3", "c a b2 b3")),
        ("a b c", "a c", "c a b3", "deleted-here", ("c a", "c a b3", "c a b3")),
    ],
)
def test_where_both_changed_a_row_somebody_decides(base, mine, theirs, kind, results):
    done = merge(rows(base), rows(mine), rows(theirs))
    (conflict,) = done.conflicts
    assert conflict.kind == kind
    assert (conflict.base is None) == (kind == "added")
    assert (conflict.mine is None) == (kind == "deleted-here")
    assert (conflict.theirs is None) == (kind == "deleted-there")
    for choice, result in zip(("mine", "theirs", "both"), results, strict=True):
        assert merged(base, mine, theirs, choice) == result
        assert merged(base, mine, theirs, [choice]) == result


def test_a_row_without_a_name_is_known_by_its_place():
    base = [b'{"q": 1}\n', b'{"q": 2}\n', b"broken\n"]
    mine = [b'{"q": 10}\n', *base[1:]]
    theirs = [*base[:2], b"mended\n"]
    done = merge(base, mine, theirs)
    assert done.conflicts == ()
    assert list(done.resolve("both")) == [("mine", 0), ("mine", 1), ("theirs", 2)]
    assert (done.mine, done.theirs) == (1, 1)


def test_rows_with_two_names_are_two_rows():
    assert merged("a b", "a x", "a y") == "a x y"


def test_each_conflict_has_a_decision_of_its_own():
    assert merged("a b c", "a2 b2 c", "a3 b3 c", ["mine", "theirs"]) == "a2 b3 c"
    with pytest.raises(StoreError, match="2 conflicts, and 1 decisions"):
        merged("a b c", "a2 b2 c", "a3 b3 c", ["mine"])


def test_it_counts_what_each_side_did():
    done = merge(rows("a b c d"), rows("a2 c d x"), rows("a b c2 y z"))
    assert (done.mine, done.theirs) == (3, 4)


texts = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2"])).map("".join), max_size=7
).map(" ".join)
sides = st.tuples(texts, texts, texts)


@given(sides)
def test_a_side_that_did_nothing_leaves_the_other(case):
    base, other, _ = case
    assert merged(base, other, base) == other
    assert merged(base, base, other) == other
    assert merged(base, other, other) == other


@given(sides)
def test_no_row_that_somebody_wrote_is_lost(case):
    base, mine, theirs = case
    result = set(merged(base, mine, theirs).split())
    before = set(base.split())
    assert (set(mine.split()) - before) | (set(theirs.split()) - before) <= result
    assert set(mine.split()) & set(theirs.split()) <= result | before
    assert result <= before | set(mine.split()) | set(theirs.split())


@given(sides)
def test_what_both_kept_is_kept(case):
    base, mine, theirs = case
    unique = [w for w in base.split() if base.split().count(w) == 1]
    names = [w[0] for s in case for w in s.split()]
    kept = [
        w for w in unique if w in mine.split() and w in theirs.split() and names.count(w[0]) == 3
    ]
    assert set(kept) <= set(merged(base, mine, theirs).split())


class TestBlocks:
    @given(st.lists(st.integers(0, 4), max_size=20), st.lists(st.integers(0, 4), max_size=20))
    def test_equal_runs_rise_on_both_sides_and_gaps_are_the_rest(self, old, new):
        found = blocks(old, new)
        end = (0, 0)
        for i, j, count in found:
            assert old[i : i + count] == new[j : j + count]
            assert (i, j) >= end
            assert i >= end[0]
            assert j >= end[1]
            end = i + count, j + count
        left = sum(b - a for a, b, _, _ in gaps(found, len(old), len(new)))
        assert left + sum(count for _, _, count in found) == len(old)

    def test_a_long_file_with_one_change_is_two_blocks(self):
        old = list(range(5000))
        new = [*old[:2000], -1, *old[2001:]]
        assert blocks(old, new) == [(0, 0, 2000), (2001, 2001, 2999)]

    def test_many_changes_far_apart_are_found_quickly(self):
        old = list(range(30_000))
        new = [-n if n % 7 == 0 else n for n in old]
        assert sum(count for _, _, count in blocks(old, new)) == sum(n % 7 != 0 for n in old) + 1
