"""A stand-in for the Hub on loopback, for what is fetched."""

from __future__ import annotations

import pytest

from tests.hub import COMMIT, Hub, serving

__all__ = ["COMMIT"]


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with serving(Hub(), monkeypatch) as stand_in:
        yield stand_in
