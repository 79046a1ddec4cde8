"""An index answers as a search does, changes by a row, and comes back from disk as it was."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from curator.errors import InputError
from curator.neardup import (
    TwinIndex,
    find_twins,
    indexfile,
    load_index,
    nearest,
    open_index,
    save_index,
)
from curator.neardup import index as index_module
from tests.neardup.test_large import AWKWARD, grown

TEXTS = grown(400)


@pytest.fixture(params=[0, 10_000])
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> TwinIndex:
    """An index that asks its sketches, and one that is small enough to score all."""
    monkeypatch.setattr(index_module, "SCORE_ALL_ROWS", request.param)
    return TwinIndex(TEXTS)


def scores(found):
    return {one.index: one.score for one in found}


def test_answers_are_those_of_a_plain_search(index: TwinIndex):
    missed = total = 0
    for row in range(0, 400, 5):
        truth = scores(nearest(TEXTS[row], TEXTS, threshold=85, limit=None, skip=row))
        found = scores(
            index.nearest(TEXTS[row], threshold=85, scorers=("ratio",), limit=None, skip=row)
        )
        assert found.items() <= truth.items()
        missed += len(truth) - len(found)
        total += len(truth)
    assert total > 50
    assert missed <= total // 50


def test_words_are_found_and_named(index: TwinIndex):
    row = index.add("add two numbers")
    (one,) = index.nearest("sum of 2 numbers")
    assert (one.index, one.score, one.scorer) == (row, 100.0, "words")
    assert index.nearest("sum of 2 numbers", scorers=("ratio",)) == ()


def test_rows_come_likest_first_up_to_a_limit(index: TwinIndex):
    for text in ("zig zag zog zug", "zig zag zog zugs", "zig zag zog zugged"):
        index.add(text)
    found = index.nearest("zig zag zog zug", threshold=75)
    assert [one.index for one in found] == [400, 401, 402]
    assert index.nearest("zig zag zog zug", threshold=75, limit=1) == found[:1]
    assert [one.index for one in index.nearest("zig zag zog zug", skip=400)] == [401, 402]
    assert index.nearest("") == ()


def test_changed_rows_are_found_as_they_are_now(index: TwinIndex):
    index.replace(3, "an altogether different request about sailing boats")
    index.remove(4)
    assert [one.index for one in index.nearest("an altogether different request about boats")] == [
        3
    ]
    assert 3 not in scores(index.nearest(TEXTS[3], limit=None))
    assert 4 not in scores(index.nearest(TEXTS[4], limit=None))
    assert (index[3][:14], index[4], len(index)) == ("an altogether ", "", 400)
    for row in (-1, 400):
        with pytest.raises(IndexError):
            index.replace(row, "x")


def test_many_changes_leave_it_as_one_made_anew(index: TwinIndex):
    for row in range(300):
        index.replace(row, TEXTS[-row])
    for text in TEXTS[:150]:
        index.add(text)
    fresh = TwinIndex([index[row] for row in range(len(index))])
    for text in TEXTS[::40]:
        mine, anew = index.nearest(text, limit=None), fresh.nearest(text, limit=None)
        assert scores(mine)[mine[0].index] == scores(anew)[anew[0].index] == 100.0
    assert index.content_hash == fresh.content_hash


def test_awkward_texts_can_be_asked_for(index: TwinIndex):
    places = {text: index.add(text) for text in AWKWARD[:-2] if text}
    for text, row in places.items():
        assert scores(index.nearest(text, limit=None))[row] == 100.0
    assert TwinIndex().nearest("anything") == ()


def test_from_disk_it_is_the_same(index: TwinIndex, tmp_path: Path):
    index.replace(7, "half \ud800 a character, and\na line")
    index.add("one more row at the end")
    save_index(index, tmp_path / "deep" / "base.twins")
    again = load_index(tmp_path / "deep" / "base.twins")
    assert again.content_hash == index.content_hash
    for text in (TEXTS[0], "one more row at the end", index[7]):
        assert again.nearest(text) == index.nearest(text)
    again.replace(0, "changed after it was read")
    assert again.nearest("changed after it was read")[0].index == 0
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["base.twins"]


def test_the_file_says_what_made_it(tmp_path: Path):
    save_index(TwinIndex(TEXTS), tmp_path / "base.twins")
    with np.load(tmp_path / "base.twins") as stored:
        header = json.loads(stored["header"].tobytes())
    assert header["content"] == TwinIndex(TEXTS).content_hash
    assert {"format", "sketch", "rapidfuzz", "numpy"} <= header.keys()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"[]", b"\x93NUMPY"])
def test_what_is_no_index_is_refused_with_a_sentence(tmp_path: Path, content: bytes):
    path = tmp_path / "base.twins"
    path.write_bytes(content)
    with pytest.raises(InputError, match="index"):
        load_index(path)


def test_a_missing_and_a_foreign_index_are_refused(tmp_path: Path, monkeypatch):
    path = tmp_path / "base.twins"
    with pytest.raises(InputError, match="No such file"):
        load_index(path)
    save_index(TwinIndex(TEXTS), path)
    monkeypatch.setattr(indexfile, "FORMAT", 99)
    with pytest.raises(InputError, match="Other versions"):
        load_index(path)


def test_a_damaged_index_is_refused(tmp_path: Path):
    path = tmp_path / "base.twins"
    save_index(TwinIndex(TEXTS), path)
    with np.load(path) as stored:
        parts = {name: stored[name] for name in stored.files}
    for name, wrong in {
        "row": parts["row"] * 0,
        "bits": parts["bits"][1:],
        "texts": parts["texts"][::-1].copy(),
    }.items():
        np.savez(tmp_path / "wrong.npz", **{**parts, name: wrong})
        with pytest.raises(InputError, match="index"):
            load_index(tmp_path / "wrong.npz")


def test_opening_builds_once_and_again_when_the_texts_change(tmp_path: Path):
    path = tmp_path / "base.twins"
    open_index(path, TEXTS[:50])
    first = path.stat().st_mtime_ns
    assert len(open_index(path, TEXTS[:50])) == 50
    assert path.stat().st_mtime_ns == first
    assert len(open_index(path, TEXTS[:51])) == 51
    assert len(load_index(path)) == 51


def test_the_index_and_the_search_agree_on_words():
    report = find_twins(TEXTS, scorers=("words",))
    index = TwinIndex(TEXTS)
    for pair in report.pairs[:40]:
        if TEXTS[pair.a] != TEXTS[pair.b]:
            found = scores(index.nearest(TEXTS[pair.a], scorers=("words",), limit=None))
            assert found[pair.b] == pair.score


@pytest.mark.parametrize("count", [254, 256, 300, 1000])
def test_a_text_of_many_words_can_be_asked_for(count: int):
    text = " ".join(f"word{number}" for number in range(count))
    other = " ".join(f"word{number}" for number in reversed(range(count)))
    index = TwinIndex(["two numbers and their sum", other])
    assert [one.index for one in index.nearest(text, threshold=85)] == [1]
    report = find_twins([text, other], scorers=("words",))
    assert report.pair_count == 1
