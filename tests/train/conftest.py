"""A tiny model and a small mixture, shared by the tests that really train."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curator.tiny import build_tiny_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def mixture(tmp_path, write_rows) -> Path:
    """Nine rows to train on, so that a batch size of 4 leaves a remainder, and two to validate."""
    folder = tmp_path / "mixture"
    folder.mkdir()
    write_rows(folder / "train.jsonl", 9)
    write_rows(folder / "valid.jsonl", 2)
    (folder / "manifest.json").write_text('{"recipe": "small"}')
    return folder


@pytest.fixture
def write_rows():
    def write(path: Path, count: int) -> None:
        rows = [
            [
                {"role": "user", "content": f"Write function {number}"},
                {"role": "assistant", "content": "### Solution\n" + "x = 1\n" * (1 + number % 3)},
            ]
            for number in range(count)
        ]
        path.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows))

    return write
