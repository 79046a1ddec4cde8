"""What is known of the rows stays with them through edits, undo and merges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curator.errors import CuratorError
from curator.lint import Finding, Severity
from curator.tui.panes.author.ledger import Entry, Ledger
from curator.tui.panes.author.query import ORDERS, Query, sort_key
from curator.tui.text import ERROR, OK, PENDING, TWIN, WARNING


def finding(severity, code="DOC005"):
    return Finding(code, "x", severity, "m", "", 1, None, "/output", 0, 0)


def test_a_row_nobody_checked_is_neither_good_nor_bad():
    assert Ledger([0])[0].mark == PENDING


def test_the_worst_that_can_be_said_is_the_mark():
    ledger = Ledger(range(5))
    ledger.record(0, "a", (finding(Severity.WARNING), finding(Severity.ERROR)))
    ledger.record(1, "b", (finding(Severity.WARNING),))
    for key in (3, 4):
        ledger.record(key, "c", ())
    ledger.pair(1, 3, 90)
    assert [ledger[index].mark for index in range(5)] == [ERROR, WARNING, PENDING, TWIN, OK]
    assert (ledger.errors, ledger.warnings) == (1, 2)


def test_deleting_a_twin_leaves_the_other_without_and_bringing_it_back_restores_both():
    ledger = Ledger([0, 1])
    ledger.record(0, "a", (finding(Severity.ERROR),))
    ledger.record(1, "a", ())
    ledger.pair(0, 1, 95)
    ledger.follow([1])
    assert (ledger.entry(1).mark, ledger.errors) == (OK, 0)
    assert ledger.index_of(0) is None
    ledger.follow([0, 1])
    assert (ledger.entry(1).mark, ledger.errors) == (TWIN, 1)


def test_a_check_of_a_row_that_is_gone_by_then_counts_nothing():
    ledger = Ledger([0, 1])
    ledger.follow([1])
    ledger.record(0, "a", (finding(Severity.ERROR),))
    assert ledger.errors == 0
    ledger.follow([1, 0])
    assert ledger.errors == 1
    assert ledger.texts() == [(0, "a")]


@given(st.lists(st.lists(st.integers(0, 9), unique=True), min_size=1, max_size=8))
def test_after_any_changes_exactly_the_rows_in_the_file_count(states):
    ledger = Ledger(range(10))
    for key in range(0, 10, 2):
        ledger.record(key, "a", (finding(Severity.ERROR),))
    for key in range(8):
        ledger.pair(key, key + 1, 90)
    for state in states:
        ledger.follow(state)
        assert list(ledger.keys) == state
        assert ledger.errors == sum(key % 2 == 0 for key in state)
        assert {entry.key for entry in ledger.live()} <= set(state)
        for key in state:
            assert set(ledger.entry(key).twins) <= set(state)
            assert ledger.index_of(key) == state.index(key)
    ledger.follow(range(10))
    assert all(ledger.entry(key + 1).twins[key] == 90 for key in range(8))


def test_rows_that_nobody_looked_at_are_known_as_such():
    ledger = Ledger([5, 6, 7])
    ledger.record(6, "a", ())
    assert ledger.unchecked() == [0, 2]
    assert ledger.peek(0) is None


def test_the_filter_reads_marks_codes_and_words():
    query = Query.read("err code:doc Loud twin text")
    assert query == Query(err=True, twin=True, codes=("DOC",), words=("loud", "text"))
    assert not Query.read("   ")


def test_every_part_of_a_filter_must_hold():
    ledger = Ledger([0])
    ledger.record(0, "add two numbers", (finding(Severity.ERROR),))

    def passes(text):
        return Query.read(text).matches(ledger[0], lambda: '{"output": "def ADD(a, b)"}')

    assert passes("err code:DOC005 def add numbers")
    assert not passes("err warn")
    assert not passes("code:TST")
    assert not passes("err subtract")
    assert not passes("ok")
    assert not passes("fail")


class Ran:
    passed = False


def test_a_run_that_failed_is_marked_and_one_that_could_not_begin_is_not():
    entry = Entry(0)
    entry.learn("a", ())
    entry.ran = CuratorError("There is no sandbox here.")
    assert (entry.mark, entry.failed) == (OK, False)
    entry.ran = Ran()
    assert (entry.mark, entry.failed) == (ERROR, True)
    assert Query.read("fail").matches(entry, str)


def test_rows_sort_by_line_by_gravity_and_by_likeness():
    clean, grave, alike = Entry(0), Entry(1), Entry(2)
    grave.learn("a", (finding(Severity.ERROR),))
    alike.links = {clean: 91.0}
    rows = (clean, grave, alike)

    def order(by):
        return sorted(range(3), key=lambda index: sort_key(by, rows[index]))

    assert [order(by) for by in ORDERS] == [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
