"""Which twin stays follows a rule, and the result says which part of it decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.neardup import Standing, find_twins, leaving, multiplied

TWINS = ["sort the list of words", "sort the list of word"]


@pytest.mark.parametrize(
    ("first", "second", "gone", "reason"),
    [
        (Standing(), Standing(curated=True, lint=9), 0, "curated before base"),
        (Standing(lint=3, length=99), Standing(lint=1), 0, "cleaner lint"),
        (Standing(length=10), Standing(length=20), 0, "longer"),
        (Standing(length=10), Standing(length=10), 1, "earlier"),
        (Standing(curated=True), Standing(protected=True), 0, "the other one is protected"),
    ],
)
def test_the_rule_in_its_order(first: Standing, second: Standing, gone: int, reason: str):
    (one,) = leaving(find_twins(TWINS), [first, second])
    assert (one.row, one.kept, one.reason) == (gone, 1 - gone, reason)
    assert 85 <= one.score < 100
    assert one.scorer == "ratio"


def test_without_more_to_go_by_the_earliest_stays():
    assert [one.row for one in leaving(find_twins([*TWINS, "sort the lists of words"]))] == [1, 2]


def test_the_end_of_a_chain_is_no_twin_of_its_beginning_and_stays():
    chain = ["aaaaaaaaaa", "aaaaaaaabb", "aaaaaabbbb"]
    report = find_twins(chain, threshold=80)
    assert len(report.clusters[0].members) == 3
    assert [(one.row, one.kept) for one in leaving(report)] == [(1, 0)]


def test_protected_rows_both_stay():
    rows = [Standing(protected=True), Standing(protected=True)]
    assert leaving(find_twins(TWINS), rows) == ()
    assert leaving(find_twins(["same", "same"]), rows) == ()


def test_the_other_side_is_never_proposed_for_removal():
    report = find_twins(["sort words", "merge two lists"], ["merge two lists", "merge two list"])
    (one,) = leaving(report)
    assert (one.row, one.kept, one.score) == (1, 0, 100.0)
    assert one.reason == "the other side is protected"


@given(
    st.lists(st.text("ab", min_size=4, max_size=8), max_size=14),
    st.lists(st.booleans(), min_size=14, max_size=14),
)
def test_no_two_rows_that_stay_are_twins_and_every_one_that_leaves_has_one(
    texts: list[str], curated: list[bool]
):
    rows = [Standing(curated=yes) for yes in curated[: len(texts)]]
    report = find_twins(texts, threshold=75)
    gone = leaving(report, rows)
    left = {one.row for one in gone}
    pairs = {(pair.a, pair.b): pair.score for pair in report.pairs}
    assert all(a in left or b in left for a, b in pairs)
    for one in gone:
        assert one.kept not in left
        assert pairs[min(one.row, one.kept), max(one.row, one.kept)] == one.score


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ([str(n % 64) for n in range(192)], "192 rows are 64 examples, 3 times each"),
        (["a", "a"], "2 rows are 1 example, 2 times each"),
        (["a", "b"], "2 rows, all different"),
        (["a", "b", "a", "c"], "4 rows are 3 examples, 1 of them more than once, up to 2 times"),
        ([], "0 rows, all different"),
    ],
)
def test_multiplied_data_is_recognised(contents: list[str], told: str):
    found = multiplied(contents)
    assert str(found) == told
    assert found.even == told.endswith("each")
