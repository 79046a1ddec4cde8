"""The title bar says how far the check of the whole file is."""

from __future__ import annotations

import pytest
from textual.content import Content

from curator.tui.panes.author import status
from curator.tui.panes.author.status import Progress, file_status


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(status.time, "monotonic", lambda: now[0])
    return now


def test_a_share_and_what_is_left_of_it(clock):
    progress = Progress(1000)
    assert str(progress) == "checking 0%"
    clock[0] = 10
    progress.checked(250)
    assert str(progress) == "checking 25%, 30 s left"
    clock[0] = 1000
    assert str(progress) == "checking 25%, 50 min left"


def test_comparing_counts_anew(clock):
    progress = Progress(1000)
    progress.checked(1000)
    clock[0] = 100
    progress.compared(0.0)
    clock[0] = 108
    progress.compared(0.5)
    assert str(progress) == "comparing 50%, 8 s left"
    progress.compared(0.9)
    assert str(progress) == "comparing 90%"


def test_the_title_bar_says_it_while_it_lasts():
    said = [
        file_status(3, (0, 0), Content("unsaved"), checking=words, runs=None).plain
        for words in ("checking 25%", "")
    ]
    assert said[0].endswith("unsaved   checking 25%"), "at 80 columns the end is cut off"
    assert said[1].endswith("unsaved")
