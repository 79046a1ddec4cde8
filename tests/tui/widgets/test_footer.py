"""The footer follows the keys that work, and is left alone while they stay the same."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from textual.app import App
from textual.widgets import Button
from textual.widgets._footer import FooterKey

from curator.tui.widgets.footer import KeysFooter
from tests.tui.helpers import until


class Keys(App):
    BINDINGS: ClassVar[Any] = [
        ("a", "one", "one"),
        ("b", "two", "two"),
        ("question_mark", "help", "help"),
    ]

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

    def action_help(self):
        """Do nothing."""


def words(app):
    return [key.description for key in app.query(FooterKey)]


async def test_keys_that_stay_the_same_are_not_composed_anew():
    app = Keys()
    async with app.run_test() as pilot:
        await until(pilot, lambda: words(app) == ["one", "two", "help"])
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
        await until(pilot, lambda: words(app) == ["one", "two", "help"])
        app.two = False
        app.screen.refresh_bindings()
        await until(pilot, lambda: words(app) == ["one", "help"])

        app.two = True
        app.screen.refresh_bindings()
        await until(pilot, lambda: words(app) == ["one", "two", "help"])


@pytest.mark.parametrize("room", [11, 12, 17, 18])
async def test_the_key_of_the_help_is_there_at_any_width(room):
    app = Keys()
    fitting = ["help"] if room < 12 else ["one", "help"] if room < 18 else ["one", "two", "help"]
    async with app.run_test(size=(room, 10)) as pilot:
        await until(pilot, lambda: words(app) == fitting)
        assert sum(len(key.render()) + 1 for key in app.query(FooterKey)) <= room + 1
        await pilot.resize_terminal(80, 10)
        await until(pilot, lambda: words(app) == ["one", "two", "help"])
