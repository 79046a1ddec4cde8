"""What a project can say about its linter: severities, options, rules of its own."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from curator.errors import ConfigError
from curator.example import Example, load_profile
from curator.example import profile as profile_module
from curator.example.profile import builtin_profiles
from curator.lint import Severity, find_rule, make_linter
from curator.lint.book import project_rules
from curator.lint.linter import with_options
from curator.lint.project import project_ignores, project_linter
from curator.lint.testing import check_rule
from curator.settings import find_project
from tests.lint.rows import record
from tests.lint.test_scan import OWN_RULE

BUILT_IN = Path(profile_module.__file__).with_name("profiles")


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

    def test_a_code_ignored_for_a_path_must_be_one(self, project):
        with pytest.raises(ConfigError) as caught:
            project_linter(project('[lint]\nper-path-ignores = { "a*" = ["SEC", "SEX001"] }\n'))
        assert "SEX001" in caught.value.message
        assert "SEC001" in caught.value.hint
        chosen = '[lint]\nselect = ["DOC"]\nper-path-ignores = { "a*" = ["SEC001"] }\n'
        assert project_linter(project(chosen)).rules

    @pytest.mark.parametrize(
        ("code", "value"),
        [
            ("COD013", "length = -5"),
            ("SET002", "threshold = nan"),
            ("SET005", "threshold = 101"),
            ("SET006", "share = 7"),
            ("SET008", "least = -1"),
            ("TXT007", "tokens = -1"),
        ],
    )
    def test_an_option_has_a_value_that_means_something(self, project, code, value):
        with pytest.raises(ConfigError, match=f"Options of {code}"):
            project_linter(project(f"[lint.options.{code}]\n{value}\n"))

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
            ('[lint]\nignore = ["SEX"]\n', "Did you mean SEC\\?"),
            ('[lint]\nignore = ["no-assert"]\n', "no-assert, whose code is TST001"),
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

    def test_its_file_is_written_like_any_other_and_read_anew_each_time(self, tmp_path: Path):
        path = tmp_path / "own.py"
        text = "from __future__ import annotations\n" + OWN_RULE.replace(
            "class Marble",
            "from dataclasses import dataclass\n"
            "from curator.lint.rule import RuleOptions\n\n\n"
            "@dataclass\nclass Stone:\n    name: str\n\n\n"
            "class Options(RuleOptions, frozen=True):\n"
            '    """Options.\n\n    Attributes:\n        stones: Which.\n    """\n\n'
            "    stones: tuple[Stone, ...] = ()\n\n\nclass Marble",
        ).replace("    why =", "    options_type = Options\n    why =")
        for word in ("marble", "quartz"):
            path.write_text(text.replace("marble", word), encoding="utf-8")
            os.utime(path, (1_000_000_000, 1_000_000_000))
            (kind,) = project_rules(path)
            assert kind.name == word
            (stone,) = with_options(kind(), {"stones": [{"name": "basalt"}]}).options.stones
            assert stone.name == "basalt"
        assert list(tmp_path.iterdir()) == [path]

    def test_two_files_cannot_share_a_code(self, project, tmp_path: Path):
        for name in ("own.py", "other.py"):
            (tmp_path / name).write_text(OWN_RULE, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"other\.py: The rule `Marble` has the code OWN001"):
            project_linter(project('[lint]\nrules = ["own.py", "other.py"]\n'))

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
            ("Severity.WARNING", '"warning"', "`severity` that is no Severity"),
            ("    valid = (", "    valid = () and (", "at least one case in `valid`"),
            ("    invalid = (", '    invalid = ("x",) or (', "at least one case in `invalid`"),
            ("class Marble", "raise SystemExit('bye')\nclass Marble", "does not run: SystemExit"),
        ],
    )
    def test_a_file_that_does_not_hold_together_is_an_error(
        self, tmp_path: Path, old: str, new: str, said: str
    ):
        assert old in OWN_RULE
        (tmp_path / "own.py").write_text(OWN_RULE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigError, match=said):
            project_rules(tmp_path / "own.py")

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ('yield "shout"', "gave str"),
            ("yield Hit(3)", "a Hit is a message"),
            ('yield Hit("x", span=(0, 1))', "a Hit is a message"),
            ("raise SystemExit(0)", "SystemExit"),
            ("return 3", "TypeError"),
        ],
    )
    def test_whatever_a_rule_does_is_told_as_its_breakdown(
        self, project, tmp_path: Path, given: str, told: str
    ):
        before, check, _ = OWN_RULE.partition("    def check(self, record):\n")
        (tmp_path / "own.py").write_text(f"{before}{check}        {given}\n", encoding="utf-8")
        linter = project_linter(project('[lint]\nrules = ["own.py"]\n'))
        (said,) = linter.example(example())
        assert said.crashed
        assert told in said.message


class TestFilesInOptions:
    OPTIONS = '[lint.options.TXT007]\ntokenizer = "own.json"\n'

    def test_are_relative_to_the_project(self, project, tmp_path: Path):
        made = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
        made.pre_tokenizer = Whitespace()
        made.save(str(tmp_path / "own.json"))
        linter = project_linter(project(f"{self.OPTIONS}tokens = 5\n"))
        said = list(linter.example(example(instruction="one two three four")))
        assert "estimated" not in next(one.message for one in said if one.code == "TXT007")
        before = linter.fingerprint
        made.add_tokens(["two"])
        made.save(str(tmp_path / "own.json"))
        # The cache must not answer for another tokenizer.
        assert replace(linter).fingerprint != before

    def test_that_cannot_be_read_are_told_before_the_first_row(self, project):
        with pytest.raises(ConfigError, match="No tokenizer can be read here"):
            project_linter(project(self.OPTIONS))


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

    def test_a_line_may_be_as_long_as_the_profile_says(self, tmp_path: Path):
        text = (BUILT_IN / "runnable-first.toml").read_text("utf-8")
        own = tmp_path / "own.toml"
        own.write_text(text.replace("line_length = 100", "line_length = 20"), encoding="utf-8")
        said = list(make_linter(load_profile(str(own))).example(example()))
        assert {one.code for one in said} == {"COD013"}
        assert "20 are allowed" in said[0].message
        own.write_text(text, encoding="utf-8")
        assert list(make_linter(load_profile(str(own))).example(example())) == []


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
