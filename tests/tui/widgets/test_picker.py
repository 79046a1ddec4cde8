"""The choice among named things: what may be chosen, and that a choice is told."""

from __future__ import annotations

from textual.app import App
from textual.content import Content
from textual.widgets import OptionList, Select

from curator.tui.widgets.picker import Picker


class Host(App):
    def __init__(self):
        super().__init__()
        self.told = []

    def get_theme_variable_defaults(self):
        return {"rule": "#808080"}

    def compose(self):
        yield Picker("none built yet", id="mixture")

    def on_select_changed(self, event: Select.Changed):
        self.told.append(event.value)


async def test_what_says_that_there_is_nothing_is_not_offered_among_what_there_is():
    app = Host()
    async with app.run_test() as pilot:
        picker = app.query_one(Picker)
        assert picker.choice is None

        picker.offer([(Content("first"), "a"), (Content("second"), "b")])
        await pilot.pause()
        assert (picker.choice, app.told) == ("a", ["a"])
        shown = [str(one.prompt) for one in app.query_one(OptionList).options]
        assert shown == ["first", "second"]

        picker.focus()
        await pilot.press("enter", "up", "up", "enter")
        assert picker.choice is not None

        picker.offer([(Content("third"), "c"), (Content("second"), "b")], "b")
        await pilot.pause()
        assert (picker.choice, app.told[-1]) == ("b", "b")

        picker.offer([])
        assert picker.choice is None
