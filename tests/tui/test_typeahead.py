"""Keys that are typed before what the key before them did is done."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.widgets import Input

from curator.tui import typeahead
from curator.tui.typeahead import TypedAhead
from tests.tui.helpers import SIZE, THREE, app_on, author, project, settled, texts, until


class TwoLines(App[None]):
    """Two texts, and a key that goes on to the other one."""

    AUTO_FOCUS = "#one"
    BINDINGS = [("ctrl+n", "app.focus('two')")]  # noqa: RUF012

    def compose(self):
        self.typed_ahead = TypedAhead(self, super().on_event)
        yield Input(id="one")
        yield Input(id="two")

    async def on_event(self, event):
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.typed_ahead.take(event)
        else:
            await super().on_event(event)


def type_at_once(app, *keys):
    """Let keys come in as a terminal hands over what was typed while nothing was read."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_what_is_typed_after_new_goes_into_the_new_example(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        type_at_once(app, "n", "d", "u", "tab", "y", "escape", "k", "d")
        app.post_message(events.Paste("Pasted at last."))
        await until(pilot, lambda: texts(app).get("instruction") == "Pasted at last.")
        rows = author(app).session
        said = [rows.row(index).example for index in range(len(rows))]
        assert [one.instruction for one in said[:2]] == ["du", "Pasted at last."]
        assert said[0].input == "y"


async def test_a_letter_for_a_text_waits_for_nothing(monkeypatch):
    followed = []
    monkeypatch.setattr(TypedAhead, "_follow", lambda *given: followed.append(given))
    app = TwoLines()
    async with app.run_test() as pilot:
        type_at_once(app, "a", "b")
        await until(pilot, lambda: app.query_one("#one", Input).value == "ab")
        assert not followed


async def test_a_held_key_that_moves_the_cursor_waits_for_nothing(tmp_path, monkeypatch):
    app = app_on(project(tmp_path, THREE * 4))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        followed = []
        monkeypatch.setattr(TypedAhead, "_follow", lambda *given: followed.append(given))
        type_at_once(app, *["j"] * 9, "up", "pagedown", "G", "g", "j")
        await until(pilot, lambda: author(app).examples.position == 1)
        assert not followed


async def test_a_key_is_not_kept_for_ever_by_one_whose_end_never_comes(monkeypatch):
    monkeypatch.setattr(TypedAhead, "_follow", lambda *_given: None)
    monkeypatch.setattr(typeahead, "_PATIENCE", 0.01)
    app = TwoLines()
    async with app.run_test() as pilot:
        type_at_once(app, "a", "ctrl+n", "b", "home", "c")
        await until(pilot, lambda: app.query_one("#two", Input).value == "cb")
        assert app.query_one("#one", Input).value == "a"
