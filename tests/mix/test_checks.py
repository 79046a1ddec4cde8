"""What a plan says about itself, with figures and a remedy."""

from __future__ import annotations

import pytest

from curator.mix import SplitSpec, Verdict, check_exposures, plan_mixture


@pytest.fixture
def checks(tmp_path, recipe):
    def of(*sources, **more):
        planned = plan_mixture(recipe(*sources, **more), tmp_path)
        return {check.code: check for check in planned.checks}

    return of


def test_a_plan_that_is_well_says_so_in_figures(checks, write, row):
    write("mine.jsonl", [row(n) for n in range(4)])
    write("base.jsonl", [row(n) for n in range(10, 30)])

    found = checks(("mine.jsonl", "curated", {"repeat": 2}), ("base.jsonl", "base"))

    assert {check.verdict for check in found.values()} == {Verdict.OK}
    assert found["curated-train"].message == "All 4 curated examples train."
    assert found["share"].message == ("Curated rows are 8 of 27 training rows (29.6%): 4 examples.")
    assert found["validation"].message == "Held out: 1 row."
    assert {check.remedy for check in found.values()} == {""}


def test_a_file_that_was_multiplied_is_told_by_how_much(checks, write, row):
    write("mine.jsonl", [row(n) for n in range(64)] * 3)

    found = checks(("mine.jsonl", "curated"))

    assert found["multiplied"].verdict is Verdict.WARN
    assert "These 192 rows are 64 examples 3 times." in found["multiplied"].message
    assert "repeat" in found["multiplied"].remedy


def test_a_file_with_a_copy_here_and_there_is_told_by_what_is_left(checks, write, row):
    write("mine.jsonl", [row(1), row(1), row(2), row(3), row(3), row(3)])

    assert (
        "6 rows are 3 different examples" in checks(("mine.jsonl", "curated"))["multiplied"].message
    )


def test_copies_in_the_base_are_told_and_are_no_fault(checks, write, row):
    write("base.jsonl", [row(1), row(1), row(2)])

    found = checks(("base.jsonl", "base"))["multiplied"]

    assert found.verdict is Verdict.OK
    assert "3 rows are 2 examples, 1 of them more than once, up to 2 times" in found.message


def test_a_small_share_is_a_warning_and_no_law(checks, write, row):
    write("mine.jsonl", [row(1)])
    write("base.jsonl", [row(n) for n in range(10, 110)])

    share = checks(("mine.jsonl", "curated"), ("base.jsonl", "base"))["share"]

    assert share.verdict is Verdict.WARN
    assert "1 of 99 training rows (1.0%): 1 example." in share.message


def test_curated_examples_that_do_not_train_are_an_error(checks, write, row):
    write("mine.jsonl", [row(n) for n in range(10)])

    found = checks(("mine.jsonl", "curated", {"limit": 6}))["curated-train"]

    assert found.verdict is Verdict.ERROR
    assert "6 of 10 curated examples train" in found.message


def test_a_mixture_without_curated_examples_is_a_warning(checks, write, row):
    write("base.jsonl", [row(n) for n in range(10)])

    assert checks(("base.jsonl", "base"))["curated-train"].verdict is Verdict.WARN


@pytest.mark.parametrize(("role", "verdict"), [("curated", Verdict.ERROR), ("base", Verdict.WARN)])
def test_rows_that_cannot_be_read_weigh_by_their_role(tmp_path, checks, role, verdict):
    (tmp_path / "a.jsonl").write_text('{"instruction": "a", "output": "b"}\n{oh\n')

    found = checks(("a.jsonl", role))["unreadable"]

    assert found.verdict is verdict
    assert "1 row cannot be read" in found.message
    assert "line 2" in found.message


def test_nothing_held_out_is_a_warning(checks, write, row):
    write("base.jsonl", [row(n) for n in range(10)])

    found = checks(("base.jsonl", "base"), split=SplitSpec(valid=0))["validation"]

    assert found.verdict is Verdict.WARN
    assert "No row is held out" in found.message


@pytest.fixture
def hundred(tmp_path, write, row, recipe):
    """100 training rows: 10 curated examples twice, and 80 base rows."""
    write("mine.jsonl", [row(n) for n in range(10)])
    write("base.jsonl", [row(n) for n in range(100, 180)])
    made = recipe(
        ("mine.jsonl", "curated", {"repeat": 2}),
        ("base.jsonl", "base"),
        split=SplitSpec(valid=0),
    )
    return plan_mixture(made, tmp_path)


@pytest.mark.parametrize(
    ("iters", "seen", "verdict"),
    [(10, 0.8, "warn"), (25, 2.0, "ok"), (50, 4.0, "ok"), (100, 8.0, "warn")],
)
def test_exposures_are_iterations_by_batch_by_share_by_example(hundred, iters, seen, verdict):
    check = check_exposures(hundred, iters=iters, batch_size=4)

    assert hundred.exposures(iters=iters, batch_size=4) == pytest.approx(seen)
    assert check.verdict == verdict
    assert f"{iters} iterations × 4 rows show each curated example {seen:.2f} times" in (
        check.message
    )


def test_too_few_iterations_are_answered_with_how_many_one_pass_takes(hundred):
    assert "takes 34 iterations" in check_exposures(hundred, iters=1, batch_size=3).remedy


def test_without_curated_examples_there_is_nothing_to_count(tmp_path, write, row, recipe):
    write("base.jsonl", [row(n) for n in range(5)])
    planned = plan_mixture(recipe(("base.jsonl", "base")), tmp_path)

    assert planned.exposures(iters=100, batch_size=4) == 0
    check = check_exposures(planned, iters=100, batch_size=8)
    assert check.verdict is Verdict.OK
    # A step takes no more rows than there are.
    assert check.message == "100 iterations × 4 rows show each base row 100.00 times on average."


def test_the_share_is_told_in_text_as_well_as_in_rows(tmp_path, write, row, recipe):
    write("mine.jsonl", [row(1, output="x" * 300)])
    write("base.jsonl", [row(n, output="y" * 100) for n in range(2, 5)])
    planned = plan_mixture(
        recipe(("mine.jsonl", "curated"), ("base.jsonl", "base"), split=SplitSpec(valid=0)),
        tmp_path,
    )

    assert planned.curated_share == 0.25
    assert planned.curated_text_share == 0.5
