"""Nothing of a person's work is lost: other studios, other programs, and the end of this one."""

from __future__ import annotations

import json
import threading

import pytest

from curator.store import ExampleFile, pending_recovery
from curator.tui.dialogs import Question
from curator.tui.panes.author.conflict import ConflictScreen
from curator.tui.panes.author.guard import _title
from tests.tui.helpers import (
    SIZE,
    THREE,
    app_on,
    author,
    notices,
    project,
    record,
    settled,
    texts,
    until,
)

FILE = "examples.jsonl"


def asked(app):
    return isinstance(app.screen, Question)


def instructions(app):
    session = author(app).session
    return [session.row(index).example.instruction for index in range(len(session))]


def killed(folder, *edits):
    """Leave behind what a studio leaves that was killed: a journal that nobody saved."""
    file = ExampleFile.open(folder / FILE)
    assert file.hold() is None
    for index, text in edits:
        file.replace(index, file.row(index).example.replace(instruction=text))
    file.close()


async def test_what_a_kill_left_is_offered_and_comes_back_as_changes_to_undo(tmp_path):
    where = project(tmp_path)
    killed(tmp_path, (0, "Never saved."), (2, "Nor this."))
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: asked(app))
        await pilot.press("r")
        await until(pilot, lambda: texts(app).get("instruction") == "Never saved.")
        await settled(pilot)
        assert author(app).unsaved
        assert all(author(app).session.entry(index).checked for index in range(3))
        await pilot.press("u")
        await until(pilot, lambda: instructions(app)[2] == THREE[2]["instruction"])
        await pilot.press("ctrl+r", "w")
        await until(pilot, lambda: not author(app).unsaved)
    assert pending_recovery(tmp_path / FILE) is None
    assert instructions_on_disk(tmp_path)[::2] == ["Never saved.", "Nor this."]


def test_a_row_without_an_instruction_has_a_name_all_the_same():
    assert _title('{"instruction": " ", "input": "", "output": "x"}') == "no instruction"
    assert _title('{"instruction": "Add.", "input": "", "output": "x"}') == "Add."
    assert _title("{broken") == "{broken"


def instructions_on_disk(folder):
    lines = (folder / FILE).read_text("utf-8").splitlines()
    return [json.loads(line)["instruction"] for line in lines]


@pytest.mark.parametrize(("key", "left"), [("l", True), ("escape", True), ("d", False)])
async def test_recovery_can_wait_or_be_dropped(tmp_path, key, left):
    where = project(tmp_path)
    killed(tmp_path, (0, "Never saved."))
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: asked(app))
        await pilot.press(key)
        await until(pilot, lambda: not asked(app))
        await settled(pilot)
        assert instructions(app)[0] == THREE[0]["instruction"]
    assert (pending_recovery(tmp_path / FILE) is not None) == left


async def test_what_was_lost_from_another_content_is_put_at_the_end(tmp_path):
    where = project(tmp_path)
    killed(tmp_path, (0, "Never saved."))
    (tmp_path / FILE).write_text(json.dumps(THREE[2]) + "\n", "utf-8")
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: asked(app))
        await pilot.press("r")
        await until(pilot, lambda: len(author(app).session) == 2)
        assert instructions(app) == [THREE[2]["instruction"], "Never saved."]


