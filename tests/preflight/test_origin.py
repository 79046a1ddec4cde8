"""Checks that know where rows came from, and what they resemble."""

from __future__ import annotations

import json
import threading

import pytest

from curator.errors import CancelledError, InputError
from curator.mix import (
    HeldOut,
    Recipe,
    SourceSpec,
    SplitSpec,
    Verdict,
    plan_mixture,
    write_mixture,
)
from curator.preflight import CODES, held_out_prompts, preflight
from curator.train import TrainingSpec
from tests.preflight.conftest import talk

WORDS = ("walrus", "biscuit", "velvet", "marble", "copper", "juggler", "bamboo", "trumpet")


@pytest.fixture
def built(tmp_path):
    """A mixture of four curated examples and sixteen base rows."""

    def make(repeat=2, allow=(), **split):
        for name, start, count in (("mine", 0, 4), ("base", 100, 16)):
            rows = [
                {"instruction": f"{WORDS[n % 8]} {n**9:x} {WORDS[n % 7]}", "output": f"answer {n}"}
                for n in range(start, start + count)
            ]
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (tmp_path / f"{name}.jsonl").write_text(text)
        recipe = Recipe(
            name="any",
            source=(
                SourceSpec(path="mine.jsonl", role="curated", repeat=repeat),
                SourceSpec(path="base.jsonl", role="base"),
            ),
            split=SplitSpec(**{"valid": 0.2, **split}),
        )
        write_mixture(plan_mixture(recipe, tmp_path), tmp_path / "out", allow=allow)
        return tmp_path / "out"

    return make


def test_a_mixture_that_was_just_built_passes(built, look):
    checks = look(built(), iters=10)

    standing = [check for check in checks.values() if check.verdict is not Verdict.OK]
    assert standing == []
    assert set(checks) == set(CODES) - {"contamination"}
    assert [code for code in CODES if code in checks] == list(checks)


def test_a_folder_without_a_manifest_is_looked_at_all_the_same(put, look):
    checks = look(put([talk("a"), talk("b")]))

    assert checks["manifest"].verdict is Verdict.WARN
    assert "curated-missing" not in checks
    assert "too-long" in checks


def test_files_that_are_not_those_of_the_manifest_stand_in_the_way(built, look):
    folder = built()
    with (folder / "train.jsonl").open("a") as file:
        file.write(json.dumps(talk("one more")) + "\n")

    check = look(folder)["manifest"]

    assert check.verdict is Verdict.ERROR
    assert "train.jsonl is not the file" in check.message


def test_a_manifest_of_other_rows_stands_in_the_way(built, look):
    folder = built()
    path = folder / "manifest.json"
    written = json.loads(path.read_text())
    del written["rows"]["train"][3:]
    written["counts"]["train"] = 3
    path.write_text(json.dumps(written))

    check = look(folder)["manifest"]

    assert check.verdict is Verdict.ERROR
    assert "does not tell of every row" in check.message


def test_curated_rows_that_are_held_out_stand_in_the_way(built, look):
    folder = built(curated_in_valid="proportional", valid=0.6, allow=["curated-train"])

    check = look(folder)["curated-missing"]

    assert check.verdict is Verdict.ERROR
    assert all("is in valid" in place for place in check.evidence)


def test_curated_rows_with_nothing_to_learn_are_missing_too(built, look):
    check = look(built(), max_seq_length=20)["curated-missing"]

    assert "8 with nothing to learn" in check.message
    assert check.message.endswith("; 0 examples will.")


def test_an_example_is_counted_as_trained_only_where_its_rows_have_something_to_learn(built, look):
    folder = built()
    # The four prompts are of different lengths; the longest fills the sequence.
    mine = (folder.parent / "mine.jsonl").read_text()
    longest = max(len(json.loads(line)["instruction"]) for line in mine.splitlines())

    said = [
        look(folder, max_seq_length=limit)["curated-missing"].message
        for limit in range(longest, longest + 60)
    ]

    assert any(
        "(0 held out, 0 left out, 2 with nothing to learn); 3 examples will." in one for one in said
    )


@pytest.mark.parametrize(
    ("iters", "verdict", "seen"), [(2, "warn", "0.80"), (10, "ok", "4.00"), (20, "warn", "8.00")]
)
def test_exposures_are_told_for_the_training_at_hand(built, look, iters, verdict, seen):
    folder = built()
    assert len((folder / "train.jsonl").read_text().splitlines()) == 20

    check = look(folder, iters=iters)["exposures"]

    assert check.verdict == verdict
    assert f"each curated example {seen} times" in check.message


def test_epochs_and_accumulation_count_in_exposures(built, look):
    check = look(built(), iters=1, epochs=2.0, grad_accumulation=5)["exposures"]

    assert "2 iterations × 20 rows show each curated example 4.00 times" in check.message
    assert "each base row 2.00 times" in check.message


def test_a_held_out_row_that_trains_as_well_stands_in_the_way(put, look):
    check = look(put([talk("the same"), talk("another thing")], [talk("the same")]))["twins-across"]

    assert check.verdict is Verdict.ERROR
    assert "1 held-out row of 1 is like a training row at 90 or above, 1 of them the same" in (
        check.message
    )
    assert check.evidence == ("valid.jsonl:1 is 100 like train.jsonl:1",)


def test_a_held_out_row_that_is_like_one_that_trains_is_told(put, look):
    train = [talk("Write a function that reverses a list of numbers.")]
    test = [talk("Write a function that reverses a list of number.")]

    check = look(put(train, [], test))["twins-across"]

    assert check.verdict is Verdict.WARN
    assert check.evidence[0].startswith("test.jsonl:1 is 9")


def test_a_prompt_of_a_suite_that_was_trained_is_named(put, look):
    held = [
        HeldOut("exam", "factorial", "Write a function for the factorial of a number."),
        HeldOut("exam", "brackets", "Are the brackets of an expression balanced?"),
    ]

    check = look(put([talk("Write a function for the factorial of a number!")]), held_out=held)[
        "contamination"
    ]

    assert check.verdict is Verdict.WARN
    assert "1 prompt of 2 in exam resembles a training row" in check.message
    assert check.evidence[0].startswith("factorial is 9")
    assert look(put([talk("hm")]), held_out=held)["contamination"].verdict is Verdict.OK


def test_the_suites_that_come_along_are_asked_by_default():
    names = {one.suite for one in held_out_prompts()}

    assert names == {"runnable-first", "control", "tiny"}
    assert {one.suite for one in held_out_prompts(["control"])} == {"control"}


def test_a_suite_of_ones_own_is_read_from_the_recipes_folder(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\n[[prompt]]\nid = "a"\ninstruction = "Add."\ninput = "1 and 2"\n'
    )

    assert held_out_prompts(["mine.toml"], tmp_path) == [HeldOut("mine", "a", "Add.\n\n1 and 2")]


def test_a_check_can_be_let_stand_by_its_name(put, look):
    look(put([talk("a" * 100)]), max_seq_length=50)

    assert {check.code for check in look.last.standing()} == {"nothing-to-learn"}
    assert look.last.standing(["nothing-to-learn"]) == ()


def test_a_folder_that_is_no_mixture_is_told(tmp_path, look):
    with pytest.raises(InputError, match="no mixture"):
        look(tmp_path)


def test_a_preflight_that_was_stopped_has_no_result(put, model, tokens):
    cancel = threading.Event()
    cancel.set()

    with pytest.raises(CancelledError):
        preflight(
            put([talk("never counted before")]),
            TrainingSpec(model=str(model)),
            tokens=tokens,
            cancel=cancel,
        )
