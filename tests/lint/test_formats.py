"""Findings as text: each format is what its readers take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema

from curator.example import Example
from curator.lint import Finding, Severity, make_linter
from curator.lint.cache import Cache
from curator.lint.formats import FORMATS, Summary, Text
from curator.lint.formats.kept import Kept
from curator.lint.scan import Scan
from curator.lint.sources import source_of
from tests.lint.rows import record, write

SCHEMA = Path(__file__).parent / "schemas/sarif-2.1.0-rtm.5.json"
JUNIT = str(Path(__file__).parent / "schemas/junit-10.xsd")
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x9b2J\u202e[red]%0A::error::,\n"


def written(name: str, path: Path, *, color: bool = False, **options: object) -> str:
    linter = make_linter(**options)  # type: ignore[arg-type]
    scan, writer = Scan(linter), FORMATS[name](color=color)
    pieces = [writer.begin()]
    for findings in scan.findings([source_of(path)]):
        if findings:
            pieces.append(writer.some(findings, scan.raw_of))
    return "".join([*pieces, writer.end(Summary(scan.rows, (str(path),), linter.rules))])


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    good = record(1)
    return write(
        tmp_path / "bad.jsonl",
        [
            {**good, "output": good["output"].replace("### Usage", "### usage")},
            '{"instruction": "Add", "output": }',
            record(2, instruction="Write a function about 数字 marble,"),
            record(3, difficulty=1),
            record(1, output=record(9)["output"]),
        ],
    )


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    row = {HOSTILE: 1, "id": HOSTILE, "instruction": HOSTILE, "output": HOSTILE}
    return write(tmp_path / "ho,st:ile.jsonl", [row, "{" + HOSTILE.strip()])


@pytest.mark.parametrize("name", list(FORMATS))
class TestAll:
    def test_nothing_in_a_row_can_drive_a_terminal(self, name: str, hostile: Path):
        text = written(name, hostile)
        assert "SEC001" in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)

    def test_a_file_whose_name_is_no_text_can_be_told(self, name: str):
        found = list(make_linter().example(Example.new("Sort"), path="b\udcff.jsonl", line=1))
        writer = FORMATS[name](color=False)
        whole = writer.begin() + writer.some(found, lambda _: None)
        whole += writer.end(Summary(1, ("b\udcff.jsonl",), ()))
        told = "%FF" if name == "sarif" else "udcff" if "js" in name or name == "gitlab" else "DCFF"
        assert told in whole
        assert whole.isascii()

    def test_nothing_found_is_written_too(self, name: str, tmp_path: Path):
        text = written(name, write(tmp_path / "good.jsonl", [record(1)]))
        assert "SEC" not in text or name == "sarif"
        assert bool(text) == (name in ("json", "sarif", "gitlab", "junit"))


class TestText:
    def test_shows_the_line_with_carets_under_what_is_meant(self, bad: Path):
        text = written("text", bad, select=["SEC013", "REC001", "TXT002"])
        assert text == (
            f"{bad}:1: warning[SEC013] wrong-capitals: The title should be written `Usage`."
            "  [row-1]\n"
            "  --> output, line 16, column 1\n"
            "    |\n"
            " 16 | ### usage\n"
            "    | ^^^^^^^^^\n"
            "   = fix: Write ### Usage (--fix)\n\n"
            f"{bad}:2: error[REC001] invalid-json: Not valid JSON: Expecting value.\n"
            "  --> row, line 1, column 34\n"
            "   |\n"
            ' 1 | {"instruction": "Add", "output": }\n'
            "   |                                  ^\n\n"
            f"{bad}:3: warning[TXT002] unfinished-instruction: The instruction breaks off."
            "  [row-2]\n"
            "  --> instruction, line 1, column 33\n"
            "   |\n"
            " 1 | Write a function about 数字 marble,\n"
            f"   | {' ' * 34}^\n\n"
        )

    def test_a_long_line_is_cut_around_what_is_meant(self, tmp_path: Path):
        text = "x" * 300 + " jane.doe" + "@gmail.com " + "y" * 300
        path = write(tmp_path / "long.jsonl", [record(1, instruction=text)])
        shown = written("text", path, select=["PRV005"]).splitlines()
        assert len(shown[3]) < 120
        start, end = shown[4].index("^"), shown[4].rindex("^") + 1
        assert shown[3][start:end] == "jane.doe" + "@gmail.com"
        assert shown[3].startswith(" 1 | …")
        assert shown[3].endswith("…")

    def test_colours_are_there_when_asked_for(self, bad: Path):
        assert "\x1b[1;33m" in written("text", bad, color=True)
        assert "\x1b" not in written("text", bad)


class TestKept:
    @pytest.mark.parametrize("color", [False, True])
    def test_what_was_shown_before_is_shown_again_wherever_its_row_stands(
        self, bad: Path, hostile: Path, tmp_path: Path, monkeypatch, color: bool
    ):
        linter = make_linter()

        def shown(path: Path) -> str:
            scan = Scan(linter, cache=Cache(linter, [path], tmp_path / "cache"))
            kept = Kept(Text(color=color), Cache(linter, [path], tmp_path / "cache", kind="text"))
            found = scan.findings([source_of(path)])
            whole = "".join([kept.some(some, scan.raw_of, scan.key) for some in found])
            kept.save()
            return whole

        for path in (bad, hostile):
            assert shown(path) == written("text", path, color=color) != ""
        rows = bad.read_bytes()
        monkeypatch.setattr(Text, "_excerpt", lambda *_: pytest.fail("a row was drawn again"))
        assert "bad.jsonl:3" in shown(bad)
        bad.write_bytes(b"\n" + rows)
        monkeypatch.undo()
        assert shown(bad) == written("text", bad, color=color)

    def test_pieces_of_other_findings_are_not_taken_for_these(self, bad: Path, tmp_path: Path):
        linter = make_linter()
        path = tmp_path / "cache"
        scan = Scan(linter, cache=Cache(linter, [bad], path))
        found = next(iter(scan.findings([source_of(bad)])))
        cache = Cache(linter, [bad], path, kind="text")
        kept = Kept(Text(), cache)
        cache.put(b"few", b"\x91\xa1x")
        whole = Text().some(found, scan.raw_of)
        for key in (b"", b"few", b"few", b"new"):
            assert kept.some(found, scan.raw_of, key) == whole


def test_concise_is_one_line_a_finding(bad: Path):
    lines = written("concise", bad).splitlines()
    assert lines[0] == (
        f"{bad}:1 output[212:221] SEC013 [*] The title should be written `Usage`.  [row-1]"
    )
    assert len(lines) == len(json.loads(written("json", bad)))


def test_json_has_the_documented_keys_and_json_lines_the_same(bad: Path):
    findings = json.loads(written("json", bad))
    for one in findings:
        assert list(one) == [
            *("code", "name", "severity", "message", "path", "line", "id", "pointer"),
            *("start", "end", "fix"),
        ]
    assert [json.loads(x) for x in written("jsonl", bad).splitlines()] == findings


def test_github_commands_stay_within_their_line(bad: Path, hostile: Path):
    for path in (bad, hostile):
        for line in written("github", path).splitlines():
            assert re.fullmatch(
                r"::(error|warning|notice) file=[^,:]+,line=\d+,title=[A-Z]{3}\d{3} [a-z-]+::.+",
                line,
            )
    assert "ho%2Cst%3Aile.jsonl" in written("github", hostile)


def test_sarif_fits_its_schema(bad: Path, hostile: Path, tmp_path: Path):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.Draft4Validator(schema)
    empty = write(tmp_path / "good.jsonl", [record(1)])
    for path in (bad, hostile, empty):
        log = json.loads(written("sarif", path))
        assert [error.message for error in validator.iter_errors(log)] == []
        [run] = log["runs"]
        for result in run["results"]:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"version": "2.1.0", "runs": [{"results": []}]})


def test_gitlab_entries_are_whole_and_their_fingerprints_differ(bad: Path):
    entries = json.loads(written("gitlab", bad))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) > 3
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1


def test_a_fingerprint_does_not_move_with_its_row(bad: Path, tmp_path: Path):
    before = {entry["fingerprint"] for entry in json.loads(written("gitlab", bad, ignore=["SET"]))}
    bad.write_text(json.dumps(record(77)) + "\n" + bad.read_text("utf-8"), encoding="utf-8")
    after = {entry["fingerprint"] for entry in json.loads(written("gitlab", bad, ignore=["SET"]))}
    assert after == before


def test_junit_fits_the_schema_of_jenkins_and_counts_what_it_holds(
    bad: Path, hostile: Path, tmp_path: Path
):
    schema = xmlschema.XMLSchema(JUNIT)
    for path in (bad, hostile, write(tmp_path / "good.jsonl", [record(1)])):
        text = written("junit", path)
        assert [error.reason for error in schema.iter_errors(text)] == []
        root = ET.fromstring(text)
        for suite in root:
            assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
            assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(root.attrib["failures"]) == len(root.findall(".//failure"))
    assert not schema.is_valid("<testsuites><testsuite name='x'/></testsuites>")


def test_a_finding_of_severity_info_fails_no_junit_case(bad: Path):
    root = ET.fromstring(written("junit", bad, select=["REC011"]))
    assert root.findall(".//failure") == []
    assert "difficulty" in root.findall(".//system-out")[0].text


def test_severities_rise_in_rank():
    assert sorted(Severity, key=lambda one: one.rank) == ["error", "warning", "info"]
    assert Finding("A", "a", Severity.INFO, "m", "", 0, None, "", 0, 0).digest == ""
