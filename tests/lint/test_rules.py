"""Every rule against its own cases: what its page shows is what it does."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re

import pytest

from curator.lint import Severity, all_rules, make_linter, rules
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, Case, parts
from curator.lint.rule import RecordRule, RowRule, Rule
from curator.store import Row
from curator.store.rows import row_from_bytes

FAMILIES = {"REC", "SEC", "DOC", "COD", "TST", "TXT", "PRV", "SET"}


def row_of(case: Case) -> Row:
    return row_from_bytes(case.raw.encode("utf-8", "surrogateescape"), line=1, start=0)


def hits(rule: Rule, case: Case) -> list[str]:
    return [finding.message for finding in make_linter(select=[rule.code]).row(row_of(case))]


def cases(attribute: str) -> list[object]:
    return [
        pytest.param(rule, case, id=f"{rule.code}-{number}")
        for rule in all_rules()
        for number, case in enumerate(getattr(rule, attribute), start=1)
    ]


@pytest.mark.parametrize(("rule", "case"), cases("valid"))
def test_a_valid_case_is_left_alone(rule: Rule, case: Case):
    assert hits(rule, case) == []


@pytest.mark.parametrize(("rule", "case"), cases("invalid"))
def test_an_invalid_case_is_found(rule: Rule, case: Case):
    assert hits(rule, case) != []


@pytest.mark.parametrize(("rule", "case"), [*cases("valid"), *cases("invalid")])
def test_a_case_is_the_row_that_it_shows(rule: Rule, case: Case):
    assert row_of(case).example == case.example


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
class TestEachRule:
    def test_has_a_page(self, rule: Rule):
        summary = inspect.getdoc(type(rule)) or ""
        assert summary.split("\n")[0].endswith((".", ","))
        assert len(rule.why) > 40
        assert rule.why.endswith(".")
        assert rule.valid
        assert rule.invalid

    def test_is_in_the_file_of_its_code_and_name(self, rule: Rule):
        module = type(rule).__module__.rpartition(".")[2]
        assert module == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
        source = inspect.getdoc(importlib.import_module(type(rule).__module__)) or ""
        assert source.startswith(f"{rule.code}: ")

    def test_has_a_code_of_a_known_family(self, rule: Rule):
        assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
        assert rule.code[:3] in FAMILIES
        assert isinstance(rule.severity, Severity)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)

    def test_speaks_of_rows_or_of_records(self, rule: Rule):
        assert isinstance(rule, RowRule) != isinstance(rule, RecordRule)

    def test_says_how_safe_its_fix_is_if_it_has_one(self, rule: Rule):
        linter = make_linter(select=[rule.code])
        fixes = [f.fix for case in rule.invalid for f in linter.row(row_of(case)) if f.fix]
        assert bool(fixes) == bool(rule.fix_safety)

    def test_words_are_sentences_with_names_in_backticks(self, rule: Rule):
        for case in rule.invalid:
            for message in hits(rule, case):
                assert message[0].isupper() or message[0] == "`"
                assert message.endswith(".")
                assert message.count("`") % 2 == 0


def test_codes_and_names_are_unique():
    assert len({rule.code for rule in all_rules()}) == len(all_rules())
    assert len({rule.name for rule in all_rules()}) == len(all_rules())


def test_rules_come_in_the_order_of_their_codes():
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(codes)


def test_every_file_of_the_book_holds_one_rule():
    files = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    assert len(files) == len(all_rules())


def test_the_good_parts_that_cases_are_made_of_are_good():
    assert [f.message for f in make_linter().row(row_of(parts()))] == []
    scope: dict[str, object] = {}
    for source in (GOOD_SOLUTION, GOOD_USAGE.replace("print", "str"), GOOD_TEST):
        exec(compile(ast.parse(source), "good", "exec"), scope)
