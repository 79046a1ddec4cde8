"""A save that goes on beside the editing: what it writes, and what is unsaved after it."""

from __future__ import annotations

import threading

import pytest

from curator.errors import ChangedOnDiskError, StoreError
from curator.example import Example
from curator.store import ExampleFile, pending_recovery

ROWS = b'{"id": "a"}\n{"id": "b"}\n'


def ids(file):
    return [row.example.id for row in file.rows()]


def test_what_is_written_is_what_the_rows_were_when_it_began(held):
    file = held(ROWS)
    file.insert(0, Example({"id": "before"}))
    saving = file.begin_save()
    file.insert(0, Example({"id": "meanwhile"}))
    thread = threading.Thread(target=saving.write)
    thread.start()
    thread.join()
    file.saved(saving)
    assert file.path.read_bytes() == b'{"id": "before"}\n' + ROWS
    assert ids(file) == ["meanwhile", "before", "a", "b"]
    assert file.dirty
    file.undo()
    assert not file.dirty
    file.redo()
    file.save()
    assert file.path.read_bytes().startswith(b'{"id": "meanwhile"}\n')


def test_taking_a_change_back_while_it_is_written_is_unsaved_and_can_be_saved(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.undo()
    assert not file.dirty
    saving.write()
    file.saved(saving)
    assert file.dirty
    file.redo()
    assert not file.dirty
    file.undo()
    file.insert(0, Example({"id": "new"}))
    file.save()
    assert file.path.read_bytes() == b'{"id": "new"}\n' + ROWS


def test_another_change_in_the_place_of_one_that_was_written_is_unsaved(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.undo()
    file.delete(1)
    saving.write()
    file.saved(saving)
    assert file.dirty
    assert file.path.read_bytes() == b'{"id": "b"}\n'


def test_a_kill_after_the_write_offers_only_what_came_since_it_began(held):
    file = held(ROWS)
    file.insert(0, Example({"id": "before"}))
    saving = file.begin_save()
    file.insert(0, Example({"id": "meanwhile"}))
    saving.write()
    file.close()
    found = pending_recovery(file.path)
    assert found.matches
    assert found.changes == 1
    again = ExampleFile.open(file.path)
    again.recover(found)
    assert ids(again) == ["meanwhile", "before", "a", "b"]


def test_a_kill_after_the_end_of_the_save_offers_what_came_meanwhile(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.duplicate(0)
    saving.write()
    file.saved(saving)
    file.close()
    found = pending_recovery(file.path)
    assert (found.matches, found.changes) == (True, 1)
    again = ExampleFile.open(file.path)
    again.recover(found)
    assert ids(again) == ["b", "b"]


def test_a_kill_during_the_write_offers_all_of_it(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.duplicate(0)
    saving.cancel()
    with pytest.raises(StoreError, match="cancelled"):
        saving.write()
    assert file.path.read_bytes() == ROWS
    assert [one.name for one in file.path.parent.iterdir()] == ["rows.jsonl"]
    file.close()
    assert pending_recovery(file.path).changes == 2


def test_a_file_that_is_closed_while_it_is_written_stays_as_it_was(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.close()
    with pytest.raises(StoreError, match="closed"):
        saving.write()
    assert file.path.read_bytes() == ROWS
    assert pending_recovery(file.path).changes == 1


def test_many_changes_while_it_is_written_are_kept_too(held, monkeypatch):
    from curator.store import keeper

    monkeypatch.setattr(keeper, "_MANY", 1)
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.insert(0, Example({"id": "one"}), Example({"id": "two"}))
    saving.write()
    file.saved(saving)
    file.close()
    again = ExampleFile.open(file.path)
    again.recover(again.pending_recovery())
    assert ids(again) == ["one", "two", "b"]


def test_somebody_elses_write_is_not_overwritten(held):
    file = held(ROWS)
    file.delete(0)
    saving = file.begin_save()
    file.path.write_bytes(b'{"id": "theirs"}\n')
    with pytest.raises(ChangedOnDiskError):
        saving.write()
    assert file.path.read_bytes() == b'{"id": "theirs"}\n'
    assert file.dirty


def test_a_number_stands_for_one_content_through_every_undo(held):
    file = held(ROWS)
    before = list(file.keys)
    file.replace(0, Example({"id": "c"}))
    changed = list(file.keys)
    assert changed[0] not in before
    assert changed[1] == before[1]
    file.undo()
    assert list(file.keys) == before
    file.redo()
    assert list(file.keys) == changed
