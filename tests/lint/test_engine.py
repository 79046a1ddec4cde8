"""Which rules run, over what, and what comes out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from curator.errors import ConfigError, InputError
from curator.example import Example, Profile, load_profile
from curator.example.profile import DocstringSpec, TestSpec
from curator.lint import Finding, Severity, all_rules, find_rule, lint, make_linter
from curator.lint.case import parts

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data/custom/perfect_examples.jsonl"
ALPACA = ROOT.parent / "shared/data/code_alpaca_2k.json"


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


class TestChoosing:
    def test_all_rules_run_by_default(self):
        linter = make_linter()
        assert linter.rules == all_rules()
        scopes = (linter.row_rules, linter.record_rules, linter.set_rules, linter.run_rules)
        assert sum(map(len, scopes)) == len(all_rules())

    @pytest.mark.parametrize(
        ("select", "ignore", "chosen"),
        [
            (["DOC001"], [], {"DOC001"}),
            (["doc001", " SEC002 "], [], {"DOC001", "SEC002"}),
            (["TST00"], ["TST001"], {"TST002", "TST003", "TST004", "TST005"}),
            (["DOC00", "COD"], ["COD0", "DOC001"], {f"DOC00{n}" for n in range(2, 10)}),
            (["REC"], ["REC"], set()),
        ],
    )
    def test_codes_and_prefixes_choose(
        self, select: list[str], ignore: list[str], chosen: set[str]
    ):
        linter = make_linter(select=select, ignore=ignore)
        assert {rule.code for rule in linter.rules} == chosen

    @pytest.mark.parametrize("how", ["select", "ignore"])
    def test_an_unknown_code_is_met_with_a_suggestion(self, how: str):
        with pytest.raises(ConfigError, match="Did you mean DOC00"):
            make_linter(**{how: ["DOC0001"]})  # type: ignore[arg-type]

    def test_a_rule_is_found_by_code_or_name(self):
        assert find_rule("doc005") is find_rule("undocumented-argument")
        with pytest.raises(ConfigError, match="Did you mean no-assert"):
            find_rule("no-asert")
        with pytest.raises(ConfigError) as told:
            find_rule("tst")
        assert told.value.hint == "TST is a family: `curator rule --all` lists its rules."


class TestProfile:
    BAD = 'def f(a):\n    """\n    """\n\ndef g(a):\n    """G."""\n    return a\n'

    def run(self, **docstring: object) -> set[str]:
        good = load_profile()
        profile = Profile(
            name="own", section=good.section, docstring=DocstringSpec(**docstring), test=good.test
        )
        example = parts(solution=self.BAD, test="assert g(1) == 1").example
        assert example is not None
        return set(codes(list(make_linter(profile, ignore=["COD"]).example(example))))

    def test_decides_which_parts_of_a_docstring_are_asked_for(self):
        assert self.run() == {"DOC001", "DOC003", "DOC004"}
        assert self.run(require=("summary",)) == {"DOC001"}
        assert self.run(require=("args",)) == {"DOC001", "DOC003"}
        assert self.run(require=("returns",)) == {"DOC001", "DOC004"}
        assert self.run(require=()) == set()

    def test_decides_the_style_of_docstrings(self):
        numpy = (
            'def f(a):\n    """F.\n\n    Parameters\n    ----------\n'
            '    a : int\n        A.\n    """\n    print(a)'
        )
        example = parts(solution=numpy, usage="f(1)", test="assert f(1) is None").example
        assert example is not None
        profile = load_profile()
        other = Profile(name="n", section=profile.section, docstring=DocstringSpec(style="numpy"))
        assert codes(list(make_linter(profile).example(example))) == ["DOC003", "DOC013"]
        assert codes(list(make_linter(other).example(example))) == []

    def test_may_ask_for_no_assert(self):
        profile = load_profile()
        free = Profile(name="n", section=profile.section, test=TestSpec(min_asserts=0))
        example = parts(test="double(1)").example
        assert example is not None
        assert codes(list(make_linter(profile).example(example))) == ["TST001"]
        assert codes(list(make_linter(free).example(example))) == []


FACTORIAL = '''### Solution
{open}
def factorial(n):
    """
    Multiply all whole numbers up to a number.

    Args:
        n (int): The number, zero or more

    Returns:
        int: The product
    """
    return 1 if n == 0 else n * factorial(n - 1)
{close}
### Usage
{open}
print(factorial(5))  # Output: 120
{close}
### Sanity test
{open}
assert factorial(0) == 1
assert factorial(5) == 120
{close}'''


