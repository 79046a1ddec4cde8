"""The shell: panes, keys, help, palette, themes, leaving, the first start."""

from __future__ import annotations

import gc
import json

import pytest
from rich.table import Table
from textual.binding import Binding
from textual.command import CommandPalette
from textual.widgets import Static

from curator.settings import find_project
from curator.tui.app import CuratorApp
from curator.tui.bar import PaneBar, PaneTab
from curator.tui.dialogs import Question
from curator.tui.help import HelpScreen
from curator.tui.keys import bindings_of
from curator.tui.panes import PANES
from curator.tui.panes.author.welcome import Welcome
from curator.tui.panes.base import Pane
from tests.tui.helpers import (
    SETTINGS,
    SIZE,
    THREE,
    app_on,
    author,
    notices,
    project,
    settled,
    texts,
    until,
)


class Plain(Pane):
    """A pane with nothing in it, in the place of those that are not under test."""

    can_focus = True

    def opened(self):
        self.focus()


@pytest.fixture
def _plain_panes(monkeypatch):
    load = type(PANES[0]).load
    monkeypatch.setattr(
        type(PANES[0]), "load", lambda spec: load(spec) if spec.name == "author" else Plain
    )


def open_tab(app):
    return next(tab.spec.name for tab in app.query(PaneTab) if tab.has_class("-open"))


