"""Pictures of the studio: what a person sees, compared with what was looked at and found good."""

from __future__ import annotations

import json

import pytest
from textual.screen import ModalScreen

from curator.store import ExampleFile
from curator.store.journal import seal, unseal
from curator.store.statefolder import state_folder
from curator.tui.panes.author.conflict import ConflictScreen
from tests.tui.helpers import THREE, app_on, author, output, project, record, settled, until

NO_ENTRY = output("scale", "a multiple of").replace(
    "        number: The number to start from.\n", "        value: The number to start from.\n"
)
ROWS = (
    *THREE,
    record("Scale a number by a factor of two, in words a child understands.", NO_ENTRY),
    THREE[1] | {"instruction": "Triple an integer that the caller passes in, please."},
    '{"instruction": "cut off in the mid',
    record("An answer with a sentence before it.", "Sure!\n\n" + output()),
)


@pytest.fixture
def picture(snap_compare, tmp_path, monkeypatch):
    """Compare the studio on ROWS, after some keys, with its picture."""

    def compare(size, *keys, theme="curator-dark", rows=ROWS, prepare=None):
        where = project(tmp_path, rows)
        if prepare is not None:
            prepare()
        app = app_on(where)
        # A notice says its piece and goes; whether it still stands there would be chance.
        monkeypatch.setattr(app, "notify", lambda *args, **options: None)

        async def before(pilot):
            app.theme = theme
            await until(pilot, lambda: author(app).session is not None)
            await settled(pilot)
            for one in keys:
                if callable(one):
                    one()
                else:
                    await pilot.press(one)
                await settled(pilot)
                asked = {"w": ModalScreen, "o": ConflictScreen}.get(one)
                await until(pilot, lambda kind=asked: kind is None or isinstance(app.screen, kind))
            asks = prepare is not None or (keys and keys[-1] == "enter")
            await until(pilot, lambda: not asks or isinstance(app.screen, ModalScreen))
            await until(pilot, lambda: not author(app).checking)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


SMALL, NORMAL, LARGE = (80, 24), (120, 40), (200, 60)


@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE], ids=["small", "normal", "large"])
def test_full(picture, size):
    assert picture(size)


@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE], ids=["small", "normal", "large"])
def test_a_broken_row(picture, size):
    assert picture(size, "j", "j", "j", "j", "j")


@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE], ids=["small", "normal", "large"])
def test_a_twin_open(picture, size):
    assert picture(size, "j", "f4", "f4", "enter")


@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE], ids=["small", "normal", "large"])
def test_nothing_there_yet(picture, size):
    assert picture(size, rows=None)


@pytest.mark.parametrize(
    "keys",
    [("f8",), ("j", "j", "j", "j", "j"), ("j", "f4", "f4", "enter")],
    ids=["finding", "broken", "twin"],
)
def test_light(picture, keys):
    assert picture(NORMAL, *keys, theme="curator-light")


def test_nothing_there_yet_light(picture):
    assert picture(NORMAL, theme="curator-light", rows=None)


def test_small_with_a_finding(picture):
    assert picture(SMALL, "f8")


def test_sorted_by_severity(picture):
    assert picture(NORMAL, "s", "g")


def test_an_answer_as_markdown(picture):
    assert picture(NORMAL, "G")


def test_changed_on_disk(picture, tmp_path):
    def change():
        (tmp_path / "examples.jsonl").write_text(json.dumps(THREE[2]) + "\n", "utf-8")

    assert picture(NORMAL, "d", change, "w")


def test_a_row_changed_on_both_sides(picture, tmp_path):
    def change():
        edited = THREE[2] | {"instruction": "How do I make a value a hundred times as large?"}
        rows = (json.dumps(row) for row in (*THREE[:2], edited))
        (tmp_path / "examples.jsonl").write_text("\n".join(rows) + "\n", "utf-8")

    assert picture(
        SMALL, "G", "enter", "A", "h", "comma", "space", "escape", change, "w", "o", rows=THREE
    )


def test_unsaved_changes_found(picture, tmp_path):
    def kill():
        file = ExampleFile.open(tmp_path / "examples.jsonl")
        assert file.hold() is None
        file.replace(0, file.row(0).example.replace(instruction="Written just before the end."))
        file.close()
        journal = next((state_folder() / "journal").glob("*.jsonl"))
        head, *rest = journal.read_bytes().splitlines(keepends=True)
        record = unseal(head, 0)
        journal.write_bytes(seal(record | {"at": "no time"}, 0) + b"".join(rest))

    assert picture(NORMAL, prepare=kill)
