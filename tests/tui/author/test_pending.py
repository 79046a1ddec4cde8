"""What is not known yet is not said to be well."""

from __future__ import annotations

import threading

from curator.tui.panes.author import checks
from tests.tui.helpers import SIZE, THREE, app_on, author, project, record, settled, until


def beside(app, name):
    """Return what a list beside the editor says."""
    choices = getattr(author(app).side, name)
    return [str(choices.get_option_at_index(place).prompt) for place in range(choices.option_count)]


async def test_findings_and_twins_are_pending_until_they_are_known(tmp_path, monkeypatch):
    go_on, check, twins = threading.Event(), checks.check, checks.twins_of_all
    held: set[int] = {1, 2}

    def slow(subject, *given):
        if subject.line in held:
            go_on.wait(30)
        return check(subject, *given)

    def slow_twins(*given):
        go_on.wait(30)
        return twins(*given)

    monkeypatch.setattr(checks, "check", slow)
    monkeypatch.setattr(checks, "twins_of_all", slow_twins)
    app = app_on(project(tmp_path, [record(""), *THREE]))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: author(app).session is not None)
        assert beside(app, "findings") == ["· not checked yet"]
        assert beside(app, "twins") == ["· comparing…"]
        held.remove(1)
        go_on.set()
        await settled(pilot)
        assert "REC004" in beside(app, "findings")[0]
        assert beside(app, "twins") == ["✓ none"]
        await pilot.press("f4")
        assert app.screen.active_bindings["enter"].binding.description == "go there"
        await pilot.press("f4")
        assert "enter" not in app.screen.active_bindings
        await pilot.press("escape")

        # A change of a row that is not in the editor leaves nothing known of the next one.
        go_on.clear()
        author(app).session.ledger.entry(author(app).session.ledger.keys[1]).checked = False
        await pilot.press("down")
        await until(pilot, lambda: beside(app, "findings") == ["· not checked yet"])
        go_on.set()
        await settled(pilot)
        assert beside(app, "findings") == ["✓ nothing found"]
