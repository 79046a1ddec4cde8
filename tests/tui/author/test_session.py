"""Operations on the open file keep the ledger in step with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.example import Example
from curator.lint import make_linter
from curator.lint.project import project_linter
from curator.lint.secrets import SERVICES
from curator.settings import find_project
from curator.store import ExampleFile
from curator.tui.panes.author import session as module
from curator.tui.panes.author.checks import Verdict, check
from curator.tui.panes.author.session import Session
from tests.tui.helpers import THREE, project


@pytest.fixture
def session(tmp_path):
    where = project(tmp_path, [THREE[0] | {"id": "one"}, *THREE[1:]])
    return Session(where, ExampleFile.open(tmp_path / "examples.jsonl"))


@pytest.mark.parametrize("settings", ["", '[lint]\nselect = ["REC"]\n'])
def test_rules_are_read_at_once_only_where_the_settings_may_be_wrong(
    tmp_path, monkeypatch, settings
):
    read = []

    def linter(*args, **options):
        read.append(args)
        return project_linter(*args, **options)

    monkeypatch.setattr(module, "project_linter", linter)
    (tmp_path / "curator.toml").write_text(settings, "utf-8")
    session = Session(find_project(tmp_path), ExampleFile(tmp_path / "examples.jsonl", b""))
    assert len(read) == bool(settings)
    assert session.linter is session.linter
    assert len(read) == 1


def test_putting_the_same_content_is_no_change(session):
    assert not session.put(0, session.row(0).example)
    assert not session.dirty


@pytest.mark.parametrize("key", ["a/b", "m~n", "self", ""])
def test_a_fix_reaches_a_field_of_any_name(session, key):
    token = SERVICES[0].sample
    session.put(0, session.row(0).example.replace(**{key: token}))
    linter = make_linter(select=["PRV002"])
    [found] = linter.example(session.row(0).example)
    assert session.fix(0, found)
    assert session.row(0).example.fields[key] == "REDACTED"


def test_a_copy_stands_under_its_row_with_an_id_of_its_own(session):
    assert session.duplicate(0) == 1
    assert session.duplicate(0) == 1
    ids = [session.row(index).example.id for index in range(3)]
    assert ids == ["one", "one-3", "one-2"]


def test_moving_takes_what_is_known_along(session):
    first = session.entry(0)
    assert session.move(0, 9) == 2
    assert session.entry(2) is first
    session.undo()
    assert session.entry(0) is first


def test_what_is_only_typed_is_counted_and_forgotten_with_an_undo(session):
    typed = session.row(0).example.replace(output="def broken(")
    subject = session.subject(0, typed)
    verdict = check(subject, session.linter, "")
    session.learn(subject, verdict, committed=False)
    assert session.counts[0] == len(verdict.findings) > 0
    assert session.put(0, typed)
    assert session.entry(0).findings == verdict.findings
    session.undo()
    assert session.counts == (0, 0)


def test_a_check_that_comes_too_late_says_nothing_about_the_row_as_it_is(session):
    subject = session.subject(0, session.row(0).example)
    session.put(0, Example.new("Another one."))
    session.learn(subject, Verdict("old", ()), committed=True)
    assert not session.entry(0).checked


@given(st.lists(st.sampled_from(["d0", "d1", "y0", "y1", "m01", "m10", "p0", "p1"]), max_size=8))
def test_any_operations_undone_give_the_file_and_its_entries_back(tmp_path_factory, steps):
    where = project(tmp_path_factory.mktemp("p"))
    session = Session(where, ExampleFile.open(where.path("examples.jsonl")))
    before, keys = session.file.to_bytes(), list(session.ledger.keys)
    for number, step in enumerate(steps):
        index = int(step[1])
        if index >= len(session):
            continue
        if step[0] == "d":
            session.delete(index)
        elif step[0] == "y":
            session.duplicate(index)
        elif step[0] == "m":
            session.move(index, int(step[2]))
        else:
            session.put(index, Example.new(f"Number {number}."))
        assert len(session.ledger) == len(session)
    while session.undo() is not None:
        pass
    assert session.file.to_bytes() == before
    assert list(session.ledger.keys) == keys
