"""What is known of the rows stays with them through edits and undo."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curator.lint import Finding, Severity
from curator.tui.panes.author.ledger import Ledger
from curator.tui.panes.author.query import Query
from curator.tui.text import ERROR, OK, PENDING, TWIN, WARNING


def finding(severity, code="DOC005"):
    return Finding(code, "x", severity, "m", "", 1, None, "/output", 0, 0)


def test_a_row_nobody_checked_is_neither_good_nor_bad():
    assert Ledger(1)[0].mark == PENDING


def test_the_worst_that_can_be_said_is_the_mark():
    ledger = Ledger(5)
    error, warning, _, twin, clean = ledger.entries
    ledger.record(error, "a", (finding(Severity.WARNING), finding(Severity.ERROR)))
    ledger.record(warning, "b", (finding(Severity.WARNING),))
    for entry in (twin, clean):
        ledger.record(entry, "c", ())
    ledger.pair(warning, twin, 90)
    assert [entry.mark for entry in ledger.entries] == [ERROR, WARNING, PENDING, TWIN, OK]
    assert (ledger.errors, ledger.warnings) == (1, 2)


def test_deleting_a_twin_leaves_the_other_without_and_undo_brings_it_back():
    ledger = Ledger(2)
    first, second = ledger.entries
    ledger.record(first, "a", (finding(Severity.ERROR),))
    ledger.record(second, "a", ())
    ledger.pair(first, second, 95)
    ledger.splice(0, 1, 0)
    assert (second.mark, ledger.errors) == (OK, 0)
    ledger.undo()
    assert (second.mark, ledger.errors) == (TWIN, 1)
    ledger.redo()
    assert (second.mark, ledger.errors) == (OK, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 2))))
def test_undoing_everything_gives_the_first_ledger_back(changes):
    ledger = Ledger(4)
    before = list(ledger.entries)
    for entry in before[:2]:
        ledger.record(entry, "a", (finding(Severity.ERROR),))
    done = 0
    for index, removed, added in changes:
        at = min(index, len(ledger))
        ledger.splice(at, min(removed, len(ledger) - at), added)
        done += 1
        assert ledger.errors == sum(entry.errors for entry in ledger.entries)
    for _ in range(done):
        ledger.undo()
    assert ledger.entries == before
    assert ledger.errors == 2


def test_the_filter_reads_marks_codes_and_words():
    query = Query.read("err code:doc Loud twin text")
    assert query == Query(err=True, twin=True, codes=("DOC",), words=("loud", "text"))
    assert not Query.read("   ")


def test_every_part_of_a_filter_must_hold():
    ledger = Ledger(1)
    ledger.record(ledger[0], "add two numbers", (finding(Severity.ERROR),))

    def passes(text):
        return Query.read(text).matches(ledger[0], lambda: '{"output": "def ADD(a, b)"}')

    assert passes("err code:DOC005 def add numbers")
    assert not passes("err warn")
    assert not passes("code:TST")
    assert not passes("err subtract")
    assert not passes("ok")
