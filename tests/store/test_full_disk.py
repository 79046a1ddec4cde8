"""A disk without room: the old file stays whole, the edit stays in memory and in the journal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.errors import StoreError
from curator.example import Example
from curator.store import ExampleFile, pending_recovery

ROWS = b'{"id": "a"}\n' * 1000


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB, where this user may mount one."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def edit_too_much(file: ExampleFile) -> None:
    file.hold()
    file.insert(0, Example({"id": "mine", "text": "x" * 60_000}))
    with pytest.raises(StoreError, match="No space left on device") as caught:
        file.save()
    assert caught.value.hint == "The file is as it was before."
    assert caught.value.path == str(file.path)
    assert file.path.read_bytes() == ROWS
    assert file.dirty
    assert file.row(0).example.id == "mine"


def test_a_disk_that_is_full_keeps_the_old_file_and_the_edit(tiny: Path):
    path = tiny / "rows.jsonl"
    path.write_bytes(ROWS)
    file = ExampleFile.open(path)
    edit_too_much(file)
    assert [entry.name for entry in tiny.iterdir()] == ["rows.jsonl"]
    file.close()
    again = ExampleFile.open(path)
    again.recover(again.pending_recovery())
    assert again.row(0).example.id == "mine"
    again.replace(0, Example({"id": "short"}))
    again.save()
    assert path.read_bytes() == b'{"id": "short"}\n' + ROWS
    assert pending_recovery(path) is None


def test_a_state_folder_that_is_full_keeps_nobody_from_editing_and_saving(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CURATOR_STATE_DIR", str(tiny))
    path = tmp_path / "rows.jsonl"
    path.write_bytes(ROWS)
    file = ExampleFile.open(path)
    assert file.hold() is None
    file.insert(0, Example({"text": "x" * 100_000}))
    assert file.journal_problem == "No space left on device"
    assert list((tiny / "journal").iterdir()) == []
    file.save()
    assert path.read_bytes() == file.to_bytes()
    file.close()


@pytest.mark.parametrize("fails_after", [0, 1])
def test_a_write_that_fails_does_as_little_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_after: int
):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(ROWS)
    real = os.fsync
    calls = []

    def fail(descriptor: int) -> None:
        # The journal's descriptor is forced to the disk as well, and is not what is full.
        if Path(f"/proc/self/fd/{descriptor}").readlink().suffix == ".tmp":
            calls.append(descriptor)
            if len(calls) > fails_after:
                raise OSError(28, "No space left on device")
        real(descriptor)

    if sys.platform != "linux":
        pytest.skip("descriptors have no names here")
    monkeypatch.setattr(os, "fsync", fail)
    file = ExampleFile.open(path)
    if fails_after:
        file.save()
    edit_too_much(file)
    file.close()
    found = pending_recovery(path)
    assert found.matches
    assert len(found.rows) == 1
