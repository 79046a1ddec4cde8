"""A tiny model, built once, for the tests that really train and ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from curator.tiny import build_tiny_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
