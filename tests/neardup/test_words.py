"""Word order and small paraphrases are found by the scorer named ``words``, and no pair is lost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from curator.neardup import find_twins, wordjoin, words_score
from curator.neardup.wordjoin import join
from curator.neardup.words import words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add two numbers", "sum of 2 numbers"),
        ("write a function to add two numbers.", "please calculate the sum of two integers"),
        ("sort a list of numbers", "given a list of numbers, sort it"),
        ("find the largest element of an array", "get the maximum element in the list"),
    ],
)
def test_the_same_request_in_other_words_is_a_twin_by_words(one: str, other: str):
    (pair,) = find_twins([one, other], scorers=("ratio", "words")).pairs
    assert (pair.scorer, pair.score) == ("words", 100.0)
    assert not find_twins([one, other]).pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add two numbers", "add three numbers"),
        ("write a python program that sorts words", "write a java program that sorts words"),
        ("hello", "hello there"),
        ("find the largest element of an array", "find the smallest element of an array"),
    ],
)
def test_another_request_is_none(one: str, other: str):
    assert words_score(one, other) < 85


def test_the_ratio_tells_where_it_finds_the_pair_as_well():
    some = ["reverse the words of a sentence", "reverse the words of the sentence"]
    (pair,) = find_twins(some, scorers=("ratio", "words")).pairs
    assert pair.scorer == "ratio"
    (pair,) = find_twins(some, scorers=("ratio", "words")).above(99).pairs
    assert (pair.scorer, pair.score) == ("words", 100.0)


def test_scores_are_symmetric_and_order_does_not_matter():
    one, other = "count vowels in a given word", "word vowels count lines"
    score = words_score(one, other)
    assert score == words_score(other, one) == words_score(one, other, score_cutoff=score)
    assert words_score(one, other, score_cutoff=score + 0.1) == 0
    assert words_of("numbers sorted list") == words_of("sort list number")


def test_one_word_says_too_little():
    assert words_score("hello", "hello") == 0
    assert words_score("", "") == 0


bags = st.lists(
    st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=7).map(sorted).map(tuple),
    max_size=25,
    unique=True,
)


@given(bags, st.sampled_from([50.0, 60.0, 66.7, 75.0, 85.0, 100.0]))
def test_the_join_finds_exactly_what_a_loop_finds(every: list[tuple[str, ...]], threshold: float):
    truth = {
        (a, b): fuzz.ratio(every[a], every[b])
        for a in range(len(every))
        for b in range(a + 1, len(every))
        if fuzz.ratio(every[a], every[b]) >= threshold
    }
    found = [
        ((a, b), score)
        for one, other, scores in join(every, None, threshold)
        for a, b, score in zip(one.tolist(), other.tolist(), scores.tolist(), strict=True)
    ]
    assert len(found) == len(truth)
    assert dict(found) == truth


@given(bags, bags, st.sampled_from([60.0, 85.0]))
def test_between_two_sets_as_well(some, others, threshold: float):
    truth = {
        (a, b)
        for a, one in enumerate(some)
        for b, other in enumerate(others)
        if fuzz.ratio(one, other) >= threshold
    }
    found = [
        pair
        for one, other, _ in join(some, others, threshold)
        for pair in zip(one.tolist(), other.tolist(), strict=True)
    ]
    assert sorted(found) == sorted(truth)


@pytest.mark.parametrize("threshold", [30, 85, 97, 100])
@pytest.mark.parametrize("border", [None, 70])
def test_no_pair_of_long_lists_is_lost(
    threshold: int, border: int | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wordjoin, "_MOST_RARE", 5)
    rng = random.Random(threshold)
    lists = [
        tuple(sorted(rng.choices("abcdefghijklmnop", k=rng.randint(9, 60)))) for _ in range(60)
    ]
    for _ in range(60):
        some = list(rng.choice(lists))
        del some[: rng.randint(0, 5)]
        lists.append(tuple(sorted([*some, *rng.choices("abcxyz", k=rng.randint(0, 4))])))
    rng.shuffle(lists)
    some, others = lists[:border], lists if border is None else lists[border:]
    truth = [
        (a, b, fuzz.ratio(one, other))
        for a, one in enumerate(some)
        for b, other in enumerate(others)
        if (border is not None or a < b) and fuzz.ratio(one, other) >= threshold
    ]
    found = [
        pair
        for part in join(some, None if border is None else others, threshold)
        for pair in zip(*(values.tolist() for values in part), strict=True)
    ]
    assert sorted(found) == truth
    assert len(truth) > 1


def test_long_lists_have_no_key_for_each_pair_of_their_words():
    one = [f"w{number:05}" for number in range(20_000)]
    lists = [tuple(one), (*one[:-90], "x"), tuple(one[:9_000]), ("w00001", "w00002")]
    ranks = {word: rank for rank, word in enumerate([*one, "x"])}
    assert sum(len(keys) for keys, _ in wordjoin._keys(lists, ranks, 85.0)) < 10
    parts = [part for part in join(lists, None, 85.0) if len(part[0])]
    assert [(low.tolist(), high.tolist()) for low, high, _ in parts] == [([0], [1])]
