"""Two twins are compared in a moment, however long they are."""

from __future__ import annotations

import threading

import pytest
from textual.app import App
from textual.content import Content
from textual.widgets import Static

from curator.example import Example
from curator.tui.panes.author import twin
from curator.tui.panes.author.twin import Side, TwinScreen, _drawn, _scorer, compare, marked
from tests.tui.helpers import until


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
    assert len(shown) < 21_000
    shorter = Example.new("brief " * 10, output="")
    assert "… and 980,004 characters" in compare(one, shorter).plain


@pytest.mark.parametrize(
    "text", ["", "one\n\n", "line of words\n\n" * 2_000, "word " * 3_000, "x" * 9_000]
)
def test_a_long_text_is_drawn_in_pieces_and_whole(text: str):
    pieces = [static.content.plain for static in _drawn(Content(text))]
    joined = "\n".join(pieces) if "line" in text else "".join(pieces)
    assert joined == text
    assert max(map(len, pieces)) <= 4_000
    assert all(piece.endswith(" ") for piece in pieces if text.startswith("word"))


class Shown(App[None]):
    CSS_PATH = None

    def get_default_screen(self):
        one, other = (Example.new(f"{begin} {'very ' * 5_000}") for begin in ("long", "big"))
        return TwinScreen(Side(0, one), Side(4, other), 99.0)

    def get_theme_variable_defaults(self):
        return {"rule": "#888888", "muted": "#888888"}


async def test_two_long_ones_are_compared_while_their_screen_is_there(monkeypatch):
    go_on = threading.Event()

    def slow(*sides):
        go_on.wait(30)
        return compare(*sides)

    monkeypatch.setattr(twin, "compare", slow)
    app = Shown()
    async with app.run_test() as pilot:
        said = [str(static.render()) for static in app.query("#twin Static").results(Static)]
        assert said == ["comparing…", "comparing…"]
        title = str(app.query_one("#twin").border_title)
        go_on.set()
        await until(pilot, lambda: "by ratio" in str(app.query_one("#twin").border_title))
        assert "by" not in title
        await until(pilot, lambda: len(app.query("#twin Static")) > 4)
        texts = "".join(str(one.render()) for one in app.query("#twin Static").results(Static))
        assert "long very" in texts
        assert "big very" in texts
