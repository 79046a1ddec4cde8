"""A studio that is killed while somebody types loses nothing that was promised to be kept."""

from __future__ import annotations

import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here")
def test_ten_kills_lose_no_saved_example_and_no_edit_older_than_two_seconds(tmp_path):
    from tests.tui.killing import Killing

    tally = Killing(tmp_path, seed=7, longest=3.5).run(10)
    assert tally.rounds == 10
    assert tally.recovered > 0
    assert tally.seen > 20
    assert tally.damaged == []
    assert tally.gone == set()
    assert tally.late == []
