"""Work beside the typing stands aside for it."""

from __future__ import annotations

from itertools import islice

import pytest

from curator.settings import find_project
from curator.tui.panes.author import background
from curator.tui.panes.author.background import CheckingPane


@pytest.fixture
def now(monkeypatch):
    """A clock that only sleeping moves."""
    at = [100.0]
    monkeypatch.setattr(background.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(background.time, "sleep", lambda seconds: at.append(at.pop() + seconds))
    return at


def test_a_row_is_read_only_once_nobody_types(tmp_path, now):
    pane = CheckingPane(find_project(tmp_path))
    rows = pane._aside(iter("abc"), lambda: False)
    assert next(rows) == "a"
    assert now == [100.0]
    pane.touched = 100.0
    assert next(rows) == "b"
    assert 100.2 <= now[0] < 100.3
    assert next(rows) == "c"
    assert now[0] < 100.3


def test_who_ends_the_scan_need_not_stop_typing(tmp_path, now):
    pane = CheckingPane(find_project(tmp_path))
    pane.touched = 100.0
    assert list(islice(pane._aside(iter("abc"), lambda: True), 3)) == ["a", "b", "c"]
    assert now == [100.0]
