"""The Author pane, driven by its keys."""

from __future__ import annotations

import json

import pytest
from textual.events import Click, Paste
from textual.widgets import Input, OptionList
from tokenizers import Tokenizer, models, pre_tokenizers

from curator.errors import SandboxError
from curator.settings import find_project
from curator.tui.dialogs import Question
from curator.tui.help import HelpScreen
from curator.tui.panes.author.field import Field
from curator.tui.panes.author.twin import TwinScreen
from curator.tui.text import ERROR, OK, TWIN
from tests.tui.helpers import (
    SETTINGS,
    SIZE,
    THREE,
    app_on,
    author,
    codes,
    notices,
    output,
    project,
    record,
    settled,
    texts,
    until,
)


def field(app, name):
    return next(one for one in app.query(Field) if one.text_name == name)


def rows_on_disk(folder):
    return [
        json.loads(line) for line in (folder / "examples.jsonl").read_text("utf-8").splitlines()
    ]


async def test_opens_on_the_first_example_in_its_parts(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert texts(app)["instruction"] == THREE[0]["instruction"]
        assert texts(app)["part-usage"] == "print(double(4))  # Output: 8"
        assert set(texts(app)) == {
            "instruction",
            "input",
            "part-solution",
            "part-usage",
            "part-test",
        }


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ("j", 1),
        ("j j j j", 2),
        ("j k k", 0),
        ("G", 2),
        ("G g", 0),
        ("down", 1),
        ("pagedown", 2),
    ],
)
async def test_the_list_moves_as_in_vim(tmp_path, keys, row):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press(*keys.split())
        await until(pilot, lambda: texts(app)["instruction"] == THREE[row]["instruction"])
        assert author(app).examples.index == row


async def test_every_text_is_shown_from_its_beginning(tmp_path):
    wide = output().replace("# Output: 8", "# Output: 8" + " and so on" * 20)
    rows = [THREE[0], record("Something with a wide line.", wide), THREE[2]]
    app = app_on(project(tmp_path, rows))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for _ in range(3):
            assert [one.scroll_offset for one in app.query(Field)] == [(0, 0)] * len(
                app.query(Field)
            )
            await pilot.press("j")
            await settled(pilot)
            await pilot.pause()


async def test_an_edit_of_a_part_reaches_the_disk_and_other_lines_stay_as_they_are(tmp_path):
    where = project(tmp_path)
    before = (tmp_path / "examples.jsonl").read_bytes().splitlines()
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("j", "enter", "tab", "tab", "tab", "ctrl+a")
        await until(pilot, lambda: field(app, "part-usage").has_focus)
        await pilot.press(*"# ")
        assert author(app).unsaved
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not author(app).unsaved)
    after = (tmp_path / "examples.jsonl").read_bytes().splitlines()
    assert after[0] == before[0]
    assert after[2] == before[2]
    assert json.loads(after[1])["output"] == THREE[1]["output"].replace("print(", "# print(")


async def test_a_finding_comes_and_goes_with_the_typing(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert codes(app) == []
        assert author(app).session.entry(0).mark == OK
        await pilot.press("enter", "ctrl+down", "ctrl+down")
        await until(pilot, lambda: field(app, "part-solution").has_focus)
        await pilot.press("x", "space")
        await until(pilot, lambda: codes(app))
        assert author(app).session.entry(0).mark == ERROR
        assert author(app).session.counts[0] >= 1
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: not codes(app))
        assert not author(app).unsaved


async def test_f8_puts_the_cursor_on_the_span_of_the_finding(tmp_path):
    broken = output().replace("    return number * 2", "    return number *")
    app = app_on(project(tmp_path, [*THREE, record("Halve a number that is even.", broken)]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: field(app, "part-solution").has_focus)
        assert author(app).examples.index == 3
        line, _ = field(app, "part-solution").cursor_location
        assert line == 9


async def test_a_new_example_begins_from_the_outline_of_the_profile(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: field(app, "instruction").has_focus)
        await pilot.press(*"Add one.")
        await pilot.press("escape")
        await until(pilot, lambda: author(app).examples.has_focus)
        assert len(author(app).session) == 4
        assert author(app).session.row(1).example.instruction == "Add one."
        assert "def name(" in texts(app)["part-solution"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("new.json", json.dumps(THREE[1] | {"id": "t", "topic": "mine"}, indent=1)),
        ("new.md", THREE[1]["output"]),
    ],
)
async def test_a_new_example_begins_from_the_projects_own_template(tmp_path, name, text):
    project(tmp_path)
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "curator.toml").write_text(f'template = "{name}"\n{SETTINGS}', "utf-8")
    app = app_on(find_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: len(author(app).session) == 4)
        new = author(app).session.row(1).example
        assert new.output == THREE[1]["output"]
        assert new.id is None
        assert new.fields.get("topic") == ("mine" if name == "new.json" else None)
        (tmp_path / name).unlink()
        await pilot.press("escape", "n")
        await until(pilot, lambda: "template" in notices(app))
        assert len(author(app).session) == 4


