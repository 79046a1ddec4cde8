"""A file is the old one or the new one, never half of each."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.errors import StoreError
from curator.store import write_atomic, write_text
from curator.store.atomic import sweep


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    write_atomic(path, [b"new ", b"content"])
    assert path.read_bytes() == b"new content"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("wanted", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_is_kept(tmp_path: Path, wanted: int):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(wanted)
    write_atomic(path, [b"new"])
    assert mode(path) == wanted


def test_a_new_file_has_the_mode_that_the_system_gives(tmp_path: Path):
    write_atomic(tmp_path / "a", [b"new"])
    (tmp_path / "b").write_bytes(b"new")
    assert mode(tmp_path / "a") == mode(tmp_path / "b")


def test_nobody_can_read_along_while_a_private_file_is_written(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen: list[int] = []

    def chunks() -> Iterator[bytes]:
        seen.extend(mode(tmp_path / name) for name in names(tmp_path))
        yield b"new"

    write_atomic(path, chunks())
    assert seen == [0o600, 0o600]


def test_a_symbolic_link_is_followed(tmp_path: Path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a"
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomic(link, [b"new"])
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "real") == ["a"]


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(StoreError, match="Could not be written"):
        write_atomic(link, [b"new"])
    assert names(tmp_path) == ["link"]


@pytest.mark.parametrize("broken", ["write", "fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def chunks() -> Iterator[bytes]:
        yield b"half"
        if broken == "write":
            fail()

    if broken == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    if broken == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StoreError, match="No space left") as caught:
        write_atomic(path, chunks())
    assert caught.value.hint == "The file is as it was before."
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_content_that_cannot_be_made_leaves_the_old_file(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("not an error of the disk")

    with pytest.raises(ValueError, match="not an error of the disk"):
        write_atomic(path, chunks())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_not_there_is_an_error_of_the_store(tmp_path: Path):
    with pytest.raises(StoreError):
        write_atomic(tmp_path / "none" / "a", [b"new"])


def test_a_long_name_is_no_hindrance(tmp_path: Path):
    path = tmp_path / ("n" * 250)
    write_text(path, "é")
    assert path.read_bytes() == "é".encode()


def test_what_a_killed_writer_left_is_swept_once_it_is_old(tmp_path: Path):
    for name, age in ((".curator-old.tmp", 4000), (".curator-new.tmp", 10), ("old.tmp", 4000)):
        (tmp_path / name).write_bytes(b"")
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    sweep(tmp_path)
    assert sorted(names(tmp_path)) == [".curator-new.tmp", "old.tmp"]
    sweep(tmp_path / "none")
