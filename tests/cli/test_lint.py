"""`curator lint` as people, hooks and CI call it."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from curator.cli.watch import watched


@pytest.fixture
def bad(good, write):
    """A file whose second row has a heading in wrong capitals and a tag missing."""
    wrong = good(1)
    wrong["output"] = wrong["output"].replace("### Usage\n\n```python", "### usage\n\n```")
    return write("bad.jsonl", [good(0), wrong])


def codes(result):
    return [finding["code"] for finding in result.json]


class TestFaces:
    def test_text_shows_the_line_and_carets(self, curator, bad):
        result = curator("lint", bad)
        assert result.code == 1
        assert "bad.jsonl:2: warning[SEC013] wrong-capitals" in result.out
        assert " | ### usage\n" in result.out
        assert " | ^^^^^^^^^\n" in result.out
        assert "2 warnings in 2 rows in 1 file" in result.err
        assert "--fix mends 2." in result.err

    def test_text_is_the_same_warm_in_colours_and_beside_a_baseline(
        self, curator, good, write, monkeypatch
    ):
        monkeypatch.setattr("curator.cli.linting.SMALLEST", 0)
        row = {**good(1), "output": "nothing"}
        path = write("bad.jsonl", [good(0), row])
        first = curator("lint", path).out
        assert first.count("error[SEC001]") == 3
        assert curator("lint", path).out == first
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[1;31merror[SEC001]" in curator("lint", path).out
        monkeypatch.delenv("FORCE_COLOR")
        assert curator("lint", path).out == first
        curator("lint", path, "--add-baseline")
        write("bad.jsonl", [good(0), row, {**row, "output": "less"}])
        again = curator("lint", path).out
        assert "bad.jsonl:2:" not in again
        assert again.count("bad.jsonl:3: error[SEC001]") == 3

    @pytest.mark.parametrize("style", ["json", "sarif", "gitlab"])
    def test_json_documents_are_whole(self, curator, bad, style):
        assert json.loads(curator("lint", bad, "--format", style).out)

    def test_statistics_count_by_rule(self, curator, bad):
        result = curator("lint", bad, "--statistics")
        assert result.out.split() == [
            *("1", "SEC009", "warning", "[*]", "missing-language-tag"),
            *("1", "SEC013", "warning", "[*]", "wrong-capitals"),
        ]
        counted = curator("lint", bad, "--statistics", "--format", "json").json
        assert [(one["code"], one["count"], one["fixable"]) for one in counted] == [
            ("SEC009", 1, 1),
            ("SEC013", 1, 1),
        ]

    def test_standard_input_is_linted(self, spawn, bad):
        with bad.open("rb") as file:
            process = spawn("lint", "-", "--format", "concise", stdin=file)
            out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert b"<stdin>:2 " in out


class TestExitCodes:
    def test_findings_below_the_limit_do_not_fail(self, curator, bad):
        assert curator("lint", bad, "--fail-on", "error").code == 0
        assert curator("lint", bad, "--fail-on", "warning").code == 1
        assert curator("lint", bad, "--exit-zero").code == 0

    def test_a_rule_that_breaks_down_ends_with_2_and_the_rest_is_told(
        self, curator, bad, monkeypatch
    ):
        from curator.lint.rules.sec009_missing_language_tag import MissingLanguageTag

        monkeypatch.setattr(MissingLanguageTag, "check", lambda *_: 1 / 0)
        result = curator("lint", bad, "--format", "json", "--exit-zero")
        assert result.code == 2
        assert set(codes(result)) == {"SEC009", "SEC013"}
        assert "broke down 2 times" in result.err

    @pytest.mark.parametrize("option", ["--fix", "--diff", "--watch", "--run"])
    def test_what_standard_input_cannot_is_refused(self, curator, option):
        result = curator("lint", "-", option)
        assert result.code == 2
        assert "Standard input" in result.err


class TestFix:
    def test_fix_writes_the_file_and_reports_what_is_left(self, curator, bad, good):
        result = curator("lint", bad, "--fix")
        assert result.code == 0
        assert "Applied 2 fixes in 1 row." in result.err
        assert [json.loads(line) for line in bad.read_text().splitlines()] == [good(0), good(1)]

    def test_diff_shows_it_and_writes_nothing(self, curator, bad):
        before = bad.read_bytes()
        result = curator("lint", bad, "--diff")
        assert result.code == 1
        assert "-### usage\n+### Usage\n" in result.out
        assert bad.read_bytes() == before
        curator("lint", bad, "--fix")
        assert curator("lint", bad, "--diff").code == 0

    def test_diff_exits_with_0_where_that_is_asked_for(self, curator, bad):
        shown = curator("lint", bad, "--diff", "--exit-zero")
        assert shown.code == 0
        assert "+++" in shown.out

    def test_unsafe_fixes_are_asked_for(self, curator, good, write):
        path = write("bell.jsonl", [{**good(0), "instruction": "Ring the \x07 bell of it all."}])
        assert curator("lint", path, "--fix").code == 1
        assert curator("lint", path, "--fix", "--unsafe-fixes").code == 0
        assert "does nothing" in curator("lint", path, "--unsafe-fixes").err

    def test_an_array_is_not_fixed(self, curator, bad, tmp_path):
        path = tmp_path / "bad.json"
        path.write_text(json.dumps([json.loads(line) for line in bad.read_text().splitlines()]))
        result = curator("lint", path, "--fix")
        assert result.code == 2
        assert "JSON array" in result.err

    @pytest.mark.parametrize("option", ["--fix", "--diff"])
    def test_no_file_is_fixed_where_one_of_them_cannot_be(self, curator, bad, tmp_path, option):
        array = tmp_path / "bad.json"
        array.write_text(json.dumps([json.loads(line) for line in bad.read_text().splitlines()]))
        before = bad.read_bytes()
        result = curator("lint", bad, array, option)
        assert (result.code, result.out) == (2, "")
        assert "bad.json" in result.err
        assert bad.read_bytes() == before


class TestBaseline:
    def test_what_is_there_is_lived_with_until_it_changes(self, curator, bad, good, write):
        assert curator("lint", bad, "--add-baseline").code == 0
        result = curator("lint", bad)
        assert result.code == 0
        assert "2 findings passed over" in result.err
        assert curator("lint", bad, "--no-baseline").code == 1
        write("bad.jsonl", [good(0), good(1)])
        assert "stale" in curator("lint", bad).err
        assert "stale" not in curator("lint", bad, "--ignore", "SEC").err

    def test_what_was_not_asked_is_neither_stale_nor_dropped(self, curator, bad, good, write):
        copy = write("copy.jsonl", [good(0)])
        curator("lint", bad, copy, "--add-baseline")
        assert "stale" not in curator("lint", copy).err
        curator("lint", bad, "--select", "SEC013", "--add-baseline")
        curator("lint", copy, "--add-baseline")
        again = curator("lint", bad, copy)
        assert (again.code, "stale" in again.err) == (0, False)
        copy.unlink()
        assert "stale" not in curator("lint", bad).err
        write("copy.jsonl", [])
        assert "stale entries: SET001 in copy.jsonl" in curator("lint", bad, copy).err

    def test_what_only_running_shows_is_kept_without_running(self, curator, good, write, tmp_path):
        path = write("mine.jsonl", [good(0)])
        curator("lint", path, "--add-baseline")
        entry = {"path": "mine.jsonl", "code": "TST010", "hash": "0" * 64, "count": 1}
        base = tmp_path / ".curator-baseline.json"
        base.write_text(json.dumps({"version": 1, "entries": [entry]}))
        assert "stale" not in curator("lint", path).err
        curator("lint", path, "--add-baseline")
        assert json.loads(base.read_text())["entries"] == [entry]

    def test_a_broken_baseline_is_an_error(self, curator, bad, tmp_path):
        (tmp_path / ".curator-baseline.json").write_text("{")
        result = curator("lint", bad)
        assert result.code == 2
        assert "--add-baseline" in result.err


class TestSettings:
    def test_all_of_the_table_counts(self, curator, bad, tmp_path):
        (tmp_path / "curator.toml").write_text(
            '[lint]\nper-path-ignores = { "bad*" = ["SEC009"] }\n'
            'severity = { SEC013 = "error" }\n[lint.options.COD013]\nlength = 20\n'
        )
        result = curator("lint", "bad.jsonl", "--format", "json")
        assert set(codes(result)) == {"SEC013", "COD013"}
        assert result.json[-1]["code"] == "COD013" or result.json[0]["code"] == "COD013"
        assert {f["severity"] for f in result.json if f["code"] == "SEC013"} == {"error"}

    def test_examples_that_a_suite_asks_are_found(self, curator, good, write, tmp_path):
        (tmp_path / "held.toml").write_text(
            'name = "held"\n[[prompt]]\nid = "a"\n'
            f'instruction = "{good(1)["instruction"].upper()}"\n'
        )
        (tmp_path / "curator.toml").write_text('[lint]\nsuites = ["held.toml"]\n')
        path = write("mine.jsonl", [good(0), good(1)])
        result = curator("lint", path, "--format", "json")
        assert [(f["code"], f["line"]) for f in result.json] == [("SET005", 2)]


def test_run_tells_what_fails(curator, good, write):
    failing = good(1)
    failing["output"] = failing["output"].replace("(1) == 1", "(1) == 2")
    path = write("mine.jsonl", [good(0), failing])
    assert curator("lint", path).code == 0
    result = curator("lint", path, "--run", "--format", "json")
    if result.code == 2:
        pytest.skip("there is no sandbox here")
    assert [(f["code"], f["line"]) for f in result.json] == [("TST010", 2)]


def test_a_watch_works_again_when_a_file_changes_and_ends_when_told(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("")
    stop, seen = threading.Event(), []

    def work():
        seen.append(path.read_text())
        if len(seen) == 1:
            path.write_text("changed")
            os.utime(path, ns=(1, 1))
        else:
            stop.set()
        return len(seen)

    assert watched(lambda: [path], work, stop=stop, interval=0.01) == 2
    assert seen == ["", "changed"]


def test_a_watch_looks_at_files_that_the_settings_name_later(tmp_path):
    first, later = tmp_path / "a.jsonl", tmp_path / "rules.py"
    first.write_text("")
    later.write_text("")
    named, rounds = [first], []

    class Stop(threading.Event):
        waits = 0

        def wait(self, timeout=None):
            os.utime(later, ns=(1, 1))
            self.waits += 1
            if self.waits > 5:
                self.set()
            return self.is_set()

    stop = Stop()

    def work():
        rounds.append(len(named))
        if len(rounds) == 1:
            named.append(later)
        else:
            stop.set()
        return 0

    watched(lambda: list(named), work, stop=stop)
    assert rounds == [1, 2]


def test_a_watch_outlives_a_file_that_is_gone(tmp_path, capsys):
    from curator.errors import InputError

    stop, tried = threading.Event(), []

    def work():
        tried.append(1)
        stop.set()
        raise InputError("There is no such file.", path="gone.jsonl")

    assert watched(lambda: [tmp_path / "gone.jsonl"], work, stop=stop) == 2
    assert "gone.jsonl" in capsys.readouterr().err


def test_a_watch_sees_settings_change_as_well_and_ends_with_ctrl_c(spawn, bad, tmp_path):
    watching = spawn("lint", "bad.jsonl", "--watch", "--format", "concise")

    def wait_for(words: bytes) -> None:
        while words not in (line := watching.stderr.readline()):
            assert line, "it ended"

    wait_for(b"2 warnings in 2 rows")
    wait_for(b"Watching for changes")
    (tmp_path / "curator.toml").write_text('[lint]\nignore = ["SEC"]\n')
    wait_for(b"No findings in 2 rows")
    wait_for(b"Watching for changes")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=30) == 0


class TestPaths:
    def test_a_file_that_is_named_twice_is_read_once(self, curator, bad):
        result = curator("lint", bad, bad.name, f"./{bad.name}")
        assert "2 warnings in 2 rows in 1 file" in result.err
        assert curator("dupes", bad, bad.name).code == 0

    @pytest.mark.parametrize("command", ["lint", "dupes"])
    def test_an_empty_one_is_told(self, curator, command):
        result = curator(command, "")
        assert result.code == 2
        assert "A path is empty" in result.err


def test_what_a_baseline_cannot_hold_is_not_counted_as_written(curator, bad, monkeypatch):
    from curator.lint.rules.sec009_missing_language_tag import MissingLanguageTag

    monkeypatch.setattr(MissingLanguageTag, "check", lambda *_: 1 / 0)
    result = curator("lint", bad, "--add-baseline")
    assert result.code == 2
    assert "1 finding written" in result.err
    assert "broke down 2 times" in result.err