class TestFenceStyles:
    def test_a_fence_in_each_section_is_clean(self):
        text = FACTORIAL.format(open="\n```python", close="```\n")
        assert list(make_linter().example(Example.new("Write factorial.", "", text))) == []

    def test_one_fence_around_everything_is_read_as_well_and_mentioned(self):
        text = f"```python\n{FACTORIAL.format(open='', close='')}\n```"
        findings = list(make_linter().example(Example.new("Write factorial.", "", text)))
        assert [(f.code, f.severity) for f in findings] == [("SEC012", Severity.INFO)]
        fix = findings[0].fix
        assert fix is not None
        fixed = text[: fix.start] + fix.text + text[fix.end :]
        assert list(make_linter().example(Example.new("Write factorial.", "", fixed))) == []
        assert "    return 1 if n == 0" in fixed

    def test_faults_inside_one_fence_are_found_like_any_other(self):
        text = f"```python\n{FACTORIAL.format(open='', close='')}\n```"
        for old, new, code in (
            ("        n (int): The number, zero or more\n", "        m: The number\n", "DOC005"),
            ("### Usage", "Usage", "SEC001"),
            ("assert ", "", "TST001"),
            ("return 1 if", "return 1 of", "COD001"),
        ):
            broken = Example.new("Write factorial.", "", text.replace(old, new))
            assert code in codes(list(make_linter().example(broken)))

    def test_a_heading_inside_any_other_fence_does_not_count(self):
        text = FACTORIAL.format(open="\n```python", close="```\n")
        hidden = text.replace("### Usage\n\n```python\n", "```python\n### Usage\n")
        findings = list(make_linter().example(Example.new("Write factorial.", "", hidden)))
        # The usage is missing, and its code is a second block of the solution.
        assert codes(findings) == ["SEC001", "SEC014"]

    def test_what_the_fix_would_lose_is_not_fixed(self):
        whole = FACTORIAL.format(open="", close="")
        for text in (f"Hello.\n\n{whole}", whole.replace("### Usage", "### Usage\n\n### Usage")):
            wrapped = Example.new("Write factorial.", "", f"```python\n{text}\n```")
            (finding,) = make_linter(select=["SEC012"]).example(wrapped)
            assert finding.fix is None


class TestFiles:
    def test_each_finding_knows_its_file_line_and_example(self, tmp_path: Path):
        path = tmp_path / "rows.jsonl"
        good = parts().raw
        path.write_text(f'{good}\n\nbroken\n{{"id": 7, "instruction": "x"}}\n', encoding="utf-8")
        report = lint([path], make_linter(select=["REC"]))
        assert [(f.code, f.line, f.id, f.path) for f in report.findings] == [
            ("REC010", 2, None, str(path)),
            ("REC001", 3, None, str(path)),
            ("REC003", 4, "7", str(path)),
        ]
        assert (report.rows, report.files) == (3, 1)
        assert report.count(Severity.ERROR) == 2
        assert report.count(Severity.WARNING) == 1
        assert report.by_code() == {"REC010": 1, "REC001": 1, "REC003": 1}

    def test_a_path_that_cannot_be_read_is_an_error(self, tmp_path: Path):
        with pytest.raises(InputError):
            lint([tmp_path / "none.jsonl"])

    def test_a_finding_as_json_has_the_documented_keys(self):
        (finding,) = make_linter(select=["SEC012"]).example(
            Example.new("x", "", "```\n### Usage\n\nprint()\n```", id="a")
        )
        assert list(finding.to_json()) == [
            *("code", "name", "severity", "message", "path", "line", "id", "pointer"),
            *("start", "end", "fix"),
        ]
        assert finding.to_json()["severity"] == "info"


def test_what_ships_is_clean():
    report = lint([SHIPPED])
    assert report.rows >= 12
    assert [(f.line, f.code, f.message) for f in report.findings] == []


@pytest.mark.skipif(not ALPACA.exists(), reason="the real base data is not here")
def test_of_real_base_data_little_is_said_but_that_it_has_no_sections():
    report = lint([ALPACA])
    assert report.rows == 2017
    assert report.by_code()["SEC001"] == 3 * 2017
    assert {code[:3] for code in report.by_code()} <= {"SEC", "REC", "TXT", "PRV", "SET"}
    assert report.by_code()["TXT005"] < 600
    assert sum(n for code, n in report.by_code().items() if code[:3] == "PRV") < 12


def test_lint_starts_without_a_screen_a_trainer_or_a_parser_it_does_not_use():
    program = "import sys, curator.lint; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {"textual", "mlx", "mlx_lm", "transformers", "huggingface_hub", "numpy", "rapidfuzz"}
    heavy |= {"docstring_parser", "markdown_it", "rich", "asyncio"}
    assert not heavy & set(done.stdout.split())
