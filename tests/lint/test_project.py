"""What a project can say about its linter: severities, options, rules of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curator.errors import ConfigError
from curator.example import Example, load_profile
from curator.example.profile import builtin_profiles
from curator.lint import Severity, find_rule, make_linter
from curator.lint.book import project_rules
from curator.lint.project import project_ignores, project_linter
from curator.lint.testing import check_rule
from curator.settings import find_project
from tests.lint.rows import record
from tests.lint.test_scan import OWN_RULE


@pytest.fixture
def project(tmp_path: Path):
    def make(text: str):
        (tmp_path / "curator.toml").write_text(text, encoding="utf-8")
        return find_project(tmp_path)

    return make


def example(**changes: object) -> Example:
    return Example(record(1, **changes))


class TestSettings:
    def test_select_extend_and_ignore(self, project):
        linter = project_linter(
            project('[lint]\nselect = ["SEC"]\nextend-select = ["TST003"]\nignore = ["SEC01"]\n')
        )
        codes = {rule.code for rule in linter.rules}
        assert codes == {*(f"SEC00{n}" for n in range(1, 10)), "TST003"}
        assert {rule.code for rule in project_linter(project(""), select=["TST003"]).rules} == {
            "TST003"
        }

    def test_the_longest_prefix_decides_a_severity(self, project):
        linter = project_linter(project('[lint.severity]\nSEC = "info"\nSEC001 = "warning"\n'))
        assert linter.severities["SEC001"] is Severity.WARNING
        assert linter.severities["SEC002"] is Severity.INFO
        assert linter.severities["DOC001"] is Severity.ERROR

    def test_options_reach_their_rule(self, project):
        linter = project_linter(project("[lint.options.COD013]\nlength = 20\n"), select=["COD013"])
        assert list(linter.example(example()))
        assert not list(make_linter(select=["COD013"]).example(example()))

    def test_paths_may_be_left_out(self, project, tmp_path: Path):
        here = project('[lint.per-path-ignores]\n"data/raw/*" = ["SEC", "DOC001"]\n')
        assert project_ignores(here, str(tmp_path / "data/raw/x.jsonl")) == ("SEC", "DOC001")
        assert project_ignores(here, str(tmp_path / "data/x.jsonl")) == ()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('[lint]\nselect = ["SEK001"]\n', "Did you mean SEC001"),
            ('[lint]\nextend-select = ["DOK"]\n', "There is no rule"),
            ('[lint.severity]\nSEC999 = "info"\n', "Did you mean SEC0"),
            ("[lint.options.COD113]\nlength = 3\n", "Did you mean COD01"),
            ("[lint.options.COD013]\nlenght = 3\n", "Did you mean `length`"),
            ('[lint.options.COD013]\nlength = "long"\n', "COD013"),
            ('[lint]\nrules = ["none.py"]\n', "no such file of rules"),
        ],
    )
    def test_what_cannot_be_is_an_error_that_says_what_can(self, project, text: str, said: str):
        with pytest.raises(ConfigError, match=said):
            project_linter(project(text))


class TestOwnRules:
    def test_a_rule_of_the_project_runs_like_any_other(self, project, tmp_path: Path):
        (tmp_path / "own.py").write_text(OWN_RULE, encoding="utf-8")
        linter = project_linter(
            project('[lint]\nrules = ["own.py"]\n[lint.severity]\nOWN001 = "error"\n')
        )
        (said,) = linter.example(example(instruction="Polish the marble."))
        assert (said.code, said.severity) == ("OWN001", Severity.ERROR)
        suppressed = example(instruction="Polish the marble.", lint_ignore={"own001": "Once."})
        assert list(linter.example(suppressed)) == []

    def test_its_test_is_that_of_the_built_in_ones(self, tmp_path: Path):
        (tmp_path / "own.py").write_text(OWN_RULE, encoding="utf-8")
        (kind,) = project_rules(tmp_path / "own.py")
        check_rule(kind())
        assert find_rule("marble", [kind()]).code == "OWN001"

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("OWN001", "SEC001", "taken"),
            ('"marble"\n', '"missing-section"\n', "taken"),
            ("OWN001", "own1", "three to five capitals"),
            ("    why =", "    wry =", "has no `why`"),
            ("    def check", "    def chekc", "has no `check`"),
            ("class Marble", "class Marble(", "does not run"),
            ("import Severity", "import Gravity", "does not run"),
            ('    code = "OWN001"\n', "", "defines no rule"),
        ],
    )
    def test_a_file_that_does_not_hold_together_is_an_error(
        self, tmp_path: Path, old: str, new: str, said: str
    ):
        assert old in OWN_RULE
        (tmp_path / "own.py").write_text(OWN_RULE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigError, match=said):
            project_rules(tmp_path / "own.py")


class TestProfiles:
    def test_there_are_three(self):
        assert builtin_profiles() == ("numpy-docstrings", "runnable-first", "think-then-answer")

    def test_another_shape_is_another_judgement(self):
        said = list(make_linter(load_profile("think-then-answer")).example(example()))
        assert [(one.code, one.message) for one in said] == [
            ("SEC001", "The section `### Thinking` is missing.")
        ]
        said = list(make_linter(load_profile("numpy-docstrings")).example(example()))
        assert {one.code for one in said} == {"DOC003", "DOC004", "DOC013"}


def test_a_suppression_needs_its_reason():
    loud = {"output": "Doubling.\n\n" + str(record(1)["output"])}
    linter = make_linter()
    for ignore, codes in (
        ({"SEC010": "It belongs to the task."}, []),
        ({"sec010": "It belongs to the task."}, []),
        ({"SEC010": ""}, ["REC012", "SEC010"]),
        (["SEC010"], ["REC012", "SEC010"]),
    ):
        said = linter.example(example(**loud, lint_ignore=ignore))
        assert sorted(one.code for one in said) == codes, json.dumps(ignore)
