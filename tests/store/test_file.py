"""A file of examples never loses a word: undo goes all the way back, to the last byte."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from curator.errors import ChangedOnDiskError, InputError, StoreError
from curator.example import Example
from curator.store import ExampleFile, encode

AWKWARD = (
    *(b"", b"\n", b"\r\n", b"x", b"\xef\xbb\xbf", b'\xef\xbb\xbf{"a": 1}\r\n{"b": 2}\r\n'),
    *(b'{"a": 1}\n{"b": 2}', b'{"a": 1}\r\n{"b"\n\n{"c": 3}\r', b"\r\r\n\xff\n", b'{"a":1 }\n\n\n'),
)
lines = st.sampled_from([b'{"a": 1}', b'{"b":  "\xc3\xa9"}', b"broken", b"", b"\xff", b" \r"])
files = st.sampled_from(AWKWARD) | st.builds(
    lambda bom, body, last: bom + b"".join(line + end for line, end in body) + last,
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.lists(st.tuples(lines, st.sampled_from([b"\n", b"\r\n"])), max_size=5),
    lines,
)
examples = st.sampled_from([Example({"a": 1}), Example({"a": True}), Example.new("i", "", "é")])

Open = Callable[[bytes], ExampleFile]


@pytest.fixture
def open_file(tmp_path: Path) -> Open:
    def opened(data: bytes) -> ExampleFile:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(data)
        return ExampleFile.open(path)

    return opened


class Editing(RuleBasedStateMachine):
    """Any edits in any order, against a plain list of what each row says."""

    def __init__(self) -> None:
        super().__init__()
        self.file: ExampleFile | None = None

    @precondition(lambda self: self.file is None)
    @rule(data=files)
    def begin(self, data: bytes) -> None:
        self.original = data
        self.file = ExampleFile(Path("nowhere.jsonl"), data)
        self.states = [self.content()]
        self.place = 0

    def content(self) -> list[str]:
        assert self.file is not None
        return [self.file.raw(index) for index in range(len(self.file))]

    def changed_to(self, wanted: list[str]) -> None:
        if wanted != self.states[self.place]:
            del self.states[self.place + 1 :]
            self.states.append(wanted)
            self.place += 1

    def text(self, example: Example) -> str:
        return encode(example).decode()

    @precondition(lambda self: self.file is not None)
    @rule(data=st.data(), example=examples)
    def insert(self, data: st.DataObject, example: Example) -> None:
        index = data.draw(st.integers(0, len(self.file)))
        wanted = self.content()
        wanted.insert(index, self.text(example))
        self.file.insert(index, example)
        self.changed_to(wanted)

    @precondition(lambda self: self.file)
    @rule(data=st.data(), example=examples)
    def replace(self, data: st.DataObject, example: Example) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        wanted = self.content()
        current = self.file.row(index).example
        if current is None or encode(current) != encode(example):
            wanted[index] = self.text(example)
        self.file.replace(index, example)
        self.changed_to(wanted)

    @precondition(lambda self: self.file)
    @rule(data=st.data(), text=st.sampled_from(["", "broken", "\udcff", '{"a": 1}', " x"]))
    def replace_raw(self, data: st.DataObject, text: str) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        wanted = self.content()
        wanted[index] = text
        self.file.replace_raw(index, text)
        self.changed_to(wanted)

    @precondition(lambda self: self.file)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        wanted = self.content()
        del wanted[index]
        self.file.delete(index)
        self.changed_to(wanted)

    @precondition(lambda self: self.file)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        to = data.draw(st.integers(0, len(self.file) - 1))
        before = self.file.to_bytes()
        wanted = self.content()
        wanted.insert(to, wanted.pop(index))
        self.file.move(index, to)
        if self.file.to_bytes() != before:
            # Rows that read alike may differ in their line ends, which is a change too.
            del self.states[self.place + 1 :]
            self.states.append(wanted)
            self.place += 1

    @precondition(lambda self: self.file)
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        wanted = self.content()
        wanted.insert(index + 1, wanted[index])
        assert self.file.duplicate(index) == index + 1
        self.changed_to(wanted)

    @precondition(lambda self: self.file)
    @rule(data=st.data(), example=examples, fail=st.booleans())
    def group(self, data: st.DataObject, example: Example, fail: bool) -> None:
        index = data.draw(st.integers(0, len(self.file) - 1))
        wanted = self.content()
        wanted[index:] = [self.text(example), *wanted[index + 1 :], self.text(example)]
        wanted.insert(0, wanted.pop(index))
        with contextlib.suppress(KeyboardInterrupt), self.file.group("three"):
            self.file.insert(len(self.file), example)
            self.file.replace_raw(index, self.text(example))
            self.file.move(index, 0)
            if fail:
                raise KeyboardInterrupt
        if not fail:
            assert self.file.undo_label == "three"
            self.changed_to(wanted)

    @precondition(lambda self: self.file is not None)
    @rule()
    def undo(self) -> None:
        assert (self.file.undo() is not None) == (self.place > 0)
        self.place = max(self.place - 1, 0)

    @precondition(lambda self: self.file is not None)
    @rule()
    def redo(self) -> None:
        assert (self.file.redo() is not None) == (self.place < len(self.states) - 1)
        self.place = min(self.place + 1, len(self.states) - 1)

    @invariant()
    def rows_are_as_they_should_be(self) -> None:
        if self.file is not None:
            assert self.content() == self.states[self.place]
            assert self.file.can_undo == (self.place > 0)
            assert self.file.can_redo == (self.place < len(self.states) - 1)
            assert self.file.dirty == (self.place > 0)

    @invariant()
    def a_file_read_again_is_the_same(self) -> None:
        if self.file is not None:
            again = ExampleFile(self.file.path, self.file.to_bytes())
            rows = [again.raw(index) for index in range(len(again))]
            # A blank last row without a line end cannot be told from no row.
            assert [*rows, ""][: len(self.file)] == self.content()

    def teardown(self) -> None:
        if self.file is not None:
            while self.file.undo() is not None:
                pass
            assert self.file.to_bytes() == self.original
            assert not self.file.dirty


Editing.TestCase.settings = settings(max_examples=120, stateful_step_count=20)
TestEditing = Editing.TestCase


@given(data=files, example=examples)
def test_lines_that_nobody_touched_stay_byte_for_byte(data: bytes, example: Example):
    file = ExampleFile(Path("nowhere.jsonl"), data)
    before = [file.raw(index) for index in range(len(file))]
    place = len(file) // 2
    file.insert(place, example)
    again = ExampleFile(file.path, file.to_bytes())
    rows = [again.raw(index) for index in range(len(again))]
    assert rows[:place] + rows[place + 1 :] == before
    assert file.to_bytes().startswith(data[: len(data) - len(data.lstrip(b"\xef\xbb\xbf"))])


@pytest.mark.parametrize("data", AWKWARD)
def test_an_untouched_file_is_saved_byte_for_byte(open_file: Open, data: bytes):
    file = open_file(data)
    file.save()
    assert file.path.read_bytes() == data
    assert not file.dirty


N = Example({"n": 0})


class TestOneChange:
    DATA = b'{"a":  1}\r\nbroken\n{"c": 3}'

    @pytest.mark.parametrize(
        ("change", "result"),
        [
            (lambda f: f.insert(0, N), b'{"n": 0}\r\n{"a":  1}\r\nbroken\n{"c": 3}'),
            (lambda f: f.insert(3, N), b'{"a":  1}\r\nbroken\n{"c": 3}\r\n{"n": 0}'),
            (lambda f: f.replace(0, N), b'{"n": 0}\r\nbroken\n{"c": 3}'),
            (lambda f: f.replace(2, Example({"n": 0})), b'{"a":  1}\r\nbroken\n{"n": 0}'),
            (lambda f: f.replace(0, Example({"a": 1})), b'{"a":  1}\r\nbroken\n{"c": 3}'),
            (lambda f: f.replace(0, Example({"a": True})), b'{"a": true}\r\nbroken\n{"c": 3}'),
            (lambda f: f.replace_raw(1, '{"b"}'), b'{"a":  1}\r\n{"b"}\n{"c": 3}'),
            (lambda f: f.delete(1), b'{"a":  1}\r\n{"c": 3}'),
            (lambda f: f.delete(2), b'{"a":  1}\r\nbroken'),
            (lambda f: f.move(0, 1), b'broken\n{"a":  1}\r\n{"c": 3}'),
            (lambda f: f.move(2, 0), b'{"c": 3}\r\n{"a":  1}\r\nbroken'),
        ],
    )
    def test_changes_its_own_line_only(
        self, open_file: Open, change: Callable[[ExampleFile], None], result: bytes
    ):
        file = open_file(self.DATA)
        change(file)
        assert file.to_bytes() == result
        assert file.dirty == (result != self.DATA)

    def test_replacing_a_row_by_what_it_says_is_no_change(self, open_file: Open):
        file = open_file(b'{"a": 1, "b": 2}\n')
        file.replace(0, Example({"a": 1, "b": 2}))
        assert not file.can_undo
        file.replace(0, Example({"b": 2, "a": 1}))
        assert file.can_undo

    def test_a_group_is_one_step_and_saved_where_it_was_saved(self, open_file: Open):
        file = open_file(self.DATA)
        with file.group("apply 2 fixes"):
            file.delete(0)
            assert file.dirty
            assert not file.can_undo
            with file.group("within"):
                file.delete(0)
        assert (file.undo_label, file.redo_label) == ("apply 2 fixes", "")
        file.save()
        assert file.undo() == 0
        assert file.dirty
        assert (file.undo_label, file.redo_label) == ("", "apply 2 fixes")
        assert file.to_bytes() == self.DATA
        file.redo()
        assert not file.dirty

    def test_an_empty_group_is_no_step(self, open_file: Open):
        file = open_file(self.DATA)
        with file.group("nothing"):
            file.move(1, 1)
        assert not file.can_undo

    @pytest.mark.parametrize(
        ("change", "label"),
        [
            (lambda f: f.insert(0, N), "insert"),
            (lambda f: f.replace(0, N), "edit"),
            (lambda f: f.replace_raw(0, "x"), "edit"),
            (lambda f: f.delete(0), "delete"),
            (lambda f: f.move(0, 1), "move"),
            (lambda f: f.duplicate(0), "duplicate"),
        ],
    )
    def test_each_step_has_a_name(self, open_file: Open, change, label: str):
        file = open_file(self.DATA)
        change(file)
        assert file.undo_label == label

    def test_half_of_a_surrogate_pair_is_refused_as_raw_text(self, open_file: Open):
        file = open_file(b"{}\n")
        with pytest.raises(StoreError, match="surrogate"):
            file.replace_raw(0, "\ud800")
        assert not file.dirty

    @pytest.mark.parametrize("change", [lambda f: f.delete(9), lambda f: f.replace_raw(9, "x")])
    def test_a_row_that_is_not_there_cannot_be_changed(self, open_file: Open, change):
        file = open_file(self.DATA)
        with pytest.raises(IndexError):
            change(file)
        assert not file.dirty

    def test_raw_text_of_several_lines_is_refused(self, open_file: Open):
        file = open_file(b"{}\n")
        for text in ("{\n}", "{\r}"):
            with pytest.raises(StoreError, match="one line"):
                file.replace_raw(0, text)
        assert file.to_bytes() == b"{}\n"


class TestSaving:
    def test_tells_saved_from_unsaved(self, open_file: Open):
        file = open_file(b"{}\n")
        file.insert(1, Example.new("i"))
        assert file.dirty
        file.save()
        assert not file.dirty
        file.undo()
        assert file.dirty
        file.redo()
        assert not file.dirty
        file.undo()
        file.insert(0, Example.new("j"))
        file.undo()
        file.undo()
        assert file.dirty

    def test_refuses_to_overwrite_what_somebody_else_wrote(self, open_file: Open):
        file = open_file(b"{}\n")
        file.insert(1, Example.new("mine"))
        file.path.write_bytes(b'{"theirs": 1}\n')
        assert file.changed_on_disk()
        with pytest.raises(ChangedOnDiskError, match="was not overwritten"):
            file.save()
        assert file.path.read_bytes() == b'{"theirs": 1}\n'
        assert file.dirty

    def test_notices_that_the_file_is_gone(self, open_file: Open):
        file = open_file(b"{}\n")
        file.path.unlink()
        with pytest.raises(ChangedOnDiskError):
            file.save()

    def test_notices_that_a_new_file_is_there_already(self, tmp_path: Path):
        file = ExampleFile.open(tmp_path / "new.jsonl", create=True)
        file.insert(0, Example.new("mine"))
        file.path.write_bytes(b"")
        with pytest.raises(ChangedOnDiskError):
            file.save()

    def test_keeps_the_edits_when_it_fails(self, open_file: Open, monkeypatch: pytest.MonkeyPatch):
        file = open_file(b"{}\n")
        file.insert(1, Example.new("mine"))

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            file.save()
        assert file.path.read_bytes() == b"{}\n"
        assert file.dirty
        monkeypatch.undo()
        file.save()
        assert file.path.read_bytes() == file.to_bytes()

    def test_goes_on_after_an_own_save(self, open_file: Open):
        file = open_file(b"")
        for number in range(3):
            file.insert(number, Example({"n": number}))
            file.save()
        assert file.path.read_bytes() == b'{"n": 0}\n{"n": 1}\n{"n": 2}\n'


class TestOpening:
    def test_a_new_file_is_written_at_the_first_save(self, tmp_path: Path):
        file = ExampleFile.open(tmp_path / "new.jsonl", create=True)
        assert len(file) == 0
        assert not file.path.exists()
        file.save()
        assert file.path.read_bytes() == b""

    def test_rows_are_numbered_as_they_stand(self, open_file: Open):
        file = open_file(b'{"id": "x"}\n{"id": "x"}\nno\n')
        assert [row.line for row in file.rows()] == [1, 2, 3]
        file.delete(0)
        assert [row.line for row in file.rows()] == [1, 2]
        assert file.row(1).problem is not None

    @pytest.mark.parametrize("name", ["none.jsonl", "none/rows.jsonl"])
    def test_a_missing_file_is_refused(self, tmp_path: Path, name: str):
        with pytest.raises(InputError):
            ExampleFile.open(tmp_path / name)

    def test_a_new_file_needs_a_folder(self, tmp_path: Path):
        with pytest.raises(InputError, match="folder"):
            ExampleFile.open(tmp_path / "none" / "new.jsonl", create=True)

    def test_an_array_and_another_encoding_are_refused(self, tmp_path: Path):
        (tmp_path / "a.json").write_bytes(b"[{}]")
        (tmp_path / "b.jsonl").write_bytes("{}".encode("utf-16"))
        for name, words in (("a.json", "one JSON array"), ("b.jsonl", "UTF-16")):
            with pytest.raises(InputError, match=words):
                ExampleFile.open(tmp_path / name)
