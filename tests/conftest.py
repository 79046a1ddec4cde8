"""What all tests share: hypothesis on a busy machine, and no trace in a person's own folders."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A deadline measures the machine and not the code; the suites say how long they may take.
settings.register_profile("curator", deadline=None, print_blob=True)
settings.load_profile("curator")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory, monkeypatch):
    """Keep journals, locks and caches of a test apart from the person's who runs it."""
    folder = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("CURATOR_STATE_DIR", str(folder / "state"))
    monkeypatch.setenv("CURATOR_CACHE_DIR", str(folder / "cache"))
