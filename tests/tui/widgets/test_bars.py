"""Bars, intervals and columns keep their width and do not lie about small shares."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from curator.evaluate import Rate
from curator.tui.widgets.bar import flow, progress_bar, share_bar
from curator.tui.widgets.columns import Column, fit, lay_out
from curator.tui.widgets.drawn import hanging
from curator.tui.widgets.rates import apart, difference, interval, interval_bar, percent


@given(st.floats(0, 1), st.integers(1, 80))
def test_a_share_fills_its_width(share, width):
    assert share_bar(share, width).cell_length == width


def test_a_sliver_is_not_nothing_and_almost_all_is_not_all():
    assert share_bar(0.0001, 20).plain.startswith("▏")
    assert share_bar(0.9999, 20).plain != "█" * 20
    assert share_bar(0, 4).plain == "░░░░"
    assert share_bar(1, 4).plain == "████"


@given(st.integers(0, 50), st.integers(0, 50), st.integers(3, 60))
def test_an_interval_fills_its_width(passed, more, width):
    assert interval_bar(Rate(passed, passed + more), width).cell_length == width


def test_one_of_one_is_far_from_sure():
    rate = Rate(1, 1)
    assert percent(rate).plain == "100%"
    assert interval(rate).plain == "21–100"
    assert interval_bar(rate, 11).plain == "┈┈━━━━━━━━●"


def test_a_difference_has_its_sign_and_its_doubt():
    assert difference(Rate(0, 10), Rate(4, 10)).plain == "+40"
    assert difference(Rate(4, 10), Rate(0, 10)).plain == "−40"
    assert difference(Rate(4, 10), Rate(4, 10)).plain == "0"
    assert not apart(Rate(3, 10), Rate(5, 10))
    assert apart(Rate(0, 20), Rate(18, 20))


def test_progress_of_nothing_is_nothing():
    assert progress_bar(0, 0, 6).plain == "──────"
    assert progress_bar(3, 6, 6).plain == "━━━───"


def test_figures_flow_onto_further_lines():
    parts = [Content("aaaa"), Content("bbbb"), Content("cccc")]
    assert flow(parts, 11).plain == "aaaa   bbbb\ncccc"


def test_cells_are_padded_and_cut_by_what_they_take_on_the_screen():
    assert fit(Content("日本語"), 5).plain == "日本…"
    assert fit(Content("7"), 3, right=True).plain == "  7"
    columns = [Column("name"), Column("n", 3, right=True)]
    assert lay_out([Content("ab"), Content("12")], columns, 15).plain == "ab           12"


def test_further_lines_hang_under_the_first():
    text = hanging(Content("!"), Content("one two three four"), 12)
    assert text.plain == "! one two\n  three four"
