"""The process that counts ends with its pane, at whatever moment that is closed."""

from __future__ import annotations

import pytest

from curator.errors import CancelledError
from curator.train.tokens import Tokens
from curator.tui.panes.counting import Counting


def test_a_pane_that_is_closed_before_there_is_a_process_starts_none(tiny):
    counting = Counting()
    with counting.turn():
        # Somewhere between the turn and the counting: the rows are being read.
        counting.close()
        with pytest.raises(CancelledError):
            counting.tokens(str(tiny), local=True)


def test_a_process_that_is_interrupted_before_it_began_is_ended(tiny):
    tokens = Tokens(str(tiny), local=True)
    tokens.interrupt()
    with pytest.raises(CancelledError):
        tokens.start()
    assert tokens._child is None
