"""Whole files: in one process or several, from the cache or anew, the findings are the same."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from curator.lint import Finding, lint, make_linter
from curator.lint.batch import batches
from curator.lint.cache import Cache, cache_folder
from curator.lint.collection import repeats
from curator.lint.linter import Linter, LinterSpec
from curator.lint.rules.cod009_bare_except import BareExcept
from curator.lint.scan import Scan
from curator.lint.sources import Source, ignored_for, source_of, stream_lines
from curator.lint.workers import Workers
from tests.lint.rows import record, write


def found(linter: Linter, *paths: Path, **options: object) -> list[Finding]:
    scan = Scan(linter, **options)  # type: ignore[arg-type]
    return [one for some in scan.findings([source_of(path) for path in paths]) for one in some]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """160 rows, of which every seventh is wrong in one of several ways."""
    rows: list[object] = []
    for number in range(160):
        good = record(number)
        wrong = (
            {**good, "output": good["output"].replace("### Usage", "### usage")},
            {**good, "output": good["output"].replace("number * 2", "numbr * 2")},
            json.dumps(good)[:-9],
            {**good, "id": "row-0"},
            {**good, "instruction": "Ask jane.doe" + "@gmail.com about it."},
        )
        rows.append(wrong[number // 7 % len(wrong)] if number % 7 == 3 else good)
    return write(tmp_path / "mixed.jsonl", rows)  # type: ignore[arg-type]


class TestParallel:
    @pytest.fixture(autouse=True)
    def started(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Have small batches linted elsewhere from the second on, and see that they are."""
        monkeypatch.setattr("curator.lint.batch._MOST", 20)
        monkeypatch.setattr("curator.lint.scan._LINTED_HERE", 0)
        counts: list[int] = []

        class Counted(Workers):
            def __init__(self, spec: LinterSpec, count: int) -> None:
                super().__init__(spec, count)
                counts.append(count)

        monkeypatch.setattr("curator.lint.workers.Workers", Counted)
        yield
        assert counts == [2]

    def test_several_processes_find_what_one_finds_in_the_same_order(self, mixed: Path):
        linter = make_linter()
        alone = found(linter, mixed)
        assert {one.code for one in alone} >= {"SEC013", "COD004", "REC001", "SET004", "PRV005"}
        assert found(linter, mixed, jobs=2) == alone
        assert list(lint([mixed]).findings) == alone

    def test_processes_are_ended_when_the_reader_stops_early(self, mixed: Path):
        import multiprocessing

        scan = Scan(make_linter(), jobs=2)
        findings = scan.findings([source_of(mixed)])
        next(findings)
        next(findings)
        assert multiprocessing.active_children() != []
        findings.close()
        assert multiprocessing.active_children() == []

    def test_another_process_makes_the_same_linter(self, mixed: Path, tmp_path: Path):
        own = tmp_path / "own.py"
        own.write_text(OWN_RULE, encoding="utf-8")
        linter = make_linter(
            select=["OWN", "COD013"],
            rules=[own],
            options={"COD013": {"length": 20}},
            severities={"COD": "error"},
        )
        alone = found(linter, mixed)
        assert {(one.code, str(one.severity)) for one in alone} == {
            ("OWN001", "warning"),
            ("COD013", "error"),
        }
        assert found(linter, mixed, jobs=2) == alone


OWN_RULE = '''"""A rule of a project."""
from curator.lint.case import case, asking
from curator.lint.finding import Severity
from curator.lint.rule import Hit, RecordRule


class Marble(RecordRule):
    """The instruction speaks of marble."""

    code = "OWN001"
    name = "marble"
    severity = Severity.WARNING
    why = "It is a rule for the sake of a test, and harms nobody."
    valid = (case(asking("Double it.")),)
    invalid = (case(asking("Polish the marble.")),)

    def check(self, record):
        if "marble" in record.example.instruction:
            yield Hit("Here is marble.", pointer="/instruction")
'''


