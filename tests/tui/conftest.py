"""Every test has a state folder of its own: locks, journals and what is remembered."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("CURATOR_STATE_DIR", str(folder))
    return folder
