"""Lint says which rows are fit to train, and what is secret is written over first."""

from __future__ import annotations

import pytest

from curator.mix import GateSpec, RedactSpec, SplitSpec, Verdict, plan_mixture
from curator.mix.gate import redact_example, rules_version
from curator.settings import find_project
from curator.store import read_rows, shipped_examples

KEY = "AKIA" + "Z7QX2MNBV5KLP3TW"


@pytest.fixture
def planned(tmp_path, recipe):
    """Plan with the project that stands in this test's folder."""

    def make(*sources, **more):
        more.setdefault("split", SplitSpec(valid=0))
        return plan_mixture(recipe(*sources, **more), tmp_path, project=find_project(tmp_path))

    return make


def check_of(plan, code):
    return next((check for check in plan.checks if check.code == code), None)


def test_curated_rows_with_faults_stand_in_the_way_with_their_places(planned, write, row):
    write("mine.jsonl", [row(1), row(2)])

    check = check_of(planned(("mine.jsonl", "curated")), "lint")

    assert check.verdict is Verdict.ERROR
    assert "in 2 curated rows" in check.message
    assert any(place.startswith("mine.jsonl:1 SEC001 ") for place in check.evidence)


def test_clean_curated_rows_pass(planned, tmp_path):
    (tmp_path / "mine.jsonl").write_bytes(shipped_examples().read_bytes())

    check = check_of(planned(("mine.jsonl", "curated")), "lint")

    assert (check.verdict, check.evidence) == (Verdict.OK, ())


def test_base_rows_need_no_shape(planned, write, row):
    write("base.jsonl", [row(1), row(2)])

    plan = planned(("base.jsonl", "base"))

    assert len(plan.train) == 2
    assert check_of(plan, "lint") is None


def test_a_base_row_with_a_secret_is_left_out_where_it_is_not_written_over(planned, write, row):
    write("base.jsonl", [row(1), row(2, output=f"key = '{KEY}'")])

    plan = planned(("base.jsonl", "base"), redact=RedactSpec(secrets=False))

    [gone] = plan.removed
    assert (gone.row.line, gone.reason) == (2, "lint")
    assert gone.evidence.startswith("PRV001: ")
    assert KEY not in gone.evidence


def test_the_gate_can_be_opened(planned, write, row):
    write("mine.jsonl", [row(1)])

    plan = planned(("mine.jsonl", "curated"), lint=GateSpec(curated="off"))

    assert check_of(plan, "lint") is None


def test_the_project_says_which_rules_run(planned, write, row, tmp_path):
    write("mine.jsonl", [row(1)])
    (tmp_path / "curator.toml").write_text('[lint]\nselect = ["REC"]\n')

    assert check_of(planned(("mine.jsonl", "curated")), "lint").verdict is Verdict.OK


def test_the_project_may_leave_rules_out_for_a_path(planned, write, row, tmp_path):
    write("data/mine.jsonl", [row(1)])
    (tmp_path / "curator.toml").write_text(
        '[lint]\n[lint.per-path-ignores]\n"data/*" = ["SEC", "DOC", "TST", "COD", "TXT"]\n'
    )

    assert check_of(planned(("data/mine.jsonl", "curated")), "lint").verdict is Verdict.OK


def test_secrets_are_written_over_in_every_text_and_counted(planned, write, row):
    write("base.jsonl", [row(1), row(2, input=f"{KEY}", output=f"{KEY} and {KEY}")])

    plan = planned(("base.jsonl", "base"))

    texts = {one.line: one.example for one in plan.train}
    assert (texts[2].input, texts[2].output) == ("REDACTED", "REDACTED and REDACTED")
    [redaction] = plan.redactions
    assert (redaction.line, redaction.code, redaction.count) == (2, "PRV001", 3)
    assert "3 secrets in 1 row written over" in check_of(plan, "redacted").message


def test_rows_that_differ_in_a_secret_only_are_copies(planned, write, row):
    other = "AKIA" + "Y6PW3NLCU4JKM2SV"
    write("base.jsonl", [row(1, output=KEY), row(1, output=other)])

    [gone] = planned(("base.jsonl", "base")).removed

    assert gone.reason == "exact duplicate"


def test_private_data_stays_unless_asked_for(planned, write, row):
    write("base.jsonl", [row(1, output="Write to walter.faber@siemens.com at once.")])

    kept = planned(("base.jsonl", "base"))
    gone = planned(("base.jsonl", "base"), redact=RedactSpec(private=True))

    assert "walter.faber" in kept.train[0].example.output
    assert "walter.faber" not in gone.train[0].example.output


def test_redacting_again_changes_nothing(recipe):
    made = recipe(("a.jsonl", "base"), redact=RedactSpec(private=True))
    for found in read_rows(shipped_examples()):
        once = redact_example(found.example, made)
        assert redact_example(once, made) == once


def test_the_rules_have_a_version_that_a_manifest_can_name():
    assert len(rules_version()) == 16
    assert int(rules_version(), 16)
