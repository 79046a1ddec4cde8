"""Every rule against its own cases: what its page shows is what it does."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re

import pytest

from curator.errors import SandboxError
from curator.lint import Finding, Severity, all_rules, make_linter, rules
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, Case, parts
from curator.lint.pages import FAMILIES
from curator.lint.rule import RecordRule, RowRule, Rule, RunRule, SetRule
from curator.lint.testing import check_rule, row_of, said_of
from curator.sandbox import probe


def _sealed() -> bool:
    try:
        probe()
    except SandboxError:
        return False
    return True


SEALED = _sealed()


def ready(rule: Rule) -> None:
    if isinstance(rule, RunRule) and not SEALED:
        pytest.skip("there is no sandbox here")


def cases(attribute: str) -> list[object]:
    return [
        pytest.param(rule, case, id=f"{rule.code}-{number}")
        for rule in all_rules()
        for number, case in enumerate(getattr(rule, attribute), start=1)
    ]


_SAID: dict[tuple[str, int], list[Finding]] = {}


def said_once(rule: Rule, case: Case) -> list[Finding]:
    """What a rule says of a case of its own; some take seconds, and two tests ask."""
    key = (rule.code, id(case))
    if key not in _SAID:
        _SAID[key] = said_of(rule, case)
    return _SAID[key]


@pytest.mark.parametrize(("rule", "case"), cases("valid"))
def test_a_valid_case_is_left_alone(rule: Rule, case: Case):
    ready(rule)
    assert [finding.message for finding in said_of(rule, case)] == []


@pytest.mark.parametrize(("rule", "case"), cases("invalid"))
def test_an_invalid_case_is_found_and_told_in_a_sentence(rule: Rule, case: Case):
    ready(rule)
    said = said_once(rule, case)
    assert said
    for finding in said:
        assert not finding.crashed
        assert finding.message[0].isupper() or finding.message[0] in "`0123456789"
        assert finding.message.endswith(".")
        assert finding.message.count("`") % 2 == 0


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

    def test_has_one_scope(self, rule: Rule):
        scopes = (RowRule, RecordRule, SetRule, RunRule)
        assert sum(isinstance(rule, scope) for scope in scopes) == 1

    def test_says_how_safe_its_fix_is_if_it_has_one(self, rule: Rule):
        ready(rule)
        fixes = [f.fix for case in rule.invalid for f in said_once(rule, case) if f.fix]
        assert bool(fixes) == bool(rule.fix_safety)

    def test_its_options_have_meanings(self, rule: Rule):
        from curator.lint.pages import options_of

        assert all(option["meaning"].endswith(".") for option in options_of(rule))


def test_there_are_at_least_fifty_in_all_eight_families():
    assert len(all_rules()) >= 50
    assert {rule.code[:3] for rule in all_rules()} == set(FAMILIES)


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


def test_a_rule_that_misses_its_cases_is_told_which():
    from curator.lint.rules.cod009_bare_except import BareExcept

    class Deaf(BareExcept):
        def check(self, record):
            return iter(())

    class Loud(BareExcept):
        valid = BareExcept.invalid

    with pytest.raises(AssertionError, match="COD009 says nothing of the invalid"):
        check_rule(Deaf())
    with pytest.raises(AssertionError, match=r"COD009 says .* of the valid"):
        check_rule(Loud())
