"""Twins are exactly the pairs that a plain loop over RapidFuzz finds."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from curator.example import Example
from curator.neardup import Pair, find_twins, instruction_text, nearest, normalise
from curator.neardup import twins as twins_module

words = st.lists(st.sampled_from(["sort", "a", "list", "of", "numbers", "b"]), max_size=5)
texts = st.lists(words.map(" ".join), max_size=12)
thresholds = st.sampled_from([0.0, 1.0, 50.0, 66.66666666666666, 85.0, 100.0]) | st.floats(0, 100)


def plain(some: list[str], others: list[str] | None, threshold: float) -> list[Pair]:
    return [
        Pair(a, b, fuzz.ratio(one, other))
        for a, one in enumerate(some)
        for b, other in enumerate(some if others is None else others)
        if (others is not None or a < b) and one and other and fuzz.ratio(one, other) >= threshold
    ]


def grouped(pairs: tuple[Pair, ...]) -> set[frozenset[int]]:
    groups: list[set[int]] = []
    for pair in pairs:
        joined = {pair.a, pair.b}
        for group in [group for group in groups if group & joined]:
            groups.remove(group)
            joined |= group
        groups.append(joined)
    return {frozenset(group) for group in groups}


@pytest.fixture(params=[2, 1024])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(twins_module, "_BLOCK", request.param)
    return request.param


class TestPairs:
    @given(texts, thresholds)
    def test_within_one_set(self, some: list[str], threshold: float):
        report = find_twins(some, threshold=threshold)
        assert list(report.pairs) == plain(some, None, threshold)

    @given(texts, texts, thresholds)
    def test_between_two_sets(self, some: list[str], others: list[str], threshold: float):
        report = find_twins(some, others, threshold=threshold)
        assert list(report.pairs) == plain(some, others, threshold)
        assert report.clusters == ()

    def test_are_the_same_in_blocks_of_any_size(self, block: int):
        source = random.Random(7)
        vocabulary = ["sort", "the", "list", "merge", "of", "numbers", "reverse", "text"]
        some = [" ".join(source.choices(vocabulary, k=6)) for _ in range(75)]
        others = [" ".join(source.choices(vocabulary, k=6)) for _ in range(9)]
        assert list(find_twins(some, threshold=80).pairs) == plain(some, None, 80)
        assert list(find_twins(some, others, threshold=80).pairs) == plain(some, others, 80)

    def test_at_the_threshold_itself_count(self):
        score = fuzz.ratio("abc", "abd")
        assert len(find_twins(["abc", "abd"], threshold=score).pairs) == 1
        assert len(find_twins(["abc", "abd"], threshold=score + 1e-9).pairs) == 0

    def test_of_empty_texts_are_none(self):
        assert find_twins(["", "", "a"], ["", "a"], threshold=0).pairs == (Pair(2, 1, 100.0),)


class TestReport:
    @given(texts, thresholds, thresholds)
    def test_above_is_what_a_new_search_would_find(self, some: list[str], one: float, two: float):
        low, high = sorted((one, two))
        raised = find_twins(some, threshold=low).above(high)
        fresh = find_twins(some, threshold=high)
        assert (raised.pairs, raised.clusters) == (fresh.pairs, fresh.clusters)
        assert raised.threshold == high

    def test_above_cannot_go_below(self):
        with pytest.raises(ValueError, match="not kept"):
            find_twins(["a"], threshold=85).above(84)

    @given(texts, st.floats(40, 100))
    def test_clusters_are_the_connected_groups_largest_first(self, some: list[str], least: float):
        report = find_twins(some, threshold=least)
        members = [cluster.members for cluster in report.clusters]
        assert {frozenset(group) for group in members} == grouped(report.pairs)
        assert len(members) == len(grouped(report.pairs))
        assert all(list(group) == sorted(group) for group in members)
        assert [len(group) for group in members] == sorted(map(len, members), reverse=True)

    @given(st.integers(0, 9), st.none() | st.integers(0, 9))
    def test_counts_what_was_compared(self, rows: int, others: int | None):
        against = None if others is None else ["x"] * others
        report = find_twins(["x"] * rows, against)
        assert report.rows == rows
        assert report.compared == (rows * (rows - 1) // 2 if others is None else rows * others)

    def test_progress_ends_with_all(self, block: int):
        some = ["same"] * 5
        seen: list[tuple[int, int]] = []
        find_twins(some, progress=lambda done, total: seen.append((done, total)))
        assert seen[-1] == (5, 5)
        assert seen == sorted(seen)

    def test_progress_counts_each_way_of_comparing(self, block: int):
        some = [f"text number {number} of some" for number in range(10)]
        seen: list[int] = []
        find_twins(some, scorers=("ratio", "words"), progress=lambda done, _: seen.append(done))
        assert 5 in seen
        assert seen[-1] == 10

    def test_cancelled_keeps_what_was_found_and_says_so(self, block: int):
        some = ["sort the list", "sort the lists", "merge", "merge two", "sort a list"]
        report = find_twins(some, threshold=80, cancelled=lambda: True)
        assert not report.complete
        assert set(report.pairs) <= set(plain(some, None, 80))
        assert find_twins(some, threshold=80).complete


class TestNearest:
    @given(texts, words.map(" ".join), thresholds)
    def test_is_what_a_plain_loop_finds_likest_first(
        self, some: list[str], text: str, threshold: float
    ):
        found = nearest(text, some, threshold=threshold, limit=None)
        assert sorted((one.index, one.score) for one in found) == [
            (pair.b, pair.score) for pair in plain([text], some, threshold)
        ]
        assert [one.score for one in found] == sorted((o.score for o in found), reverse=True)

    @given(texts.filter(len), thresholds, st.integers(0, 3), st.data())
    def test_a_limit_cuts_after_the_text_itself_is_left_out(
        self, some: list[str], threshold: float, limit: int, data: st.DataObject
    ):
        own = data.draw(st.integers(0, len(some) - 1))
        every = nearest(some[own], some, threshold=threshold, limit=None)
        wanted = [one for one in every if one.index != own]
        found = nearest(some[own], some, threshold=threshold, limit=limit, skip=own)
        assert [one.score for one in found] == [one.score for one in wanted[:limit]]
        assert own not in [one.index for one in found]

    def test_passes_over_what_is_not_there(self):
        assert [one.index for one in nearest("a", [None, "", "a"], threshold=0)] == [2]
        assert nearest("", ["", "a"], threshold=0) == ()


class TestText:
    def test_instruction_and_input_are_compared_together(self):
        one = instruction_text(Example.new("Add  two\tNumbers.", "1\n2"))
        assert one == "add two numbers. 1 2"
        assert instruction_text(Example({"instruction": None})) == ""

    def test_looks_do_not_matter_and_punctuation_does(self):
        assert normalise("\uff21dd \ufb01ve\u00a0STRASSE") == normalise("add five stra\u00dfe")
        assert normalise("a[0]") != normalise("a(0)")

    @given(st.text(max_size=20))
    def test_normal_text_stays_as_it_is(self, text: str):
        assert normalise(normalise(text)) == normalise(text)

    @given(st.text(max_size=20))
    def test_capitals_do_not_matter(self, text: str):
        assert normalise(text.swapcase().casefold()) == normalise(text.casefold())
