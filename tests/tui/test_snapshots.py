"""Pictures of the studio: what a person sees, compared with what was looked at and found good."""

from __future__ import annotations

import pytest

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
def picture(snap_compare, tmp_path):
    """Compare the studio on ROWS, after some keys, with its picture."""

    def compare(size, *keys, theme="curator-dark", rows=ROWS):
        app = app_on(project(tmp_path, rows))

        async def before(pilot):
            app.theme = theme
            await settled(pilot)
            for one in keys:
                await pilot.press(one)
                await settled(pilot)
            await until(pilot, lambda: not author(app).checking)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


def test_normal_dark(picture):
    assert picture((120, 40))


def test_normal_light_with_a_finding(picture):
    assert picture((120, 40), "f8", theme="curator-light")


def test_small_dark(picture):
    assert picture((80, 24))


def test_small_with_a_finding(picture):
    assert picture((80, 24), "f8")


def test_large_light(picture):
    assert picture((200, 60), "j", theme="curator-light")


def test_a_broken_row(picture):
    assert picture((120, 40), "j", "j", "j", "j", "j")


def test_an_answer_as_markdown(picture):
    assert picture((120, 40), "G")


def test_nothing_there_yet(snap_compare, tmp_path):
    async def before(pilot):
        await until(pilot, lambda: pilot.app.query("Welcome").first().display)

    app = app_on(project(tmp_path, None))
    assert snap_compare(app, terminal_size=(100, 30), run_before=before)
