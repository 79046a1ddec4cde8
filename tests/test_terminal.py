"""Untrusted text reaches a terminal as text."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from curator.terminal import one_line, plural, visible

UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [red]text[/red] \\", "plain [red]text[/red] \\"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;ZWNobyBoaQ==\x07", "␛]52;c;ZWNobyBoaQ==␇"),
        ("\x9b31m", "<U+009B>31m"),
        ("\x00\t\r\n\x7f", "␀␉␍␊␡"),
        ("pass\u202eword", "pass<U+202E>word"),
        ("\u2066a\u2069\u200f", "<U+2066>a<U+2069><U+200F>"),
        ("a\u200bb\u200dc\ufeffd\u2060e\xadf", "a<U+200B>b<U+200D>c<U+FEFF>d<U+2060>e<U+00AD>f"),
        ("a\u2028b\u2029c\x85d", "a<U+2028>b<U+2029>c<U+0085>d"),
        ("\ud800\udfff", "<U+D800><U+DFFF>"),
        ("\U000e0041\U000e0100\ufe00", "<U+E0041><U+E0100><U+FE00>"),
        ("\u3164\u115f\u2800", "<U+3164><U+115F><U+2800>"),
        ("naïve 日本語 עברית العربية ❤️ 🐍", "naïve 日本語 עברית العربية ❤️ 🐍"),
        ("no\u202fbreak\u00a0space", "no\u202fbreak\u00a0space"),
    ],
)
def test_what_a_terminal_would_act_on_is_shown(text: str, shown: str):
    assert visible(text) == shown


def test_no_character_of_an_unsafe_category_gets_through():
    through = [
        number
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in UNSAFE and visible(chr(number)) == chr(number)
    ]
    assert through == []


@given(st.text())
def test_shown_text_is_safe_encodable_and_stays_as_it_is(text: str):
    shown = visible(text)
    assert not {unicodedata.category(character) for character in shown} & UNSAFE
    assert visible(shown) == shown
    shown.encode("utf-8")


@given(st.text())
def test_line_breaks_and_tabs_stay_where_they_are_asked_for(text: str):
    shown = visible(text, newlines=True, tabs=True)
    assert shown.replace("\n", "␊").replace("\t", "␉") == visible(text)
    assert visible("\r\n", newlines=True) == "␍\n"


@pytest.mark.parametrize("attack", ["\x1b[2J", "[bold]x[/bold]", "[link=file:///]y", "\x9b2J"])
def test_rich_draws_it_as_plain_text(attack: str):
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    console.print(Text(visible(attack)))
    drawn = console.file.getvalue()  # type: ignore[attr-defined]
    assert drawn == f"{visible(attack)}\n"
    assert "\x1b" not in drawn


class TestOneLine:
    @given(st.text(), st.integers(1, 40))
    def test_is_one_line_of_no_more_than_was_asked_for(self, text: str, width: int):
        line = one_line(text, width)
        assert len(line) <= width
        assert "\n" not in line
        assert not {unicodedata.category(character) for character in line} & UNSAFE

    def test_keeps_what_fits_and_marks_what_is_cut(self):
        assert one_line("a\n  b\tc", 5) == "a b c"
        assert one_line("abcdef", 6) == "abcdef"
        assert one_line("abcdefg", 6) == "abcde…"

    def test_looks_at_no_more_than_it_shows(self):
        assert one_line("x" * 50_000_000, 10) == "x" * 9 + "…"
        assert one_line(" " * 1000 + "x", 10) == "…"


@pytest.mark.parametrize(
    ("count", "word", "said"),
    [
        (1, "row", "1 row"),
        (0, "row", "0 rows"),
        (2048, "row", "2,048 rows"),
        (2, "copy", "2 copies"),
        (2, "day", "2 days"),
    ],
)
def test_a_count_is_said_as_people_say_it(count, word, said):
    assert plural(count, word) == said
