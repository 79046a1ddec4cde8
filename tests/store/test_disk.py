"""Somebody else writes the file while it is open here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from curator.errors import ChangedOnDiskError, StoreError
from curator.example import Example
from curator.store import ExampleFile, pending_recovery
from curator.store.snapshot import Snapshot

ROWS = b'{"id": "a"}\n{"id": "b"}\n{"id": "c"}\n'


def rest(path: Path) -> None:
    """Make a file look as if nobody had touched it for a while."""
    os.utime(path, ns=(1_000_000_000_000_000_000,) * 2)


@pytest.fixture
def reads(monkeypatch):
    """Count how often a file is read to find out whether it changed."""
    counted = []
    from curator.store import disk

    real = disk.hash_file
    monkeypatch.setattr(disk, "hash_file", lambda path: counted.append(path) or real(path))
    # Files made by a test are young; what makes their times untrustworthy is tested by itself.
    monkeypatch.setattr(disk, "_RESTLESS", -(10**18))
    return counted


class TestChanged:
    def test_idle_is_a_stat(self, held, reads):
        file = held(ROWS)
        for _ in range(5):
            assert not file.changed_on_disk()
        file.delete(0)
        file.save()
        assert not file.changed_on_disk()
        assert reads == []

    def test_a_touch_is_read_once_and_is_no_change(self, held, reads):
        file = held(ROWS)
        rest(file.path)
        for _ in range(3):
            assert not file.changed_on_disk()
        assert len(reads) == 1

    def test_the_same_size_at_the_same_time_is_seen_where_the_file_is_young(self, held):
        file = held(ROWS)
        before = file.path.stat()
        file.path.write_bytes(ROWS.replace(b"a", b"x"))
        os.utime(file.path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert file.changed_on_disk()

    def test_a_quick_look_at_a_young_file_is_a_stat_and_a_save_is_not(
        self, held, reads, monkeypatch
    ):
        monkeypatch.setattr("curator.store.disk._RESTLESS", 10**18)
        file = held(ROWS)
        assert not file.changed_on_disk(quick=True)
        assert reads == []
        file.save()
        assert len(reads) == 1
        assert not file.changed_on_disk(quick=True)
        file.path.write_bytes(b"{}\n")
        assert file.changed_on_disk(quick=True)

    def test_a_replaced_file_with_the_same_content_is_no_change(self, held):
        file = held(ROWS)
        other = file.path.with_name("other")
        other.write_bytes(ROWS)
        other.replace(file.path)
        assert not file.changed_on_disk()
        file.delete(0)
        file.save()
        assert file.path.read_bytes() == b'{"id": "b"}\n{"id": "c"}\n'

    def test_a_pipe_in_its_place_keeps_nobody_waiting(self, held):
        file = held(ROWS)
        file.path.unlink()
        os.mkfifo(file.path)
        assert file.changed_on_disk()

    def test_what_cannot_be_read_is_told(self, held):
        file = held(ROWS)
        file.path.unlink()
        file.path.mkdir()
        with pytest.raises(StoreError, match="Is a directory"):
            file.changed_on_disk()


class TestAdopting:
    THEIRS = b'\xef\xbb\xbf{"id": "a"}\n{"id": "b", "theirs": 1}\n{"id": "t"}\n{"id": "c"}'
    MINE = b'{"id": "b", "mine": 1}\n{"id": "c"}\n{"id": "m"}\n'

    @pytest.fixture
    def file(self, held):
        file = held(ROWS)
        file.delete(0)
        file.replace(0, Example({"id": "b", "mine": 1}))
        file.insert(2, Example({"id": "m"}))
        assert file.to_bytes() == self.MINE
        file.path.write_bytes(self.THEIRS)
        return file

    def test_it_is_seen_what_each_did(self, file):
        merge = file.merge()
        assert (merge.mine, merge.theirs) == (2, 1)
        (conflict,) = merge.conflicts
        assert (conflict.kind, conflict.base) == ("edited", '{"id": "b"}')
        assert conflict.mine == '{"id": "b", "mine": 1}'
        assert conflict.theirs == '{"id": "b", "theirs": 1}'
        assert file.to_bytes() == self.MINE

    BOTH = (
        b'\xef\xbb\xbf{"id": "b", "mine": 1}\n{"id": "b", "theirs": 1}\n{"id": "t"}\n'
        b'{"id": "c"}\n{"id": "m"}'
    )

    @pytest.mark.parametrize(
        ("choice", "result"),
        [
            ("theirs", THEIRS),
            ("mine", MINE),
            ("both", BOTH),
            (["theirs"], BOTH.replace(b'{"id": "b", "mine": 1}\n', b"")),
        ],
    )
    def test_the_choice_is_one_change_and_can_be_saved(self, file, choice, result):
        assert file.adopt(file.merge(), choice) == len(file)
        assert file.to_bytes() == result
        assert file.dirty == (choice != "theirs")
        assert not file.changed_on_disk()
        file.save()
        assert file.path.read_bytes() == result
        assert not file.dirty
        if choice != "mine":
            assert file.undo_label == "merge"
            file.undo()
        assert file.to_bytes() == self.MINE
        while file.undo() is not None:
            pass
        assert file.to_bytes() == ROWS
        assert file.dirty

    @pytest.mark.parametrize("choice", ["theirs", "mine", "both"])
    @pytest.mark.parametrize("undo", [False, True])
    def test_a_kill_after_it_loses_nothing(self, held, file, choice, undo):
        file.adopt(file.merge(), choice)
        if undo:
            file.undo()
        expected = file.to_bytes()
        file._keeper._lock.release()
        again = held()
        found = again.pending_recovery()
        assert (found is not None) == file.dirty
        if found is not None:
            assert found.matches
            again.recover(found)
        assert again.to_bytes() == expected

    def test_a_decision_on_rows_that_changed_since_is_refused(self, file):
        merge = file.merge()
        file.delete(0)
        with pytest.raises(StoreError, match="edited since it was compared"):
            file.adopt(merge, "both")

    def test_what_was_prepared_is_done_unless_rows_changed_since(self, file):
        merge = file.merge()
        prepared = file.prepare(merge, "both")
        file.delete(0)
        with pytest.raises(StoreError, match="edited since it was compared"):
            file.adopt(merge, "both", prepared)
        file.undo()
        file.adopt(merge, "both", prepared)
        assert file.to_bytes() == self.BOTH

    def test_a_file_that_is_gone_can_be_written_again(self, file):
        file.path.unlink()
        merge = file.merge()
        assert merge.theirs_missing
        file.adopt(merge, "mine")
        file.save()
        assert file.path.read_bytes() == self.MINE

    def test_theirs_of_a_file_that_is_gone_is_nothing_and_can_be_undone(self, file):
        file.path.unlink()
        assert file.adopt(file.merge(), "theirs") == 0
        file.undo()
        assert file.to_bytes() == self.MINE

    def test_what_is_on_disk_may_be_broken(self, file):
        file.path.write_bytes(b'\xff\n{"id": "b"\n')
        file.adopt(file.merge(), "theirs")
        assert [row.problem.kind for row in file.rows()] == ["encoding", "json"]


class TestLarge:
    """A large file stays where it lies, and others can do to it there what they like."""

    @pytest.fixture
    def large(self, held, monkeypatch):
        real = Snapshot.read

        def read(path, *, in_memory=0):
            return real(path, in_memory=in_memory)

        monkeypatch.setattr(Snapshot, "read", read)
        return held

    def test_rows_are_read_one_by_one(self, large):
        file = large(ROWS)
        assert [file.raw(i) for i in range(3)] == ['{"id": "a"}', '{"id": "b"}', '{"id": "c"}']
        assert file.to_bytes() == ROWS

    def test_a_save_of_our_own_leaves_the_old_bytes_readable(self, large):
        file = large(ROWS)
        file.delete(0)
        file.save()
        file.undo()
        assert file.to_bytes() == ROWS
        file.save()
        assert file.path.read_bytes() == ROWS

    def test_so_does_a_rename_of_somebody_else(self, large):
        file = large(ROWS)
        other = file.path.with_name("other")
        other.write_bytes(b"{}\n")
        other.replace(file.path)
        assert file.to_bytes() == ROWS
        assert file.changed_on_disk()

    def test_a_touch_and_appended_rows_spoil_nothing(self, large):
        file = large(ROWS)
        rest(file.path)
        assert file.row(0).example is not None
        with file.path.open("ab") as end:
            end.write(b'{"id": "d"}\n')
        assert file.to_bytes() == ROWS
        file.delete(0)
        file.adopt(file.merge(), "both")
        assert file.to_bytes() == b'{"id": "b"}\n{"id": "c"}\n{"id": "d"}\n'

    @pytest.mark.parametrize("theirs", [b"", b'{"id": "x"}\n', ROWS.replace(b"b", b"x")])
    def test_a_file_cut_short_or_written_over_is_told_row_by_row(self, large, theirs):
        file = large(ROWS)
        file.insert(1, Example({"id": "mine"}))
        rest(file.path)
        with file.path.open("r+b") as there:
            there.truncate(0)
            there.write(theirs)
        assert "overwritten in place" in file.row(0).problem.message
        assert file.raw(0) == ""
        assert file.row(1).example == Example({"id": "mine"})
        with pytest.raises(ChangedOnDiskError):
            file.save()
        assert file.path.read_bytes() == theirs
        merge = file.merge()
        assert merge.base_lost
        file.adopt(merge, "both")
        assert sorted(file.to_bytes().splitlines()) == sorted(
            [*theirs.splitlines(), b'{"id": "mine"}']
        )
        file.save()

    def test_rows_that_are_gone_can_still_be_moved_about(self, large):
        file = large(ROWS)
        file.delete(0)
        file.delete(0)
        rest(file.path)
        file.path.write_bytes(b"{}")
        file.undo()
        assert "overwritten in place" in file.journal_problem
        file.move(0, 1)
        file.insert(0, Example({"id": "mine"}))
        assert file.journal_problem == ""
        assert len(file) == 3
        file._keeper._lock.release()
        assert pending_recovery(file.path).rows == ('{"id": "mine"}',)

    def test_a_change_while_it_is_being_read_is_one(self, large, tmp_path, monkeypatch):
        path = tmp_path / "rows.jsonl"
        path.write_bytes(ROWS)
        rest(path)
        real = Snapshot.__init__

        def late(self, *arguments):
            path.write_bytes(ROWS.replace(b"b", b"x"))
            real(self, *arguments)

        monkeypatch.setattr(Snapshot, "__init__", late)
        with pytest.raises(ChangedOnDiskError, match="overwritten in place"):
            ExampleFile.open(path)

    def test_the_journal_has_what_was_edited(self, large):
        file = large(ROWS)
        file.replace(1, Example({"id": "mine"}))
        file._keeper._lock.release()
        assert pending_recovery(file.path).rows == ('{"id": "mine"}',)