async def test_typing_is_on_disk_within_two_seconds_without_leaving_the_field(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", *"Hey! ")
        journals = tmp_path_journals(app)
        await until(pilot, lambda: any("Hey! Write" in text for text in journals()), 10)
        assert texts(app)["instruction"].startswith("Hey! ")
        assert not author(app).session.dirty


def tmp_path_journals(app):
    from curator.store.statefolder import state_folder

    return lambda: [one.read_text("utf-8") for one in (state_folder() / "journal").glob("*.jsonl")]


async def test_discarding_at_the_end_leaves_nothing_to_recover(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d", "q")
        await until(pilot, lambda: asked(app))
        await pilot.press("d")
        await until(pilot, lambda: app.return_value == 0)
    assert pending_recovery(tmp_path / FILE) is None


async def test_ending_without_an_answer_keeps_what_is_unsaved(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d")
        await until(pilot, lambda: author(app).unsaved)
    assert pending_recovery(tmp_path / FILE).changes == 1


async def test_a_second_studio_reads_only_says_who_has_the_file_and_takes_over(tmp_path):
    where = project(tmp_path)
    first = ExampleFile.open(tmp_path / FILE)
    assert first.hold() is None
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert author(app).session.read_only
        assert "read-only" in str(author(app).status)
        assert "is editing this file" in notices(app)
        await pilot.press("d", "n", "y", "J", "u", "p", "f2", "enter", "x", "escape")
        await pilot.pause()
        assert instructions(app) == [row["instruction"] for row in THREE]
        assert not author(app).unsaved
        first.delete(0)
        first.save()
        author(app).look()
        await until(pilot, lambda: len(author(app).session) == 2)
        first.close()
        author(app).look()
        await until(pilot, lambda: not author(app).session.read_only)
        await settled(pilot)
        await pilot.press("d")
        await until(pilot, lambda: len(author(app).session) == 1)


async def test_a_change_on_disk_is_followed_while_nothing_is_unsaved_and_can_be_undone(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        (tmp_path / FILE).write_text(json.dumps(THREE[2]) + "\n", "utf-8")
        author(app).look()
        await until(pilot, lambda: len(author(app).session) == 1)
        assert not author(app).unsaved
        await pilot.press("u")
        await until(pilot, lambda: len(author(app).session) == 3)
        assert author(app).unsaved


async def test_a_change_on_disk_is_said_while_something_is_unsaved(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d")
        (tmp_path / FILE).write_text(json.dumps(THREE[2]) + "\n", "utf-8")
        author(app).look()
        await until(pilot, lambda: "changed on disk" in str(author(app).status))
        assert len(author(app).session) == 2
        assert "saving will ask" in notices(app)


async def test_both_puts_the_two_sides_together_by_example(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", *"Mine. ", "escape")
        theirs = [*THREE[:2], record("Theirs."), THREE[2]]
        (tmp_path / FILE).write_text("".join(json.dumps(row) + "\n" for row in theirs), "utf-8")
        await pilot.press("w")
        await until(pilot, lambda: asked(app))
        await pilot.press("b")
        await until(pilot, lambda: len(author(app).session) == 4)
        assert instructions(app)[0].startswith("Mine. ")
        assert instructions(app)[2] == "Theirs."
        await settled(pilot)
        await pilot.press("w")
        await until(pilot, lambda: not author(app).unsaved)
    assert instructions_on_disk(tmp_path)[2] == "Theirs."
    assert instructions_on_disk(tmp_path)[0].startswith("Mine. ")


async def test_a_full_disk_is_said_and_the_edit_stays(tmp_path, monkeypatch):
    from curator.store import atomic

    app = app_on(project(tmp_path))
    before = (tmp_path / FILE).read_bytes()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d")

        def full(*_args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(atomic.os, "fsync", full)
        await pilot.press("w")
        await until(pilot, lambda: "No space left" in notices(app))
        assert author(app).unsaved
        assert len(author(app).session) == 2
        assert (tmp_path / FILE).read_bytes() == before
        monkeypatch.undo()


async def test_a_save_is_written_beside_the_typing_and_what_is_typed_meanwhile_is_unsaved(
    tmp_path, monkeypatch
):
    from curator.store import Saving

    go, begun, write = threading.Event(), threading.Event(), Saving.write

    def slowly(saving):
        begun.set()
        assert go.wait(60)
        write(saving)

    monkeypatch.setattr(Saving, "write", slowly)
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d", "w")
        await until(pilot, begun.is_set)
        assert "saving…" in str(author(app).status)
        await pilot.press("enter", *"More. ")
        assert texts(app)["instruction"].startswith("More. ")
        go.set()
        await until(pilot, lambda: "unsaved" in str(author(app).status))
        assert instructions_on_disk(tmp_path) == [row["instruction"] for row in THREE[1:]]
        journals = tmp_path_journals(app)
        await until(pilot, lambda: any("More. " in text for text in journals()), 10)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not author(app).unsaved)
    assert instructions_on_disk(tmp_path)[0].startswith("More. ")


async def test_leaving_waits_for_a_save_that_is_being_written(tmp_path, monkeypatch):
    from curator.store import Saving

    go, begun, write = threading.Event(), threading.Event(), Saving.write

    def slowly(saving):
        begun.set()
        assert go.wait(60)
        write(saving)

    monkeypatch.setattr(Saving, "write", slowly)
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d", "w")
        await until(pilot, begun.is_set)
        await pilot.press("q")
        assert app.is_running
        go.set()
        await until(pilot, lambda: app.return_value == 0)
    assert len(instructions_on_disk(tmp_path)) == 2


async def test_rows_changed_on_both_sides_are_decided_one_by_one(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for number in range(3):
            await pilot.press("g", *["j"] * number, "enter", *f"Mine{number} ", "escape")
        theirs = [record(f"Theirs {row['instruction']}", row["output"]) for row in THREE]
        (tmp_path / FILE).write_text("".join(json.dumps(row) + "\n" for row in theirs), "utf-8")
        await pilot.press("w")
        await until(pilot, lambda: asked(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen))
        assert "1 of 3" in str(app.screen._box.border_title)
        await pilot.press("m", "m", "p", "t", "b")
        await until(pilot, lambda: not isinstance(app.screen, ConflictScreen))
        await until(pilot, lambda: len(author(app).session) == 4)
        words = [one.split()[0] for one in instructions(app)]
        assert words == ["Mine0", "Theirs", "Mine2", "Theirs"]
        await pilot.press("u")
        await until(pilot, lambda: len(author(app).session) == 3)
        await pilot.press("ctrl+r", "w")
        await until(pilot, lambda: not author(app).unsaved)
    assert [one.split()[0] for one in instructions_on_disk(tmp_path)] == words


async def test_what_is_typed_while_both_sides_are_put_together_is_kept(tmp_path, monkeypatch):
    begun, done = threading.Event(), threading.Event()
    prepare = ExampleFile.prepare

    def slow(file, merge, choice):
        prepared = prepare(file, merge, choice)
        begun.set()
        assert done.wait(60)
        return prepared

    monkeypatch.setattr(ExampleFile, "prepare", slow)
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("G", "d", "g")
        (tmp_path / FILE).write_text(json.dumps(THREE[0]) + "\n", "utf-8")
        await pilot.press("w")
        await until(pilot, lambda: asked(app))
        await pilot.press("t")
        await until(pilot, begun.is_set)
        await pilot.press("enter", *"Typed ")
        done.set()
        await until(pilot, lambda: "edited since it was compared" in notices(app))
        assert instructions(app)[0].startswith("Typed ")
        assert len(instructions(app)) == 2


async def test_deciding_nothing_leaves_both_sides_as_they_are(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d")
        rows = [record("Edited there.", THREE[0]["output"]), *THREE[1:]]
        theirs = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / FILE).write_text(theirs, "utf-8")
        await pilot.press("w")
        await until(pilot, lambda: asked(app))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ConflictScreen))
        assert len(author(app).session) == 2
        assert author(app).unsaved
    assert (tmp_path / FILE).read_text("utf-8") == theirs
