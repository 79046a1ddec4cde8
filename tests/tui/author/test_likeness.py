"""Twins of one row are found quickly among many, and those of all rows are not too many to keep."""

from __future__ import annotations

import pytest

from curator.neardup import find_twins
from curator.tui.panes.author import likeness
from curator.tui.panes.author.likeness import Likeness, likest_pairs

TEXTS = [f"write a function number {n} that sorts a list of words by length" for n in range(30)]


def asked(found, text, there=lambda key: True):
    return found.nearest(text, 85, there, lambda: False)


@pytest.fixture
def known():
    found = Likeness()
    for key, text in enumerate(TEXTS):
        found.learn(key, text)
    found.learn(99, "something else altogether, about trees")
    return found


@pytest.mark.parametrize("settled", [False, True])
def test_the_likest_come_first_and_others_do_not_come(known, settled):
    if settled:
        known.settle()
    near = asked(known, TEXTS[7])
    assert near[0] == (7, 100.0)
    assert len(near) == 10
    assert 99 not in dict(near)
    assert asked(known, "") == ()


@pytest.mark.parametrize("more", [1, 200])
def test_what_comes_after_the_index_was_made_is_found_too(known, more):
    known.settle()
    for key in range(more):
        known.learn(1000 + key, f"reverse the bytes of message {key}")
    assert asked(known, "reverse the bytes of message 0")[0] == (1000, 100.0)
    known.settle()
    assert asked(known, "reverse the bytes of message 0")[0] == (1000, 100.0)
    assert asked(known, TEXTS[3])[0] == (3, 100.0)


def test_rows_that_went_make_room_for_those_that_are_there(known):
    known.settle()
    near = asked(known, TEXTS[7], lambda key: key >= 20)
    assert len(near) == 10
    assert all(key >= 20 for key, _ in near)


def test_a_search_that_is_overtaken_ends(known):
    assert known.nearest(TEXTS[0], 85, lambda key: True, lambda: True) == ()


def test_a_paraphrase_is_a_twin_once_the_file_is_checked(known):
    known.learn(500, "return the sum of two numbers quickly please")
    known.settle()
    assert asked(known, "two numbers: quickly return the sum please")[0][0] == 500


def test_of_very_many_pairs_the_likest_of_each_row_are_kept(monkeypatch):
    texts = ["a sentence that is there many times"] * 50 + TEXTS
    report = find_twins(texts, threshold=85)
    assert report.pair_count > 1000
    pairs = list(likest_pairs(report, 3))
    assert len(pairs) <= 3 * len(texts)
    assert {row for pair in pairs for row in pair[:2]} == set(range(len(texts)))
    monkeypatch.setattr(likeness, "_MOST_PAIRS", 10)
    few = list(likest_pairs(report, 3))
    assert {row for pair in few for row in pair[:2]} == set(range(len(texts)))
    assert all(score >= 85 for _, _, score in few)