class TestCache:
    @pytest.fixture
    def mixed(self, mixed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The same rows, in more and smaller batches."""
        monkeypatch.setattr("curator.lint.batch._MOST", 20)
        return mixed

    def test_a_second_run_lints_nothing_and_finds_the_same(
        self, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        linter = make_linter()
        first = found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache"))

        def fail(*_: object, **__: object) -> None:
            raise AssertionError("a row was linted again")

        monkeypatch.setattr("curator.lint.scan.lint_work", fail)
        monkeypatch.setattr("curator.lint.scan.lint_set", fail)
        assert found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache")) == first

    def test_a_row_more_at_the_top_leaves_most_batches_known(
        self, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("curator.lint.batch._CUT", 0x7)
        linter = make_linter(ignore=["SET"])
        found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache"))
        text = mixed.read_text("utf-8")
        mixed.write_text(json.dumps(record(999)) + "\n" + text, encoding="utf-8")
        again: list[int] = []
        from curator.lint import scan

        real = scan.lint_work
        monkeypatch.setattr(
            scan,
            "lint_work",
            lambda linter, rows, *, bom: again.append(len(rows)) or real(linter, rows, bom=bom),
        )
        after = found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache"))
        assert 0 < sum(again) < 80
        assert after == found(linter, mixed)

    def test_other_rules_profiles_and_options_are_another_cache(self, mixed: Path, tmp_path: Path):
        for linter in (
            make_linter(select=["SEC", "COD013"]),
            make_linter(select=["COD013"]),
            make_linter(select=["SEC", "COD013"], options={"COD013": {"length": 30}}),
            make_linter(select=["SEC", "COD013"], severities={"SEC": "info"}),
        ):
            cache = Cache(linter, [mixed], tmp_path / "cache")
            assert found(linter, mixed, cache=cache) == found(linter, mixed)

    def test_a_rule_that_broke_down_is_asked_again(
        self, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        linter = make_linter(select=["COD009"])
        with monkeypatch.context() as broken:
            broken.setattr(BareExcept, "check", break_down_once)
            scan = Scan(linter, cache=Cache(linter, [mixed], tmp_path / "cache"))
            first = [
                (any(one.crashed for one in some), scan.key)
                for some in scan.findings([source_of(mixed)])
            ]
        # What is shown of it is not kept either: that goes by the key.
        assert all(bool(key) is not crashed for crashed, key in first)
        assert {crashed for crashed, _ in first} == {True, False}
        again = found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache"))
        assert again == []

    def test_a_damaged_cache_counts_as_none(self, mixed: Path, tmp_path: Path):
        linter = make_linter(select=["SEC", "REC"])
        cache = Cache(linter, [mixed], tmp_path / "cache")
        first = found(linter, mixed, cache=cache)
        for damage in (b"", b"\xc1 no messagepack", cache.path.read_bytes()[:-9]):
            cache.path.write_bytes(damage)
            assert found(linter, mixed, cache=Cache(linter, [mixed], tmp_path / "cache")) == first

    def test_a_cache_that_cannot_be_written_is_no_error(self, mixed: Path, tmp_path: Path):
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        linter = make_linter(select=["SEC", "REC"])
        cache = Cache(linter, [mixed], tmp_path / "file")
        assert found(linter, mixed, cache=cache) == found(linter, mixed)

    def test_what_is_too_large_to_keep_is_not_held_either(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr("curator.lint.cache.LARGEST", 100)
        cache = Cache(make_linter(), [tmp_path / "a"], tmp_path / "cache")
        values = [bytes([65 + n]) * 60 for n in range(4)]
        for value in values:
            cache.put(value[:1], value)
        assert cache._new == {}
        cache.save()
        assert not cache.path.exists()

    def test_its_folder_is_the_users(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.delenv("CURATOR_CACHE_DIR", raising=False)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert cache_folder().is_relative_to(tmp_path) or os.uname().sysname == "Darwin"
        monkeypatch.setenv("CURATOR_CACHE_DIR", str(tmp_path / "own"))
        assert cache_folder() == tmp_path / "own"


class TestStreaming:
    def test_memory_does_not_grow_with_the_file(self):
        good = json.dumps(record(1)).encode()
        linter = make_linter(select=["REC"])

        def peak(rows: int) -> int:
            lines = (good.replace(b"row-1", b"row-%d" % n) for n in range(rows))
            source = Source("rows", stream_lines(lines))
            tracemalloc.start()
            for _ in Scan(linter).findings([source]):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        peak(300)
        few, many = peak(400), peak(2000)
        assert many < few * 1.5 + 200_000

    def test_rows_are_cut_by_their_content(self):
        rows = [(n, b"row %d" % n, False) for n in range(2000)]
        works = list(batches(0, iter(rows)))
        assert [line for work in works for line in work.lines] == list(range(2000))
        assert all(len(work.rows) <= 512 for work in works)
        shifted = list(batches(0, iter(rows[1:])))
        assert {work.key for work in works[1:]} & {work.key for work in shifted[1:]}

    def test_a_byte_order_mark_is_seen_in_either_layout(self, tmp_path: Path):
        row = json.dumps(record(1)).encode()
        for name, data in (("a.jsonl", row), ("a.json", b"[" + row + b"]")):
            for bom, codes in ((b"\xef\xbb\xbf", ["REC009"]), (b"", [])):
                (tmp_path / name).write_bytes(bom + data)
                said = found(make_linter(), tmp_path / name)
                assert [one.code for one in said] == codes, (name, bom)

    def test_an_array_is_read_like_lines(self, tmp_path: Path):
        bad = record(2, output="nothing")
        lines = write(tmp_path / "a.jsonl", [record(1), bad])
        array = tmp_path / "a.json"
        array.write_text(json.dumps([record(1), bad], indent=1), encoding="utf-8")
        in_lines, in_array = found(make_linter(), lines), found(make_linter(), array)
        assert [one.code for one in in_lines] == [one.code for one in in_array] != []
        assert in_array[0].line > 2
        assert [one.digest for one in in_lines] == [one.digest for one in in_array]


def break_down(_self, record):
    """Break down over some rows."""
    if "marble" in record.example.instruction:
        raise ZeroDivisionError("no \x1b[31mluck")
    yield from ()


def break_down_once(_self, record):
    """Break down over one row."""
    if record.example.id == "row-5":
        raise ZeroDivisionError("no luck")
    yield from ()


class TestBreakdown:
    def test_a_rule_that_breaks_down_is_told_with_its_row_and_the_run_goes_on(
        self, mixed: Path, monkeypatch: pytest.MonkeyPatch
    ):
        before = [one for one in found(make_linter(), mixed) if one.code != "COD009"]
        monkeypatch.setattr(BareExcept, "check", break_down)
        after = found(make_linter(), mixed)
        crashes = [one for one in after if one.crashed]
        assert {one.code for one in crashes} == {"COD009"}
        assert all("ZeroDivisionError" in one.message for one in crashes)
        assert all("\x1b" not in one.message for one in crashes)
        assert crashes[0].line > 0
        assert [one for one in after if not one.crashed] == before
        assert lint([mixed]).crashed

    def test_so_is_one_about_sets(self, mixed: Path, monkeypatch: pytest.MonkeyPatch):
        from curator.lint.rules.set001_exact_duplicate import ExactDuplicate

        monkeypatch.setattr(ExactDuplicate, "check", lambda *_: 1 / 0)
        crashes = [one for one in found(make_linter(), mixed) if one.crashed]
        assert [one.code for one in crashes] == ["SET001"]


class TestSets:
    def test_rows_of_several_files_are_one_set(self, tmp_path: Path):
        one = write(tmp_path / "one.jsonl", [record(1), record(2)])
        two = write(tmp_path / "two.jsonl", ["broken", record(2)])
        said = found(make_linter(select=["SET"]), one, two)
        assert [(s.code, s.path, s.line, s.id) for s in said] == [
            ("SET001", str(two), 2, "row-2"),
            ("SET004", str(two), 2, "row-2"),
        ]
        assert f"{one}:2" in said[0].message
        assert said[0].digest

    def test_a_row_may_suppress_what_is_said_of_it_in_the_set(self, tmp_path: Path):
        again = record(1, lint_ignore={"SET001": "On purpose.", "SET004": "On purpose."})
        path = write(tmp_path / "rows.jsonl", [record(1), again])
        assert found(make_linter(select=["SET"]), path) == []

    def test_repeats_are_found_alike_in_small_and_in_large_sets(
        self, monkeypatch: pytest.MonkeyPatch
    ):
        import random
        from array import array

        values = array("Q", random.Random(3).choices(range(50), k=400))
        small = list(repeats(values))
        monkeypatch.setattr("curator.lint.collection.FULL", 10)
        assert sorted(repeats(values)) == small

    def test_a_set_that_is_too_large_says_what_was_left_out(
        self, mixed: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("curator.lint.collection.FULL", 50)
        scan = Scan(make_linter(select=["SET"]))
        said = [one for some in scan.findings([source_of(mixed)]) for one in some]
        assert not any(one.code in ("SET002", "SET004") for one in said)
        (note,) = scan.notes
        assert note.startswith("SET002 and SET004 were left out: there are more than 50 rows.")

    def test_a_set_that_is_too_large_for_an_option_says_so_warm_as_well(
        self, mixed: Path, tmp_path: Path
    ):
        linter = make_linter(select=["SET"], options={"SET002": {"max-rows": 20}})
        for _ in range(2):
            scan = Scan(linter, cache=Cache(linter, [mixed], tmp_path))
            said = [one for some in scan.findings([source_of(mixed)]) for one in some]
            assert "SET004" in {one.code for one in said}
            assert [note.partition(":")[0] for note in scan.notes] == ["SET002 was left out"]


class TestIgnores:
    @pytest.mark.parametrize(
        ("pattern", "path", "matches"),
        [
            ("data/raw/*", "data/raw/a.jsonl", True),
            ("*.json", "data/raw/a.json", True),
            ("a.jsonl", "data/raw/a.jsonl", True),
            ("data/custom/*", "data/raw/a.jsonl", False),
        ],
    )
    def test_patterns_are_those_of_a_project(self, pattern: str, path: str, matches: bool):
        root = Path.cwd()
        assert ignored_for(path, {pattern: ["SEC"]}, root) == (("SEC",) if matches else ())
        absolute = str(root / path)
        assert ignored_for(absolute, {pattern: ["SEC"]}, root) == (("SEC",) if matches else ())

    def test_codes_are_left_out_of_one_file_and_not_of_another(self, tmp_path: Path):
        bad = record(1, output="nothing", id=None)
        one, two = (write(tmp_path / name, [bad]) for name in ("one.jsonl", "two.jsonl"))
        scan = Scan(make_linter(ignore=["REC"]))
        sources = [source_of(one, ["SEC", "SET"]), source_of(two, ["SEC"])]
        said = [finding for some in scan.findings(sources) for finding in some]
        assert [(s.code, s.path) for s in said] == [("SET001", str(two))]
