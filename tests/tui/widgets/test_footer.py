"""The footer follows the keys that work, and is left alone while they stay the same."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App
from textual.widgets import Button
from textual.widgets._footer import FooterKey

from curator.tui.widgets.footer import KeysFooter
from tests.tui.helpers import until


class Keys(App):
    BINDINGS: ClassVar[Any] = [("a", "one", "one"), ("b", "two", "two")]

    two = True

    def compose(self):
        yield Button(id="first")
        yield Button(id="second")
        yield KeysFooter()

    def check_action(self, action, parameters):
        return self.two or action != "two"

    def action_one(self):
        """Do nothing."""

    def action_two(self):
        """Do nothing."""


def words(app):
    return [key.description for key in app.query(FooterKey)]


async def test_keys_that_stay_the_same_are_not_composed_anew():
    app = Keys()
    async with app.run_test() as pilot:
        await until(pilot, lambda: words(app) == ["one", "two"])
        before = list(app.query(FooterKey))

        await pilot.press("tab")
        app.screen.refresh_bindings()
        await pilot.pause()
        await pilot.pause()

        assert app.focused.id == "second"
        assert list(app.query(FooterKey)) == before


async def test_a_key_that_no_longer_works_goes_and_comes_back():
    app = Keys()
    async with app.run_test() as pilot:
        await until(pilot, lambda: words(app) == ["one", "two"])
        app.two = False
        app.screen.refresh_bindings()
        await until(pilot, lambda: words(app) == ["one"])

        app.two = True
        app.screen.refresh_bindings()
        await until(pilot, lambda: words(app) == ["one", "two"])
