"""Two twins are compared in a moment, however long they are."""

from __future__ import annotations

import pytest

from curator.example import Example
from curator.tui.panes.author.twin import _scorer, compare, marked


def words_marked(text: str, other: str) -> list[str]:
    content = marked(text, other)
    assert content.plain == text
    return [text[span.start : span.end] for span in content.spans if span.style]


@pytest.mark.parametrize("times", [3, 3_000, 200_000])
def test_what_differs_is_marked_at_any_length(times: int):
    one = f"first {'long ' * times}middle {'short ' * times}end"
    other = f"first {'long ' * times}centre {'short ' * times}finish"
    found = words_marked(one, other)
    assert found[-1].endswith("end")
    assert "middle" in found[0]
    assert not any("first" in piece for piece in found)
    if times < 200_000:  # beyond, everything from the first to the last difference
        assert found == ["middle", "end"]


@pytest.mark.parametrize(
    ("other", "score", "scorer"),
    [("add three numbers", 88.0, "ratio"), ("sum of 2 numbers", 100.0, "words")],
)
def test_the_score_has_its_name(other: str, score: float, scorer: str):
    assert _scorer(Example.new("add two numbers"), Example.new(other), score) == scorer
    assert _scorer(Example.new(other), Example.new(other), 100.0) == "ratio"


def test_of_a_very_long_text_the_first_difference_is_shown():
    one, other = (Example.new("long " * 200_000 + end, output="") for end in ("here", "there"))
    shown = compare(one, other).plain
    assert "long here" in shown
    assert len(shown) < 51_000
    shorter = Example.new("brief " * 10, output="")
    assert "… and 950,004 characters" in compare(one, shorter).plain
