"""Two twins in a line each: where they part is in sight, however far in that is."""

from __future__ import annotations

import pytest

from curator.cli.twinview import marked_lines

LONG = "the same words over and over again, " * 20


@pytest.mark.parametrize(
    ("one", "other"), [("here", "there"), ("", "and one thing more"), ("one thing less", "")]
)
def test_where_two_long_texts_part_is_shown(one: str, other: str):
    for side, end in zip(marked_lines(LONG + one, LONG + other), (one, other), strict=True):
        assert end in "".join(text for text, new in side if new)
        assert side[0][0].startswith("…")


def test_of_two_equal_texts_the_beginning_is_shown():
    left, right = marked_lines(LONG, LONG)
    assert left == right
    assert left[0][0].startswith("the same words")
