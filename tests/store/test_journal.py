"""No change is lost with the process that made it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curator.errors import StoreError
from curator.example import Example
from curator.store import ExampleFile, discard, pending_recovery, recovery
from curator.store.journal import Journal, seal, unseal

ROWS = b'{"id": "a"}\n{"id": "b"}\r\n{"id": "c"}'


def crash(file: ExampleFile) -> None:
    """Let go of a file as the death of its process would: nothing is tidied up."""
    file._keeper._lock.release()
    file._keeper._lock = None


def journals(state: Path) -> list[Path]:
    return sorted((state / "journal").glob("*")) if (state / "journal").is_dir() else []


class TestKeeping:
    def test_a_change_is_in_the_journal_when_it_returns(self, held, state):
        file = held(ROWS)
        assert journals(state) == []
        file.delete(1)
        (journal,) = journals(state)
        assert len(journal.read_bytes().splitlines()) == 2

    def test_it_is_forced_to_the_disk_soon(self, held, monkeypatch):
        synced = threading.Event()
        monkeypatch.setattr("curator.store.journal.SYNC_WITHIN", 0.01)
        monkeypatch.setattr(os, "fsync", lambda _: synced.set())
        held(ROWS).delete(1)
        assert synced.wait(5)

    def test_it_goes_when_the_file_is_saved(self, held, state):
        file = held(ROWS)
        file.delete(1)
        file.save()
        assert journals(state) == []
        file.delete(0)
        assert len(journals(state)) == 1

    def test_it_goes_when_everything_is_taken_back(self, held, state):
        file = held(ROWS)
        file.delete(1)
        file.undo()
        assert journals(state) == []

    def test_only_its_user_can_read_it(self, held, state):
        held(ROWS).delete(1)
        (journal,) = journals(state)
        assert journal.stat().st_mode & 0o777 == 0o600
        assert journal.parent.stat().st_mode & 0o777 == 0o700

    def test_a_file_that_is_not_held_has_none(self, tmp_path, state):
        path = tmp_path / "a.jsonl"
        path.write_bytes(ROWS)
        ExampleFile.open(path).delete(0)
        assert journals(state) == []

    def test_changes_from_before_it_was_held_are_in_it(self, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_bytes(ROWS)
        file = ExampleFile.open(path)
        file.delete(0)
        file.hold()
        crash(file)
        assert pending_recovery(path).changes == 1

    def test_closing_keeps_it_unless_told_otherwise(self, held, state):
        file = held(ROWS)
        file.delete(0)
        file.close()
        assert len(journals(state)) == 1
        file = held()
        file.delete(1)
        file.close(discard=True)
        assert len(journals(state)) == 1

    def test_editing_goes_on_where_it_cannot_be_kept(self, held, state, monkeypatch):
        file = held(ROWS)
        real = os.write

        def full(descriptor: int, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        file.delete(0)
        file.delete(0)
        assert file.journal_problem == "No space left on device"
        assert len(file) == 1
        monkeypatch.setattr(os, "write", real)
        file.delete(0)
        assert file.journal_problem == ""
        crash(file)
        again = held()
        again.recover(again.pending_recovery())
        assert len(again) == 0

    def test_a_write_that_breaks_off_is_made_good(self, held, monkeypatch):
        file = held(ROWS)
        file.delete(0)
        real, calls = os.write, []

        def half(descriptor: int, data: bytes) -> int:
            calls.append(1)
            if len(calls) == 2:
                raise OSError(28, "No space left on device")
            return real(descriptor, data[:10])

        monkeypatch.setattr(os, "write", half)
        file.delete(0)
        monkeypatch.setattr(os, "write", real)
        file.insert(0, Example({"new": 1}))
        expected = file.to_bytes()
        crash(file)
        again = held()
        found = again.pending_recovery()
        assert not found.damaged
        again.recover(found)
        assert again.to_bytes() == expected


class TestRecovering:
    def test_brings_every_change_back_as_one_to_undo(self, held, state):
        file = held(ROWS)
        file.delete(0)
        file.move(0, 1)
        with file.group("two"):
            file.insert(0, Example({"n": 1}))
            file.replace_raw(1, "broken \udcff")
        file.undo()
        file.redo()
        expected = file.to_bytes()
        crash(file)
        again = held()
        found = again.pending_recovery()
        assert (found.matches, found.damaged, found.changes) == (True, False, 5)
        assert again.recover(found) == 5
        assert again.to_bytes() == expected
        assert again.dirty
        assert again.undo_label == "two"
        for _ in range(3):
            assert again.undo() is not None
        assert again.undo() is None
        assert again.to_bytes() == ROWS
        assert pending_recovery(again.path) is None

    def test_an_undo_beyond_the_last_save_is_a_change(self, held):
        file = held(ROWS)
        file.delete(0)
        file.delete(0)
        file.save()
        saved = file.to_bytes()
        file.undo()
        file.undo()
        crash(file)
        again = held()
        again.recover(again.pending_recovery())
        assert again.to_bytes() == ROWS
        again.undo()
        again.undo()
        assert again.to_bytes() == saved

    def test_what_was_recovered_survives_the_next_kill_too(self, held):
        file = held(ROWS)
        file.delete(0)
        crash(file)
        second = held()
        second.recover(second.pending_recovery())
        assert second.pending_recovery() is None
        crash(second)
        third = held()
        third.recover(third.pending_recovery())
        assert third.to_bytes() == second.to_bytes()

    def test_a_file_that_is_not_held_keeps_the_old_journal_until_it_is_saved(self, held):
        file = held(ROWS)
        file.delete(0)
        crash(file)
        plain = ExampleFile.open(file.path)
        plain.recover(plain.pending_recovery())
        assert plain.pending_recovery() is None
        assert pending_recovery(file.path) is not None
        plain.save()
        assert pending_recovery(file.path) is None

    def test_what_was_being_typed_comes_back(self, held):
        file = held(ROWS)
        file.note_draft(1, Example({"typed": 1}))
        file.note_draft(1, '{"typed": 12')
        crash(file)
        again = held()
        assert again.recover(again.pending_recovery()) == 1
        assert again.raw(1) == '{"typed": 12'

    @pytest.mark.parametrize("after", ["delete", "nothing"])
    def test_a_draft_that_came_to_nothing_does_not(self, held, after):
        file = held(ROWS)
        file.delete(2)
        file.note_draft(1, "typed")
        if after == "delete":
            file.delete(0)
        else:
            file.note_draft(None)
        crash(file)
        found = pending_recovery(file.path)
        assert found.rows == ()
        assert found.changes == (2 if after == "delete" else 1)

    def test_a_draft_of_several_lines_is_refused(self, held):
        with pytest.raises(StoreError, match="one line"):
            held(ROWS).note_draft(0, "a\nb")

    def test_a_file_changed_since_gets_the_rows_at_its_end(self, held):
        file = held(ROWS)
        file.replace(0, Example({"id": "mine"}))
        file.delete(1)
        file.insert(1, Example({"id": "new"}))
        file.insert(0, Example({"id": "gone"}))
        file.delete(0)
        crash(file)
        file.path.write_bytes(b'{"id": "theirs"}\n')
        again = held()
        found = again.pending_recovery()
        assert not found.matches
        assert found.rows == ('{"id": "mine"}', '{"id": "new"}')
        assert again.recover(found) == 1
        assert again.to_bytes() == b'{"id": "theirs"}\n{"id": "mine"}\n{"id": "new"}\n'

    def test_a_kill_between_the_save_and_the_tidying_up_offers_nothing(
        self, held, state, monkeypatch
    ):
        file = held(ROWS)
        file.delete(0)
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "remove", lambda self: None)
            file.save()
        assert len(journals(state)) == 1
        crash(file)
        assert pending_recovery(file.path) is None
        assert journals(state) == []

    def test_a_kill_before_the_new_file_took_its_place_offers_everything(self, held, monkeypatch):
        file = held(ROWS)
        file.delete(0)

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", fail)
            with pytest.raises(StoreError):
                file.save()
        file.delete(0)
        crash(file)
        again = held()
        again.recover(again.pending_recovery())
        assert again.to_bytes() == b'{"id": "c"}'

    def test_a_new_file_that_was_never_saved_comes_back(self, held):
        file = held()
        file.insert(0, Example({"id": "first"}))
        crash(file)
        again = held()
        again.recover(again.pending_recovery())
        assert again.to_bytes() == b'{"id": "first"}\n'

    def test_nothing_is_offered_while_somebody_has_the_file(self, held):
        file = held(ROWS)
        file.delete(0)
        assert pending_recovery(file.path) is None

    def test_discarding_is_for_ever(self, held):
        file = held(ROWS)
        file.delete(0)
        crash(file)
        discard(pending_recovery(file.path))
        assert pending_recovery(file.path) is None

    def test_two_journals_are_offered_one_after_the_other(self, held):
        for text in ("one", "two"):
            file = held(ROWS)
            file.replace_raw(0, text)
            crash(file)
        again = held()
        brought = []
        while (found := again.pending_recovery()) is not None:
            brought += found.rows
            again.recover(found)
        assert sorted(brought) == ["one", "two"]
        assert sorted(again.raw(i) for i in range(len(again)) if "id" not in again.raw(i)) == [
            "one",
            "two",
        ]


class TestDamage:
    def make(self, held, state) -> tuple[ExampleFile, Path]:
        file = held(ROWS)
        for number in range(4):
            file.insert(0, Example({"n": number}))
        crash(file)
        return file, journals(state)[0]

    def test_what_is_whole_before_a_torn_line_is_kept(self, held, state):
        file, journal = self.make(held, state)
        journal.write_bytes(journal.read_bytes()[:-9])
        found = pending_recovery(file.path)
        assert (found.changes, found.damaged) == (3, True)

    def test_a_flipped_bit_ends_it_there(self, held, state):
        file, journal = self.make(held, state)
        lines = journal.read_bytes().splitlines(keepends=True)
        lines[2] = lines[2].replace(b'"at":0', b'"at":1')
        journal.write_bytes(b"".join(lines))
        found = pending_recovery(file.path)
        assert (found.changes, found.damaged) == (1, True)

    def test_a_line_that_is_missing_ends_it_there(self, held, state):
        file, journal = self.make(held, state)
        lines = journal.read_bytes().splitlines(keepends=True)
        del lines[3]
        journal.write_bytes(b"".join(lines))
        assert pending_recovery(file.path).changes == 2

    @settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 1000), st.integers(0, 1000), st.binary(max_size=20))
    def test_any_damage_at_all_raises_nothing(self, held, state, start, length, put):
        file, journal = self.make(held, state)
        whole = journal.read_bytes()
        start = start * len(whole) // 1000
        journal.write_bytes(whole[:start] + put + whole[start + length :])
        again = ExampleFile.open(file.path)
        found = again.pending_recovery()
        if found is not None:
            assert again.recover(found) == found.changes
        assert len(again) >= 3
        journal.unlink()

    @pytest.mark.parametrize(
        "record",
        [
            {"do": "change", "parts": [{"at": 99, "out": 0, "in": ["x\n"]}]},
            {"do": "change", "parts": [{"at": -1, "out": 1, "in": []}]},
            {"do": "change", "parts": [{"at": 0, "out": 0, "in": ["two\nlines\n"]}]},
            {"do": "change", "parts": [{"at": 0, "out": 0, "in": ["no end"]}]},
            {"do": "change", "parts": [{"at": 0, "out": 0, "in": ["\ud800\n"]}]},
            {"do": "change", "parts": [{"at": 0, "out": 0, "in": [3]}]},
            {"do": "change", "parts": [{"from": 0, "to": 3}]},
            {"do": "change", "parts": [{"frame": ["x", "\n", True]}]},
            {"do": "change", "parts": [{"at": 0, "out": 1, "in": []}, {"from": 2, "to": 0}]},
            {"do": "change", "parts": []},
            {"do": "change"},
            {"do": "undo", "parts": 3},
            {"do": "draft", "at": 9, "in": "x"},
            {"do": "draft", "at": "x", "in": "x"},
            {"do": "dance"},
            {"do": 3},
        ],
    )
    def test_a_whole_line_that_makes_no_sense_changes_nothing(self, held, state, record):
        file, journal = self.make(held, state)
        header = json.loads(journal.read_bytes().splitlines()[0])
        lines = [
            {key: header[key] for key in header if key not in ("n", "crc")},
            record,
        ]
        journal.write_bytes(b"".join(seal(line, number) for number, line in enumerate(lines)))
        again = ExampleFile.open(file.path)
        found = again.pending_recovery()
        if found is not None:
            assert again.recover(found) == 0
        assert again.to_bytes() == ROWS

    @given(st.binary(max_size=80), st.integers(0, 3))
    def test_bytes_that_were_never_sealed_are_not_a_record(self, data, number):
        assert unseal(data, number) is None

    def test_a_record_is_unsealed_only_in_its_place(self):
        line = seal({"do": "change"}, 4)
        assert unseal(line, 4)["do"] == "change"
        assert unseal(line, 3) is None


names = st.sampled_from(["insert", "raw", "delete", "move", "undo", "redo", "save"])
operations = st.lists(st.tuples(names, st.integers(0, 5), st.integers(0, 5)), max_size=14)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=operations)
def test_after_any_changes_and_a_kill_nothing_is_lost(held, state, steps):
    # What a failing example left behind is not the next one's business.
    for left in (*journals(state), *(state / "locks").glob("*")):
        left.unlink()
    file = held(ROWS)
    for name, one, two in steps:
        at, to = (min(n, max(len(file) - 1, 0)) for n in (one, two))
        if name in ("undo", "redo", "save"):
            getattr(file, name)()
        elif name == "insert":
            file.insert(at, Example({"n": one}))
        elif len(file) and name == "raw":
            file.replace_raw(at, f"broken {two}")
        elif len(file) and name == "delete":
            file.delete(at)
        elif len(file):
            file.move(at, to)
    expected, dirty = file.to_bytes(), file.dirty
    crash(file)
    again = held()
    found = again.pending_recovery()
    assert (found is not None) == dirty
    if found is not None:
        again.recover(found)
    assert again.to_bytes() == expected
    again.close(discard=True)


KILLED = """
import sys
from pathlib import Path
from curator.example import Example
from curator.store import ExampleFile
file = ExampleFile.open(Path(sys.argv[1]))
file.hold()
for number in range(10_000_000):
    file.insert(len(file), Example({"n": number}))
    print(number, flush=True)
"""


def test_a_real_kill_loses_no_change_that_was_made(held, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(ROWS + b"\n")
    process = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE)
    try:
        told = 0
        while told < 200:
            told = int(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split(b"\n")
    # The last line may be cut where the process was.
    told = max([told, *(int(number) for number in rest[:-1])])
    file = held()
    assert not file.read_only
    file.recover(file.pending_recovery())
    assert len(file) - 3 in (told + 1, told + 2)
    assert file.raw(told + 3) == json.dumps({"n": told})
    assert path.read_bytes() == ROWS + b"\n"
    assert recovery.find_recovery(path, "another").matches is False
