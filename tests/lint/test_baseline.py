"""The baseline: what a project lives with for now, and what has gone stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from curator.errors import ConfigError
from curator.lint import Finding, make_linter
from curator.lint.baseline import Baseline, write_baseline
from curator.lint.scan import Scan
from curator.lint.sources import source_of
from tests.lint.rows import record, write


def found(path: Path) -> list[Finding]:
    linter = make_linter(ignore=["SET"])
    return [one for some in Scan(linter).findings([source_of(path)]) for one in some]


def kept(path: Path, file: Path) -> Baseline:
    baseline = Baseline(file)
    codes = baseline.judged(make_linter(), [path.name], running=False)
    entries = baseline.replaced([path.name], codes, [(path.name, one) for one in found(path)])
    write_baseline(file, entries)
    return Baseline(file)


def test_what_was_found_is_passed_over_and_what_is_new_is_not(tmp_path: Path):
    path = write(tmp_path / "rows.jsonl", [record(1, output="nothing"), "broken {", ""])
    baseline = kept(path, tmp_path / "base.json")
    assert len(found(path)) == 5
    assert not [one for one in found(path) if not baseline.known(one)]
    assert baseline.passed_over == 5
    write(path, [record(3), record(1, output="nothing"), "broken {", record(2, output="nothing")])
    baseline = Baseline(tmp_path / "base.json")
    assert {one.line for one in found(path) if not baseline.known(one)} == {4}


def test_each_entry_covers_as_many_as_it_counts(tmp_path: Path):
    path = write(tmp_path / "rows.jsonl", [record(1, output="nothing")])
    baseline = kept(path, tmp_path / "base.json")
    assert {entry.count for entry in baseline.entries} == {3}
    write(path, [record(1, output="nothing"), record(1, output="nothing")])
    assert len([one for one in found(path) if not baseline.known(one)]) == 3


def test_a_row_that_was_changed_is_told_again_and_its_entry_is_stale(tmp_path: Path):
    path = write(tmp_path / "rows.jsonl", [record(1, output="nothing")])
    kept(path, tmp_path / "base.json")
    write(path, [record(1, output="nothing at all")])
    baseline = Baseline(tmp_path / "base.json")
    assert len([one for one in found(path) if not baseline.known(one)]) == 3
    assert [entry.code for entry in baseline.stale(["rows.jsonl"], ["SEC001"])] == ["SEC001"]
    assert baseline.stale(["other.jsonl"], ["SEC001"]) == ()
    assert baseline.stale(["rows.jsonl"], ["DOC001"]) == ()


def test_entries_of_files_that_were_not_linted_are_kept(tmp_path: Path):
    one = write(tmp_path / "one.jsonl", [record(1, output="nothing")])
    two = write(tmp_path / "two.jsonl", [record(2, output="nothing")])
    kept(one, tmp_path / "base.json")
    baseline = kept(two, tmp_path / "base.json")
    assert [entry.path for entry in baseline.entries] == ["one.jsonl", "two.jsonl"]


def test_a_rule_that_broke_down_is_never_passed_over(tmp_path: Path):
    import msgspec

    path = write(tmp_path / "rows.jsonl", [record(1, output="nothing")])
    baseline = kept(path, tmp_path / "base.json")
    crash = msgspec.structs.replace(found(path)[0], crashed=True)
    assert not baseline.known(crash)


@pytest.mark.parametrize("text", ["", "[]", "{oh no", '{"version": 2, "entries": []}', "\xff"])
def test_a_file_that_is_no_baseline_is_an_error(tmp_path: Path, text: str):
    (tmp_path / "base.json").write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match="baseline"):
        Baseline(tmp_path / "base.json")