async def test_undo_and_redo_cross_the_file(tmp_path):
    where = project(tmp_path)
    bytes_before = (tmp_path / "examples.jsonl").read_bytes()
    app = app_on(where)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        pane = author(app)
        await pilot.press("d", "y", "J")
        await until(pilot, lambda: len(pane.session) == 3)
        assert pane.session.row(0).example.instruction == THREE[1]["instruction"]
        changed = pane.session.file.to_bytes()
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: not pane.unsaved)
        assert pane.session.file.to_bytes() == bytes_before
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+r")
        await until(pilot, lambda: pane.session.file.to_bytes() == changed)


async def test_leaving_a_field_makes_what_was_typed_one_change_to_undo(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", *"Please. ", "escape")
        await until(pilot, lambda: author(app).examples.has_focus)
        assert author(app).session.row(0).example.instruction.startswith("Please. Write")
        await pilot.press("u")
        await until(pilot, lambda: texts(app)["instruction"] == THREE[0]["instruction"])
        assert not author(app).unsaved


async def test_ctrl_z_within_a_field_undoes_the_typing(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x", "y", "ctrl+z")
        await until(pilot, lambda: texts(app)["instruction"] == THREE[0]["instruction"])
        assert not author(app).unsaved


async def test_ctrl_t_shows_the_markdown_and_the_parts_again(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "output" in texts(app))
        assert texts(app)["output"] == THREE[0]["output"]
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "part-solution" in texts(app))
        assert not author(app).unsaved


async def test_an_answer_that_would_not_come_back_opens_as_markdown_and_stays_so(tmp_path):
    answer = "Here you go.\n" + output()
    app = app_on(project(tmp_path, [record("Double a number.", answer)]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert texts(app)["output"] == answer
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "output" in texts(app)
        assert "byte for byte" in str(app.query_one("#reason").render())


async def test_a_broken_row_opens_as_its_line_and_can_be_mended(tmp_path):
    broken = json.dumps(THREE[0])[:-1]
    app = app_on(project(tmp_path, [broken, *THREE[1:]]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert texts(app) == {"row": broken}
        assert author(app).session.entry(0).mark == ERROR
        await pilot.press("enter", "ctrl+end", "end", "}", "escape")
        await until(pilot, lambda: "instruction" in texts(app))
        assert texts(app)["instruction"] == THREE[0]["instruction"]
        await pilot.press("w")
        await until(pilot, lambda: not author(app).unsaved)
    assert rows_on_disk(tmp_path)[0] == THREE[0]


HOSTILE = "[red]not markup[/red] \x1b]52;c;aGk=\x07 \x1b[2J \u202eesrever"


async def test_text_that_attacks_the_terminal_stands_there_as_text(tmp_path):
    app = app_on(project(tmp_path, [record(HOSTILE, output() + HOSTILE), *THREE]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        drawn = app.export_screenshot()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any("[red]not markup[/red]" in line for line in lines)
        assert not any("\x1b" in line or "\u202e" in line for line in lines)
        assert "\x1b" not in drawn
        assert "\\u001b" in texts(app)["row"]
        await pilot.press("j", "k", "d")
        await until(pilot, lambda: len(author(app).session) == 3)
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert not any("\x1b" in line or "\u202e" in line for line in lines)


async def test_typed_or_pasted_escapes_show_as_signs_in_the_editor(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        instruction = field(app, "instruction")
        instruction.insert("\x1b[31m\u202e", (0, 0))
        await pilot.pause()
        assert str(instruction.get_line(0)).startswith("␛[31m\ufffd")
        assert texts(app)["instruction"].startswith("\x1b[31m\u202eWrite")


@pytest.mark.parametrize(
    ("words", "rows"),
    [("err", [1]), ("twin", [2, 3]), ("TRIPLE", [4]), ("ok triple", [4]), ("code:SEC", [1])],
)
async def test_the_filter_understands_marks_codes_and_text(tmp_path, words, rows):
    twin = THREE[2] | {"instruction": THREE[2]["instruction"] + "!"}
    rows_in = [THREE[0], record("Say hello to me.", "hello"), THREE[2], twin, THREE[1]]
    app = app_on(project(tmp_path, rows_in))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash", *words)
        await until(pilot, lambda: list(author(app).examples.shown) == rows)
        assert "nothing" not in author(app).examples.render_line(0).text
        author(app).filter.value = "no such word"
        await until(pilot, lambda: not author(app).examples.shown)
        assert author(app).examples.render_line(0).text.strip() == "nothing matches"
        assert not author(app).examples.render_line(1).text.strip()
        await pilot.press("enter", "escape")
        await until(pilot, lambda: len(author(app).examples.shown) == 5)
        assert app.query_one("#filter", Input).value == ""


async def test_twins_are_marked_and_open_side_by_side(tmp_path):
    twin = THREE[0] | {"instruction": THREE[0]["instruction"].replace("doubles", "duplicates")}
    app = app_on(project(tmp_path, [*THREE, twin]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await until(pilot, lambda: author(app).session.entry(3).mark == TWIN)
        assert [index for index, _ in author(app).twins()] == [3]
        app.query_one("#twins", OptionList).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TwinScreen))
        assert str(app.screen.query_one("#twin").border_title).endswith("alike by ratio")
        await pilot.press("o")
        await until(pilot, lambda: author(app).examples.index == 3)
        app.query_one("#twins", OptionList).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TwinScreen))
        await pilot.press("d")
        await until(pilot, lambda: len(author(app).session) == 3)
        assert author(app).session.entry(0).mark == OK


async def conflicted(pilot, app, folder):
    await settled(pilot)
    await pilot.press("d")
    (folder / "examples.jsonl").write_text(json.dumps(THREE[2]) + "\n", "utf-8")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, Question))


async def test_a_file_changed_on_disk_is_never_overwritten_unasked(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot, app, tmp_path)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Question))
        assert rows_on_disk(tmp_path) == [THREE[2]]
        assert author(app).unsaved


async def test_mine_or_theirs_can_be_kept(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot, app, tmp_path)
        await pilot.press("t")
        await until(pilot, lambda: len(author(app).session) == 1)
        assert texts(app)["instruction"] == THREE[2]["instruction"]
        (tmp_path / "examples.jsonl").write_text("", "utf-8")
        await settled(pilot)
        await pilot.press("y", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("m")
        await until(pilot, lambda: not author(app).unsaved)
        assert rows_on_disk(tmp_path) == [THREE[2], THREE[2]]


async def test_ctrl_e_takes_a_text_to_the_persons_editor_as_one_change(tmp_path, monkeypatch):
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nprintf "# mine\\n" >> "$1"\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    app = app_on(project(tmp_path))
    monkeypatch.setattr(type(app), "suspend", _suspended)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: texts(app)["part-solution"].endswith("# mine"))
        assert author(app).session.file.can_undo
        await pilot.press("u")
        await until(pilot, lambda: not author(app).unsaved)


def _suspended(self):
    import contextlib

    return contextlib.nullcontext()


async def test_f5_runs_the_example_and_says_how_it_ended(tmp_path):
    wrong = record("Quadruple it, please.", output().replace("== -6", "== 6"))
    app = app_on(project(tmp_path, [THREE[0], wrong]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f5")
        run = app.query_one("#run")
        await until(pilot, lambda: "passed" in str(run.render()))
        await pilot.press("j", "f5")
        await until(pilot, lambda: "failed" in str(run.render()))
        assert "Sanity test" in str(run.render())


async def test_an_outcome_stays_with_its_row_until_the_text_changes(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        run = app.query_one("#run")
        await pilot.press("f5")
        await until(pilot, lambda: "passed" in str(run.render()))
        await pilot.press("j")
        await until(pilot, lambda: "f5 runs it" in str(run.render()))
        await pilot.press("k")
        await until(pilot, lambda: "passed" in str(run.render()))
        await pilot.press("enter", "x")
        await until(pilot, lambda: "f5 runs it" in str(run.render()))
        await pilot.press("escape", "u")
        await until(pilot, lambda: "passed" in str(run.render()))


async def test_shift_f5_runs_every_example_of_the_list_and_marks_those_that_fail(tmp_path):
    wrong = record("Quadruple it, please.", output().replace("== -6", "== 6"))
    app = app_on(project(tmp_path, [*THREE, wrong]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("shift+f5")
        ledger = author(app).session.ledger
        await until(pilot, lambda: all(ledger[index].ran for index in range(4)))
        await until(pilot, lambda: "running" not in str(author(app).status))
        assert [ledger[index].mark for index in range(4)] == [OK, OK, OK, ERROR]
        await pilot.press("slash", *"fail")
        await until(pilot, lambda: list(author(app).examples.shown) == [3])


async def test_a_run_that_goes_on_says_so_and_shift_f5_ends_it(tmp_path):
    endless = record("Quadruple it, please.", output().replace("return ", "while True: "))
    app = app_on(project(tmp_path, [endless, THREE[1]]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x", "f5")
        run = app.query_one("#run")
        await until(pilot, lambda: "running" in str(run.render()))
        await settled(pilot)
        assert "shift+f5 ends it" in str(run.render())
        await pilot.press("shift+f5")
        await until(pilot, lambda: "f5 runs it" in str(run.render()))


async def test_rows_that_could_not_be_run_are_not_said_to_have_passed(tmp_path, monkeypatch):
    monkeypatch.setattr("curator.lint.execute.execute", _refuse)
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("shift+f5")
        await until(pilot, lambda: "no sandbox here" in notices(app))
        assert "0 of 3 run." in notices(app)
        assert "passed" not in notices(app)


def _refuse(*_args, **_options):
    raise SandboxError("no sandbox here")


async def test_why_a_run_failed_can_be_read_on_a_small_screen(tmp_path):
    why = "raise ValueError('a long reason that takes more than the three lines of a small panel')"
    app = app_on(project(tmp_path, [record("Fail.", output().replace("return number * 2", why))]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        height = author(app).side.size.height
        await pilot.press("f5")
        await until(pilot, lambda: "small panel" in str(app.query_one("#run").render()))
        await until(pilot, lambda: author(app).side.size.height > height)
        facts = author(app).side.facts
        await pilot.press("f4", "f4", "f4")
        await until(pilot, lambda: facts.has_focus)
        await pilot.press("end")
        await until(pilot, lambda: facts.scroll_offset.y == facts.max_scroll_y > 0)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_a_copied_example_can_be_pasted_and_so_can_what_a_terminal_pastes(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: json.loads(app.clipboard) == THREE[0])
        await pilot.press("j", "p")
        await until(pilot, lambda: len(author(app).session) == 4)
        assert author(app).session.file.raw(2) == json.dumps(THREE[0])
        app.post_message(Paste("\n".join(json.dumps(row) for row in THREE[:2])))
        await until(pilot, lambda: len(author(app).session) == 6)
        await settled(pilot)
        await pilot.press("u", "u")
        await until(pilot, lambda: not author(app).unsaved)


async def test_going_to_a_finding_keeps_the_beginnings_of_the_lines_in_sight(tmp_path):
    solution = (
        "\n" * 60
        + "def far(first: int, second: int, other: int) -> int:  # a comment\n"
        + "    pass\n" * 30
    )
    answer = output().replace(output().split("```")[1], f"python\n{solution}")
    app = app_on(project(tmp_path, [record("Go far.", answer)]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        where = field(app, "part-solution")
        start = where.text.index("other")
        where.focus()
        where.move_cursor((where.document.line_count - 1, 0))
        where.select_span(start, start + len("other"))
        await until(pilot, lambda: 40 < where.scroll_offset.y < 60)
        assert where.scroll_offset.x == 0
        assert where.selected_text == "other"


async def test_the_title_says_when_the_last_example_is_deleted(tmp_path):
    app = app_on(project(tmp_path, THREE[:1]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "0 examples" in str(author(app).status))
        await pilot.press("u")
        await until(pilot, lambda: "1 example " in str(author(app).status))


async def test_what_is_pasted_into_a_text_makes_no_example(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: field(app, "instruction").has_focus)
        app.post_message(Paste("one\rtwo "))
        await until(pilot, lambda: texts(app)["instruction"].startswith("one\ntwo "))
        await settled(pilot)
        assert len(author(app).session) == 3


async def test_a_long_paste_can_be_taken_back_and_made_again(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        where = field(app, "instruction")
        where.focus()
        before = where.text
        await pilot.press("f7")
        app.post_message(Paste("a line\n" * 400))
        await until(pilot, lambda: where.cursor_location[0] == 400)
        await settled(pilot)
        for key, text in (("ctrl+z", before), ("ctrl+y", "a line\n" * 400), ("ctrl+z", before)):
            await pilot.press(key)
            await until(pilot, lambda text=text: where.text == text)
            await settled(pilot)


async def test_lines_pasted_with_carriage_returns_are_examples_each(tmp_path):
    odd = [record(f"Say {sign!r} as it is, and \u2028 after it.") for sign in "ab"]
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.post_message(Paste("\r".join(json.dumps(row, ensure_ascii=False) for row in odd)))
        await until(pilot, lambda: len(author(app).session) == 5)
        pasted = [author(app).session.row(index).example for index in (1, 2)]
        assert [one.instruction for one in pasted] == [row["instruction"] for row in odd]


async def test_a_row_that_is_left_before_its_check_ends_is_checked_all_the_same(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        author(app).editor.put_text("part-solution", "def broken(:")
        author(app).commit()
        author(app).show_row(1)
        ledger = author(app).session.ledger
        await until(pilot, lambda: ledger[0].checked and not author(app).checking_row)
        assert "COD001" in {finding.code for finding in ledger[0].findings}
        assert author(app).editor.draft.texts["instruction"] == THREE[1]["instruction"]


async def test_s_sorts_the_list_and_leaves_the_file_alone(tmp_path):
    twin = THREE[2] | {"instruction": THREE[2]["instruction"] + "!"}
    app = app_on(project(tmp_path, [THREE[0], record("Say hello.", "hello"), THREE[2], twin]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        shown = author(app).examples
        for order in ([1, 0, 2, 3], [2, 3, 0, 1], [0, 1, 2, 3]):
            await pilot.press("s")
            await until(pilot, lambda order=order: list(shown.shown) == order)
        await pilot.press("s", "J")
        await pilot.pause()
        assert not author(app).unsaved


async def test_a_fix_of_several_edits_is_one_change_to_undo(tmp_path):
    sections = output().replace("### Solution", "### solution").replace("### Usage", "### usage")
    where = project(tmp_path, [record("Double it, please.", sections)])
    (tmp_path / "curator.toml").write_text(
        'examples = "examples.jsonl"\n[lint]\nselect = ["SEC013"]\n', "utf-8"
    )
    app = app_on(find_project(where.root))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        count = len(codes(app))
        assert count
        for left in range(count - 1, -1, -1):
            await settled(pilot)
            await pilot.press("f2")
            await until(pilot, lambda left=left: len(codes(app)) == left)
        await settled(pilot)
        for _ in range(count):
            await pilot.press("u")
        await until(pilot, lambda: not author(app).unsaved)


async def test_tokens_are_counted_by_the_models_own_tokenizer(tmp_path):
    project(tmp_path)
    tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    (tmp_path / "tiny").mkdir()
    tokenizer.save(str(tmp_path / "tiny/tokenizer.json"))
    (tmp_path / "curator.toml").write_text(f'model = "tiny"\n{SETTINGS}', "utf-8")
    app = app_on(find_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "tokens" in str(app.query_one("#size").render()))
        await until(pilot, lambda: "≈" not in str(app.query_one("#size").render()))


async def test_a_double_click_edits_and_one_with_typing_between_does_not(tmp_path):
    app = app_on(project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        examples = author(app).examples

        async def second_of_a_chain():
            # The pilot begins a chain with every click; a terminal goes by time and place alone.
            await pilot.mouse_down(examples, offset=(8, 1))
            examples.post_message(Click(examples, 8, 1, 0, 0, 1, False, False, False, chain=2))
            await pilot.pause()

        await pilot.click(examples, offset=(8, 1))
        await pilot.press("enter", "x")
        await until(pilot, lambda: isinstance(app.focused, Field))
        await second_of_a_chain()
        await pilot.press("j")
        await until(pilot, lambda: texts(app)["instruction"] == THREE[2]["instruction"])
        assert app.focused is examples
        await pilot.click(examples, offset=(8, 1))
        await second_of_a_chain()
        await until(pilot, lambda: isinstance(app.focused, Field))
        assert texts(app)["instruction"] == f"x{THREE[1]['instruction']}"


async def test_the_length_stands_against_the_limit_of_the_rules(tmp_path):
    project(tmp_path)
    (tmp_path / "curator.toml").write_text(
        'examples = "examples.jsonl"\n[lint]\nselect = ["TXT007"]\n'
        "[lint.options.TXT007]\ntokens = 50\n",
        "utf-8",
    )
    app = app_on(find_project(tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        size = str(app.query_one("#size").content)
        assert "of 50 tokens" in size
        assert size.startswith("!")
