"""`curator run`: what it prints, which code it ends with, and what it needs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from curator.example import Example, load_profile, render
from curator.sandbox import probe
from curator.store import encode

pytestmark = pytest.mark.skipif(not probe().sealed, reason="there is no sandbox here")

JUNIT = str(Path(__file__).parents[1] / "lint/schemas/junit-10.xsd")
SOLUTION = "def double(number):\n    return number * 2"


def example(name, *, solution=SOLUTION, usage="double(1)", test="assert double(2) == 4"):
    parts = {"solution": solution, "usage": usage, "test": test}
    return Example.new(id=name, instruction="Double.", output=render(parts, load_profile()))


GOOD = example("good", usage="print(double(4))  # Output: 8")
WRONG = example("wrong", test="assert double(1) == 2\nassert double(2) == 5")
VACUOUS = example("vacuous", test="double(1)\nassert True")
UNTRUE = example("untrue", usage="print(double(4))  # Output: 9")


@pytest.fixture
def rows(tmp_path):
    def write(*examples, name="mine.jsonl"):
        (tmp_path / name).write_bytes(b"".join(encode(one) + b"\n" for one in examples))
        return name

    return write


def test_examples_that_pass_end_with_0_and_say_nothing_on_stdout(curator, rows):
    result = curator("run", rows(GOOD))
    assert (result.code, result.out) == (0, "")
    assert "1 of 1 example passed." in result.err


def test_what_does_not_pass_is_named_with_its_line_and_reason(curator, rows):
    result = curator("run", rows(GOOD, WRONG))
    assert result.code == 1
    [line] = result.out.splitlines()
    assert line.startswith("✗ mine.jsonl:2 failed: Sanity test, line 2:")
    assert "[wrong]" in line


def test_an_error_in_the_solution_names_the_line_that_called_it(curator, rows):
    file = rows(example("wrong", usage="x = 1\ndouble(None)"))
    place = "Solution, line 2, called from Usage, line 2: TypeError"
    assert place in curator("run", file).out
    [[case]] = ET.fromstring(curator("run", file, "--format", "junit").out)
    assert case.find("failure").get("message").startswith(place)


def test_an_interrupt_keeps_what_was_done_and_ends_the_rest(tmp_path, rows):
    started = tmp_path / "started"
    loop = example("loop", test=f"open({str(started)!r}, 'w')\nwhile True:\n    double(1)")
    process = subprocess.Popen(
        # Without a sandbox, so that the program can tell this test that it has begun.
        [
            sys.executable,
            "-m",
            "curator",
            "run",
            rows(GOOD, GOOD, loop, GOOD),
            *["--jobs", "1", "--format", "json", "--unsafe-no-sandbox"],
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not started.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert [one["passed"] for one in json.loads(out)] == [True, True]
    assert "Stopped: 2 of 4 examples had run." in err


def test_a_test_that_says_nothing_is_vacuous_unless_nobody_asks(curator, rows):
    file = rows(VACUOUS)
    assert curator("run", file, "--format", "json").json[0]["status"] == "vacuous"
    assert curator("run", file, "--no-vacuous").code == 0


def test_usage_must_print_what_its_comment_promises(curator, rows):
    result = curator("run", rows(UNTRUE), "--format", "json")
    [one] = result.json
    assert (result.code, one["status"], one["passed"]) == (1, "failed", False)
    assert (one["section"], one["section_line"]) == ("Usage", 1)
    [comparison] = one["comparisons"]
    assert (comparison["expected"], comparison["actual"]) == ("9", "8\n")


def test_a_section_can_be_run_alone(curator, rows):
    assert curator("run", rows(UNTRUE), "--section", "test").code == 0
    assert curator("run", rows(WRONG), "--section", "usage").code == 0


def test_an_example_is_chosen_by_id_or_line(curator, rows):
    file = rows(GOOD, WRONG)
    assert curator("run", file, "--select", "good").code == 0
    assert curator("run", file, "--select", "2").code == 1
    missing = curator("run", file, "--select", "3")
    assert missing.code == 2
    assert "no example with the id or on the line '3'" in missing.err


def test_junit_counts_and_names_failures(curator, rows):
    result = curator("run", rows(GOOD, WRONG), "--format", "junit")
    [suite] = ET.fromstring(result.out)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    good, wrong = suite
    assert good.find("failure") is None
    assert wrong.find("failure").get("type") == "failed"
    assert wrong.find("failure").text.startswith("mine.jsonl:2: Sanity test, line 2: ")


def test_junit_fits_the_schema_of_jenkins(curator, rows):
    result = curator("run", rows(GOOD, WRONG, VACUOUS), "--format", "junit")
    assert [error.reason for error in xmlschema.XMLSchema(JUNIT).iter_errors(result.out)] == []


def test_time_runs_out_as_the_project_says(curator, rows, tmp_path):
    (tmp_path / "curator.toml").write_text("[run]\ntimeout = 0.5\n")
    loop = example("loop", test="while True:\n    double(1)\nassert True")
    result = curator("run", rows(loop), "--format", "json")
    assert result.json[0]["status"] == "timed out"


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "0"])
def test_a_time_that_is_none_is_refused_before_anything_runs(curator, rows, seconds):
    result = curator("run", rows(GOOD), "--timeout", seconds)
    assert (result.code, result.out) == (2, "")
    assert "'--timeout'" in result.err


def test_a_package_can_be_imported_where_the_project_names_its_environment(curator, rows, tmp_path):
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "env" / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (tmp_path / "env/pyvenv.cfg").write_text("home = /usr\n")
    (packages / "doubling.py").write_text("def twice(n):\n    return n * 2\n")
    uses = example(
        "uses", solution="from doubling import twice\n\n\ndef double(n):\n    return twice(n)"
    )
    file = rows(uses)
    assert curator("run", file).code == 1
    (tmp_path / "curator.toml").write_text('[run]\nvenv = "env"\n')
    assert curator("run", file).code == 0


def test_terminal_escapes_in_output_are_shown_and_not_sent(curator, rows):
    attack = example("attack", test="assert double(1) == 3, '\\x1b]52;c;aGk=\\x07[red]'")
    for form in ("text", "json", "junit"):
        result = curator("run", rows(attack), "--format", form)
        assert "\x1b" not in result.out + result.err
        assert "\x07" not in result.out + result.err


def test_without_a_sandbox_it_is_loud_and_only_on_request(curator, rows):
    result = curator("run", rows(GOOD), "--unsafe-no-sandbox", "--format", "json")
    assert result.code == 0
    assert "WITHOUT a sandbox" in result.err
    assert json.loads(result.out)[0]["sealed"] is False


def test_a_row_that_cannot_be_read_is_not_a_pass(curator, rows, tmp_path):
    (tmp_path / "mine.jsonl").write_bytes(encode(GOOD) + b"\n{broken\n")
    result = curator("run", "mine.jsonl")
    assert result.code == 1
    assert "1 row could not be read" in result.err
