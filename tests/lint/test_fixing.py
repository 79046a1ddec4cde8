"""Fixes: bounded, idempotent, written whole, and nothing else touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import ChangedOnDiskError, InputError
from curator.example import Example
from curator.lint import Safety, all_rules, make_linter
from curator.lint.finding import Edit, Fix
from curator.lint.fixing import ROUNDS, fix_example, fix_file
from curator.lint.rule import Hit, RecordRule
from curator.lint.testing import said_of
from tests.lint.rows import record, write

FIXABLE = [rule for rule in all_rules() if rule.fix_safety]


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
def test_after_its_fix_a_rule_is_silent(rule):
    for case in rule.invalid:
        fixes = [finding.fix for finding in said_of(rule, case) if finding.fix]
        if not fixes:
            continue
        linter = make_linter(case.shape, select=[rule.code])
        fixed = fix_example(case.example, linter, unsafe=True)
        assert fixed.codes
        left = [one for one in linter.example(fixed.example) if one.fix]
        assert left == []
        assert fix_example(fixed.example, linter, unsafe=True).codes == ()


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
def test_a_safe_fix_makes_nothing_worse(rule):
    for case in rule.invalid:
        linter = make_linter(case.shape)
        before = {one.code for one in linter.example(case.example)}
        after = fix_example(case.example, linter).example
        codes = {one.code for one in linter.example(after)}
        assert codes <= before or before == set()


def test_several_fixes_of_a_text_are_applied_together():
    output = record(1)["output"].replace("### Usage\n\n```python", "## usage\n\n```")
    fixed = fix_example(Example.new("Write it.", "", output), make_linter())
    assert fixed.example.output == record(1)["output"]
    # What SEC011 writes has the right capitals too, so nothing is left for SEC013.
    assert sorted(fixed.codes) == ["SEC009", "SEC011"]


def test_a_secret_is_taken_out_of_a_field_that_does_not_train():
    example = Example.new(**record(1), note="see https://joe:" + "hunter2secret@db.internal.net/x")
    fixed = fix_example(example, make_linter(select=["PRV"]), unsafe=True)
    assert fixed.codes == ("PRV004",)
    assert "hunter2" not in fixed.example.fields["note"]
    assert fixed.example.output == example.output


def test_an_unsafe_fix_is_applied_only_when_asked_for():
    example = Example.new("Ring the bell \x07 of it.", "", record(1)["output"])
    linter = make_linter(select=["REC007"])
    assert fix_example(example, linter).codes == ()
    assert fix_example(example, linter, unsafe=True).example.instruction == "Ring the bell  of it."


class Swapping(RecordRule):
    """A rule that never is content: it turns a to b and b to a."""

    code = "OWN001"
    name = "swapping"

    def check(self, record):
        text = record.example.output
        other = "b" if text == "a" else "a"
        yield Hit("Other.", fix=Fix("Swap", "/output", 0, len(text), other, Safety.SAFE))


class Growing(Swapping):
    """A rule whose fix makes room for itself."""

    def check(self, record):
        end = len(record.example.output)
        yield Hit("More.", fix=Fix("Add", "/output", end, end, "x", Safety.SAFE))


def test_fixes_that_undo_each_other_come_to_an_end():
    from curator.lint.finding import Severity
    from curator.lint.linter import Linter, LinterSpec

    spec = LinterSpec(profile=make_linter().profile)
    swap = Linter(spec, (Swapping(),), {"OWN001": Severity.INFO})
    assert fix_example(Example.new("Do it.", "", "a"), swap).example.output == "b"
    grow = Linter(spec, (Growing(),), {"OWN001": Severity.INFO})
    assert fix_example(Example.new("Do it.", "", ""), grow).example.output == "x" * ROUNDS


def test_edits_of_one_text_become_one_fix():
    fix = Fix.of(
        "Do", "0123456789", [Edit(7, 8, "x"), Edit(2, 4, ""), Edit(5, 5, "+")], Safety.SAFE
    )
    assert (fix.start, fix.end, fix.text) == (2, 8, "4+56x")


class TestFiles:
    def wrong(self, number: int) -> dict:
        good = record(number)
        return {**good, "output": good["output"].replace("### Usage", "### usage")}

    def test_other_lines_are_kept_byte_for_byte(self, tmp_path: Path):
        path = tmp_path / "rows.jsonl"
        odd = b'{ "output":"x" , "instruction" : "Keep \\u00e9 me." }\r\n'
        wrong = json.dumps(self.wrong(1)).encode()
        path.write_bytes(b"\xef\xbb\xbf" + odd + wrong + b"\r\nbroken {\n\n" + odd.strip())
        path.chmod(0o640)
        done = fix_file(path, make_linter(), {2})
        lines = path.read_bytes().split(b"\n")
        assert (done.rows, dict(done.codes)) == (1, {"SEC013": 1})
        assert lines[0] == b"\xef\xbb\xbf" + odd.rstrip(b"\n")
        assert json.loads(lines[1]) == record(1)
        assert lines[1].endswith(b"}\r")
        assert lines[2:] == [b"broken {", b"", odd.strip()]
        assert path.stat().st_mode & 0o777 == 0o640

    def test_nothing_is_written_where_nothing_changes(self, tmp_path: Path):
        path = write(tmp_path / "rows.jsonl", [self.wrong(1)])
        before = path.stat().st_mtime_ns
        seen: list[int] = []
        done = fix_file(
            path, make_linter(), {1}, write=False, seen=lambda line, *_: seen.append(line)
        )
        assert (done.rows, seen) == (1, [1])
        assert path.stat().st_mtime_ns == before

    def test_a_file_that_changed_meanwhile_is_left_alone(self, tmp_path: Path):
        path = write(tmp_path / "rows.jsonl", [self.wrong(1)])

        def meddle(*_: object) -> None:
            path.write_text("somebody's work\n", encoding="utf-8")
            os.utime(path, ns=(1, 1))

        with pytest.raises(ChangedOnDiskError):
            fix_file(path, make_linter(), {1}, seen=meddle)
        assert path.read_text("utf-8") == "somebody's work\n"
        assert [one.name for one in tmp_path.iterdir()] == ["rows.jsonl"]

    def test_an_array_is_refused(self, tmp_path: Path):
        path = tmp_path / "rows.json"
        path.write_text(json.dumps([self.wrong(1)]), encoding="utf-8")
        with pytest.raises(InputError, match="JSON array"):
            fix_file(path, make_linter(), {1})


PIECES = st.sampled_from(
    [
        *("### Solution\n", "## usage\n", "**Sanity test**\n", "```\n", "```python\n", "~~~\n"),
        *("import os\n", "\tx = 1 \n", "def f(a):\n", "    return a  \n", "“x”\n", "\r", "\x07"),
        *("jane" + "@doe.com ", "###Usage\n", "\n", " ", "é", "assert f(1)\n", "'''\n"),
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_whatever_the_answer_is_fixes_reach_an_end_and_stay_there(text: str):
    linter = make_linter()
    once = fix_example(Example.new("Do it.", "", text), linter, unsafe=True)
    again = fix_example(once.example, linter, unsafe=True)
    assert len(once.codes) < 200
    assert again.example.output == once.example.output or len(again.codes) < len(once.codes)
