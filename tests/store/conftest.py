"""A state folder of its own for every test, and files of rows to open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from curator.store import ExampleFile

Open = Callable[..., ExampleFile]


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep journals and locks of a test away from those of whoever runs it."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("CURATOR_STATE_DIR", str(folder))
    return folder


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Open]:
    """Open a file for editing, with lock and journal; all are let go of at the end."""
    opened: list[ExampleFile] = []

    def hold(data: bytes | None = None) -> ExampleFile:
        path = tmp_path / "rows.jsonl"
        if data is not None:
            path.write_bytes(data)
        file = ExampleFile.open(path, create=True)
        file.hold()
        opened.append(file)
        return file

    yield hold
    for file in opened:
        file.close()
