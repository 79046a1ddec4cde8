"""A rule held to its own cases: the test of every rule of the book, and of every project's own.

In a test of yours::

    from curator.lint.testing import check_rule
    from my_rules import NoShouting

    def test_no_shouting():
        check_rule(NoShouting())
"""

from __future__ import annotations

from curator.lint.batch import lint_batch
from curator.lint.case import Case
from curator.lint.collection import Collection
from curator.lint.finding import Finding
from curator.lint.linter import Linter, LinterSpec, with_options
from curator.lint.rule import Record, Rule, RunRule, SetRule
from curator.lint.scan import lint_set
from curator.store import Row
from curator.store.rows import row_from_bytes


def row_of(case: Case) -> Row:
    """Return the row that a case shows, as it would be read from a file."""
    return row_from_bytes(case.raw.encode("utf-8", "surrogateescape"), line=1, start=0)


def said_of(rule: Rule, case: Case) -> list[Finding]:
    """Return what one rule says about a case.

    Raises:
        SandboxError: The rule wants the case to run, and there is no sandbox here.
    """
    chosen = with_options(rule, case.options)
    spec = LinterSpec(profile=case.shape, held_out=case.held_out)
    linter = Linter(spec, (chosen,), {rule.code: rule.severity})
    if isinstance(chosen, SetRule):
        return _said_of_set(linter, case)
    if isinstance(chosen, RunRule):
        return _said_of_run(linter, case)
    row = row_of(case)
    return [
        linter.finding(one, hit, "", 1, None, crashed=crashed)
        for one, hit, crashed in linter.hits(row, bom=case.bom)
    ]


def check_rule(rule: Rule) -> None:
    """Make sure that a rule speaks of its invalid cases and of none of its valid ones.

    Raises:
        AssertionError: It does not; the message shows the case.
        SandboxError: The rule wants its cases to run, and there is no sandbox here.
    """
    for case in rule.valid:
        said = said_of(rule, case)
        if said:
            raise AssertionError(f"{rule.code} says {said[0].message!r} of the valid {case.raw}")
    for case in rule.invalid:
        said = said_of(rule, case)
        if not said:
            raise AssertionError(f"{rule.code} says nothing of the invalid {case.raw}")
        if said[0].crashed:
            raise AssertionError(f"{rule.code}: {said[0].message} {case.raw}")


def _said_of_set(linter: Linter, case: Case) -> list[Finding]:
    rows = [row_of(one) for one in (*case.others, case)]
    collection = Collection(case.held_out)
    collection.begin("")
    for facts in lint_batch(linter, rows).read_facts():
        collection.add(facts, facts.index + 1)
    return [one.at(linter, *collection.where(one.index)) for one in lint_set(linter, collection)]


def _said_of_run(linter: Linter, case: Case) -> list[Finding]:
    from curator.lint.execute import execute, program_of
    from curator.lint.running import run_hits
    from curator.sandbox import Limits

    if case.example is None:
        return []
    record = Record(case.example, linter.profile)
    program = program_of(case.example, linter.profile)
    [(_, execution)] = execute([program], Limits(seconds=3.0))
    return [
        linter.finding(one, hit, "", 1, case.example.id, crashed=crashed)
        for one, hit, crashed in run_hits(linter, record, execution)
    ]
