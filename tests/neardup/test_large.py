"""What sketches and cells propose is scored exactly, and next to nothing is missed."""

from __future__ import annotations

import random

import numpy as np
import pytest
from rapidfuzz import fuzz

from curator.neardup import cells, find_twins, propose, score, sketch
from curator.neardup import twins as twins_module

VOCABULARY = [
    *("write", "a", "function", "that", "returns", "the", "largest", "number", "of", "list"),
    *("reverse", "text", "count", "words", "in", "file", "parse", "date", "merge", "two"),
    *("sorted", "arrays", "remove", "duplicates", "from", "table", "query", "select", "users"),
    *("print", "random", "password", "check", "prime", "factorial", "matrix", "average"),
    *("median", "convert", "celsius", "json", "schema"),
]


def grown(count: int, seed: int = 5) -> list[str]:
    """Texts of 8 to 16 words, three in four of them another one with a few letters changed."""
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(VOCABULARY, k=rng.randint(8, 16))) for _ in range(count // 4)]
    while len(texts) < count:
        text = rng.choice(texts[: count // 4])
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice("abcdefgh ") + text[at + rng.randint(0, 2) :]
        texts.append(" ".join(text.split()))
    rng.shuffle(texts)
    return texts


def plain(some: list[str], others: list[str] | None, threshold: float) -> dict:
    return {
        (a, b): fuzz.ratio(one, other)
        for a, one in enumerate(some)
        for b, other in enumerate(some if others is None else others)
        if (others is not None or a < b) and one and other and fuzz.ratio(one, other) >= threshold
    }


@pytest.fixture(params=["sketches", "cells"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Search as if the set were too large to score every pair, or even to sketch every pair."""
    monkeypatch.setattr(twins_module, "SCORE_ALL", 0)
    if request.param == "cells":
        monkeypatch.setattr(propose, "ALL_PAIRS", 0)
        monkeypatch.setattr(propose, "_PART", 100)
    return request.param


@pytest.mark.parametrize("threshold", [80, 85, 95])
def test_within_one_set_scores_are_exact_and_pairs_are_found(way: str, threshold: float):
    texts = grown(600)
    truth = plain(texts, None, threshold)
    found = {(p.a, p.b): p.score for p in find_twins(texts, threshold=threshold).pairs}
    assert len(truth) > 150
    assert found.items() <= truth.items()
    assert len(found) >= 0.98 * len(truth)


def test_between_two_sets_as_well(way: str):
    texts = grown(600)
    some, others = texts[:200], texts[200:]
    truth = plain(some, others, 85)
    found = {(p.a, p.b): p.score for p in find_twins(some, others, threshold=85).pairs}
    assert len(truth) > 100
    assert found.items() <= truth.items()
    assert len(found) >= 0.98 * len(truth)


def test_no_pair_comes_twice_and_progress_ends_with_all(way: str):
    texts = grown(400)
    seen: list[tuple[int, int]] = []
    report = find_twins(texts, progress=lambda done, total: seen.append((done, total)))
    pairs = [(pair.a, pair.b) for pair in report.pairs]
    assert pairs == sorted(set(pairs))
    assert len(report.found) == len(report.links)
    assert seen[-1] == (400, 400)
    assert seen == sorted(set(seen))


AWKWARD = [
    "",
    "x",
    "x",
    "?",
    "!!! ??? ...",
    "!!! ??? ..",
    "sort 🙂🙃 by 🎉 then 🎈 and print 🙂",
    "sort 🙂🙃 by 🎉 then 🎈 and print 🙃",
    "اكتب دالة تعكس ترتيب الكلمات في الجملة",
    "اكتب دالة تعكس ترتيب الكلمات في الجمل",
    "function add(a, b) { return a + b; }",
    "function add(a, c) { return a + c; }",
    "編寫一個函數將列表中的數字按從大到小的順序排列並返回",
    "編寫一個函數將列表中的數字按從小到大的順序排列並返回",
    "\ud800 half a character in the middle of a text",
    "\ud800 half a character in the middle of a test",
    "nul \0 in the middle of a text",
    "nul \0 in the middle of the text",
    "long " * 200_000,
    "long " * 199_990,
]


def test_awkward_rows_are_twins_as_any_others(way: str):
    texts = [*AWKWARD, *grown(200)]
    found = {(p.a, p.b) for p in find_twins(texts, threshold=85).pairs if p.b < len(AWKWARD)}
    assert found == set(plain(AWKWARD[:18], None, 85)) | {(18, 19)}


def test_a_thousand_equal_rows_are_one_text(way: str):
    report = find_twins([*["print the numbers from one to ten"] * 1000, *grown(200)])
    assert report.pair_count >= 499_500
    assert report.scored < 100_000
    assert report.clusters[0].members[:1000] == tuple(range(1000))
    assert report.same[0] == tuple(range(1000))


def test_a_hundred_thousand_equal_rows_need_no_list_of_pairs():
    report = find_twins(["the same"] * 100_000)
    assert report.pair_count == 100_000 * 99_999 // 2
    assert len(report.clusters[0].members) == 100_000


def test_a_search_that_finds_too_much_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(twins_module, "MOST_LINKS", 10)
    report = find_twins([f"what is {n} plus {n} minus {n + 1}" for n in range(100)], threshold=60)
    assert not report.complete


def test_sketches_have_length_one_and_hardly_depend_on_the_company():
    texts = grown(300)
    basis = sketch.fit(texts)
    together, alone = basis.project(texts), basis.project(texts[7:8])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(together[7], alone[0], atol=1e-4)


def test_chunks_hold_every_text_once_and_few_characters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sketch, "_CHUNK_ROWS", 3)
    monkeypatch.setattr(sketch, "_CHUNK_CHARACTERS", 10)
    texts = ["ab", "c" * 50, "", "d", "e", "f", "g"]
    ranges = list(sketch.chunks(texts))
    assert [row for a, b in ranges for row in range(a, b)] == list(range(7))
    assert all(b - a <= 3 for a, b in ranges)
    assert (1, 2) in ranges


def test_a_row_looks_into_the_cell_where_it_stands():
    sketches = sketch.fit(texts := grown(900)).project(texts)
    placed = cells.place(sketches, cells.find_centres(sketches))
    rows = np.arange(len(texts))
    assert placed.sees(rows, placed.home).all()
    assert sorted(r for c in range(placed.count) for r in placed.standing(c)) == rows.tolist()
    for cell in range(placed.count):
        looking = placed.looking(cell, 100, 500)
        assert (looking == [r for r in range(100, 500) if placed.sees(*_pair(r, cell))]).all()


def _pair(row: int, cell: int):
    return np.array([row]), np.array([cell], np.int32)


def test_work_comes_back_in_order_and_errors_come_through():
    assert list(score.run_in_order([lambda n=n: n for n in range(20)])) == list(range(20))

    def fails():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(score.run_in_order([lambda: 1, fails]))


def test_a_chain_has_few_pairs_and_every_row_that_has_a_twin():
    report = find_twins([*["print the numbers from one to ten"] * 2000, *grown(100)], threshold=80)
    one, other, scores, scorers = report.chain()
    every = {member for cluster in report.clusters for member in cluster.members}
    assert {*one.tolist(), *other.tolist()} == every
    assert len(one) == len(scores) == len(scorers) < 2200
    assert (one < other).all()
    assert min(scores) >= 80
