"""The report in the documentation is what the tool makes of a recorded run of the demo."""

from __future__ import annotations

import hashlib
import json

from curator.publish.report import make_report, markdown
from curator.train import read_run
from tests.publish.record_demo import PAGE, RECORDED


def test_the_page_is_what_the_tool_writes():
    report = make_report(read_run(RECORDED))

    assert PAGE.read_text("utf-8") == markdown(report, PAGE.with_suffix(".svg").name)
    assert PAGE.with_suffix(".svg").read_text("utf-8") == report.picture


def test_no_example_of_the_format_is_advised_where_a_test_failed():
    [one] = make_report(read_run(RECORDED)).sections[-1].parts
    advised = [line for line in one.splitlines() if "fails most" in line]

    assert not [line for line in advised if "Hidden asserts" in line or "Test passes" in line]


def test_the_record_is_that_of_a_run_that_ended_well():
    run = read_run(RECORDED)
    manifest = hashlib.sha256((RECORDED / "manifest.json").read_bytes()).hexdigest()

    assert run.status == "finished"
    assert manifest
    assert run.result is not None
    for path in (RECORDED / "evaluations").glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["adapter"] == run.result.adapter_sha256
    told = json.loads((RECORDED / "manifest.json").read_text("utf-8"))
    assert told["files"]["train.jsonl"] == run.record.hashes["train.jsonl"]