@pytest.mark.usefixtures("_plain_panes")
async def test_digits_go_to_the_panes_and_f6_goes_on(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for number, spec in enumerate(PANES, start=1):
            await pilot.press(str(number))
            await until(pilot, lambda name=spec.name: open_tab(app) == name)
        await pilot.press("f6")
        await until(pilot, lambda: open_tab(app) == "author")
        await pilot.press("shift+f6")
        await until(pilot, lambda: open_tab(app) == "publish")
        await pilot.click(app.query(PaneTab)[1])
        await until(pilot, lambda: open_tab(app) == "mix")


@pytest.mark.usefixtures("_plain_panes")
async def test_panes_are_built_when_they_are_first_opened(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert not app.query(Plain)
        await pilot.press("2")
        await until(pilot, lambda: len(app.query(Plain)) == 1)
        await pilot.press("1", "2")
        await until(pilot, lambda: open_tab(app) == "mix")
        assert len(app.query(Plain)) == 1


@pytest.mark.usefixtures("_plain_panes")
async def test_another_pane_can_send_an_example_to_author(tmp_path):
    from curator.example import Example

    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("4")
        await until(pilot, lambda: app.query(Plain))
        app.query_one(Plain).post_message(Pane.OpenExample(Example.new("From a completion.")))
        await until(pilot, lambda: open_tab(app) == "author")
        await until(pilot, lambda: len(author(app).session) == 4)
        assert texts(app)["instruction"] == "From a completion."


async def test_a_digit_in_a_text_is_a_digit(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "2")
        await until(pilot, lambda: texts(app)["instruction"].startswith("2Write"))
        assert open_tab(app) == "author"


async def test_leaving_asks_only_while_something_would_be_lost(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x", "ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("c")
        await until(pilot, lambda: not isinstance(app.screen, Question))
        assert author(app).unsaved
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("s")
        await until(pilot, lambda: app.return_value == 0)
    first = json.loads((tmp_path / "examples.jsonl").read_text("utf-8").splitlines()[0])
    assert first["instruction"] == f"x{THREE[0]['instruction']}"


async def test_leaving_with_everything_saved_asks_nothing(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)


async def test_discarding_leaves_the_file_as_it_was(tmp_path):
    where = project(tmp_path)
    before = (tmp_path / "examples.jsonl").read_bytes()
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d", "q")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("d")
        await until(pilot, lambda: app.return_value == 0)
    assert (tmp_path / "examples.jsonl").read_bytes() == before


async def test_what_the_start_put_off_is_taken_up_after_the_first_paint(tmp_path):
    app = app_on(project(tmp_path))
    gc.disable()
    try:
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, gc.isenabled)
            await until(pilot, lambda: author(app).examples.has_focus)
            assert gc.get_freeze_count() > 0
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_first_pane_is_marked_before_it_is_built():
    assert [tab.has_class("-open") for tab in PaneBar().compose()] == [True] + [False] * 4


async def test_an_empty_project_is_welcomed_and_offered_samples(tmp_path):
    app = CuratorApp(find_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.query_one(Welcome).display)
        assert not list(tmp_path.iterdir())
        await pilot.press("s")
        await settled(pilot)
        assert len(author(app).session) >= 12
        assert not app.query_one(Welcome).display
        assert not list(tmp_path.iterdir())
        await pilot.press("w")
        await until(pilot, lambda: not author(app).unsaved)
    saved = tmp_path / "data" / "custom" / "perfect_examples.jsonl"
    assert len(saved.read_bytes().splitlines()) >= 12


async def test_the_first_example_can_be_written_in_an_empty_project(tmp_path):
    app = CuratorApp(find_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.query_one(Welcome).display)
        await pilot.press("n", *"Say hi.")
        await until(pilot, lambda: texts(app).get("instruction") == "Say hi.")
        await pilot.press("escape", "u")
        await pilot.press("u")
        await until(pilot, lambda: app.query_one(Welcome).display)


async def test_help_lists_the_keys_that_work_here(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        tables = [one.content for one in app.screen.query(Static)]
        columns = [column for one in tables if isinstance(one, Table) for column in one.columns]
        page = "\n".join(str(cell) for column in columns for cell in column.cells)
        assert "Write a new example" in page
        assert "Leave the studio" in page
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))


async def test_a_pane_has_its_size_classes_before_it_is_first_laid_out(tmp_path, monkeypatch):
    monkeypatch.setattr(Pane, "on_resize", lambda _self: None)
    app = app_on(project(tmp_path))
    async with app.run_test(size=(80, 24)):
        assert author(app).has_class("-narrow", "-short")


async def test_ctrl_c_says_how_to_leave(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "ctrl+q or q leaves the studio" in notices(app))


async def test_the_palette_runs_an_action_by_its_words(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"duplicate")
        await until(pilot, lambda: app.screen.query("OptionList").first().option_count)
        await pilot.press("enter")
        await until(pilot, lambda: author(app).session and len(author(app).session) == 4)


async def test_f9_goes_through_the_themes(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        seen = [app.theme]
        for _ in range(3):
            await pilot.press("f9")
            await pilot.pause()
            seen.append(app.theme)
        assert seen == ["curator-dark", "curator-light", "ansi-dark", "ansi-light"]


async def test_the_chosen_theme_is_there_again_at_the_next_start(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: app.theme == "curator-light")
    assert app_on(project(tmp_path)).theme == "curator-light"


async def test_a_damaged_memory_is_as_good_as_none(tmp_path, state_folder):
    (state_folder / "studio.json").write_text('["theme"', "utf-8")
    assert app_on(project(tmp_path)).theme == "curator-dark"
    (state_folder / "studio.json").write_text('{"theme": "no-such"}', "utf-8")
    assert app_on(project(tmp_path)).theme == "curator-dark"


async def test_a_small_terminal_says_so_and_keeps_the_work(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x")
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: app.query_one("#too-small").display)
        assert not app.query_one("#panes").display
        await pilot.resize_terminal(*SIZE)
        await until(pilot, lambda: not app.query_one("#too-small").display)
        assert texts(app)["instruction"].startswith("xWrite")


async def test_curator_toml_remaps_a_key_by_its_id(tmp_path):
    project(tmp_path)
    (tmp_path / "curator.toml").write_text(
        f'{SETTINGS}[keys]\n"author.duplicate" = "ctrl+g"\n"author.nosuch" = "x"\n',
        "utf-8",
    )
    app = app_on(find_project(tmp_path))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: len(author(app).session) == 4)
        said = app.said
        assert any("author.nosuch" in message for message in said)
        assert not any("author.duplicate" in message for message in said)


async def test_every_key_of_ours_has_an_id_and_explains_itself(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        ours = [node for node in [*app.query("*"), app] if "curator" in type(node).__module__]
        for node in ours:
            for binding in vars(type(node)).get("BINDINGS", ()):
                assert isinstance(binding, Binding)
                assert binding.system or (binding.id and binding.tooltip)
        by_id = {}
        for binding in bindings_of({type(node) for node in ours}):
            assert by_id.setdefault(binding.id, binding) == binding


async def test_a_check_that_answers_behind_a_dialog_does_no_harm(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x", "ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Question))
        pane = author(app)
        pane.show_row(0, same_row=True)
        await until(pilot, lambda: not pane.checking)
        pane.show_status()
        await pilot.press("c")
        await until(pilot, lambda: not isinstance(app.screen, Question))
        assert app.is_running
