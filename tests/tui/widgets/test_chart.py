"""The loss chart says what it shows, within its size."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.tui.widgets.chart import Curves, draw, ticks

FALLING = tuple((x, 3 * math.exp(-x / 40)) for x in range(0, 101, 5))
CURVES = Curves(train=FALLING, valid=((0, 3.0), (50, 1.2), (100, 0.8)), best=(100, 0.8), iters=100)


def lines(curves: Curves, width: int, height: int) -> list[str]:
    return draw(curves, width, height).plain.split("\n")


def test_legend_axes_and_best_point_are_there():
    drawn = lines(CURVES, 60, 16)
    assert drawn[0].strip() == "━━ train   ━•━ validation   ◆ best 0.800 at 100"
    assert drawn[-1].split() == ["0", "50", "100"]
    assert [line.split()[0] for line in drawn if "┤" in line] == ["3", "2", "1"]
    assert sum(line.count("◆") for line in drawn[1:]) == 1
    assert sum(line.count("•") for line in drawn[1:]) == 2


@pytest.mark.parametrize(("width", "height"), [(20, 5), (33, 8), (60, 16), (120, 30)])
def test_it_fills_its_size_and_no_more(width, height):
    drawn = lines(CURVES, width, height)
    assert len(drawn) == height
    assert max(map(len, drawn)) <= width


def test_a_single_mark_is_written_with_all_its_decimals():
    drawn = lines(Curves(train=((1, 5.43), (2, 5.52)), iters=2), 60, 9)
    marks = [line.split()[0] for line in drawn if "┤" in line]
    assert marks == ["5.5"]


def test_a_narrow_chart_says_less_in_its_legend():
    assert lines(CURVES, 44, 10)[0].strip() == "━━ train   ━•━ validation   ◆ 0.800"


def test_nothing_yet_is_said():
    assert draw(Curves(), 60, 16).plain == "Nothing to draw yet."


def test_a_loss_that_is_no_number_is_said():
    assert draw(Curves(train=((1, math.nan),)), 60, 16).plain == "The loss is not a number."


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20),
    st.integers(20, 90),
    st.integers(5, 30),
)
def test_any_losses_can_be_drawn(losses, width, height):
    points = tuple(enumerate(losses))
    drawn = lines(Curves(train=points, valid=points, iters=len(losses)), width, height)
    assert max(map(len, drawn)) <= max(width, 25)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_lie_within_and_are_not_too_many(low, span, most):
    found = ticks(low, low + span, most)
    assert len(found) <= most + 1
    assert all(low - span * 1e-6 <= tick <= low + span * (1 + 1e-6) for tick in found)
