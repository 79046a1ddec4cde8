"""Mixing, checking and tracing from the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curator.mix.schema import schema_text
from curator.preflight import CODES
from curator.tiny import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("mixing") / "model")


@pytest.fixture
def built(curator, mixing, tmp_path):
    assert curator("mix", mixing, "--out", "out").code == 0
    return tmp_path / "out"


def test_the_rows_that_are_left_out_and_where_curated_rows_go_are_listed(curator, mixing, write):
    rows = [json.loads(line) for line in Path("mine.jsonl").read_text().splitlines()]
    write("mine.jsonl", [*rows, rows[0]])

    result = curator("mix", mixing, "--dry-run", "--rows")

    assert "mine.jsonl:5 left out: exact duplicate, mine.jsonl:1 stays." in result.out
    assert "mine.jsonl:1 good-0 → train × 2" in result.out


def test_as_json_every_removed_row_has_its_evidence_and_every_curated_one_its_destination(
    curator, mixing
):
    mixing.write_text(mixing.read_text().replace('role = "base"', 'role = "base"\nlimit = 5'))

    told = curator("mix", mixing, "--dry-run", "--format", "json").json

    assert len(told["removed"]) == 15
    assert all(one["evidence"] and one["role"] == "base" for one in told["removed"])
    assert [one["destination"] for one in told["destinations"]] == ["train × 2"] * 4
    assert told["base"]["exposures"] == pytest.approx(told["curated"]["exposures"] / 2, abs=1e-3)


def test_tokens_are_counted_with_a_model_that_is_named(curator, mixing, model):
    told = curator("mix", mixing, "--dry-run", "--format", "json", "--model", model).json

    assert 0 < told["tokens"]["curated_share"] < 1
    assert told["tokens"]["learned"] < told["tokens"]["total"]
    text = curator("mix", mixing, "--dry-run", "--model", model, "--max-seq-length", 150)
    assert "by tokens" in text.out
    assert "rows longer than 150 tokens" in text.out


def test_without_the_model_the_shares_are_of_characters_and_that_is_said(curator, mixing):
    result = curator("mix", mixing, "--dry-run")

    assert "by text" in result.out
    assert "Tokens were not counted" in result.err


def test_a_model_that_is_named_and_not_there_is_an_error(curator, mixing):
    result = curator("mix", mixing, "--dry-run", "--model", "./none")

    assert result.code == 2
    assert "no such model folder" in result.err


def test_a_check_that_is_none_is_refused_with_a_suggestion(curator, mixing):
    result = curator("mix", mixing, "--out", "out", "--allow", "exposure")

    assert result.code == 2
    assert "There is no check 'exposure'" in result.err
    assert "Did you mean 'exposures'?" in result.err
    assert not Path("out").exists()


def test_curated_rows_that_lint_faults_end_with_1_and_can_be_allowed(curator, mixing, write):
    write("mine.jsonl", [{"instruction": "Sort a list of numbers.", "output": "sorted(x)"}])

    result = curator("mix", mixing, "--out", "out")

    assert result.code == 1
    assert "mine.jsonl:1 SEC001" in result.out
    assert "--allow lint" in result.err
    assert curator("mix", mixing, "--out", "out", "--allow", "lint").code == 0


def test_the_schema_is_printed(curator):
    result = curator("mix", "--schema")

    assert (result.code, result.out) == (0, schema_text())


def test_no_recipe_is_asked_for(curator):
    result = curator("mix", "--dry-run")

    assert result.code == 2
    assert "no recipe" in result.err


def test_a_mixture_is_proven(curator, built):
    result = curator("mix", "--verify", built)

    assert (result.code, result.out) == (0, "")
    assert "Proven: 28 rows" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["recipe.toml", "--verify", "out"], "Give it alone"),
        (["--verify", "out", "--dry-run"], "Give it alone"),
        (["recipe.toml", "--dry-run", "--root", "."], "--root goes with --verify"),
    ],
)
def test_options_that_would_do_nothing_are_refused(curator, arguments, said):
    result = curator("mix", *arguments)

    assert result.code == 2
    assert said in result.err


def test_a_mixture_that_differs_ends_with_1_and_says_where(curator, built, write, good):
    write("mine.jsonl", [good(n) for n in (0, 1, 2, 5)])

    result = curator("mix", "--verify", built)
    told = curator("mix", "--verify", built, "--format", "json").json

    assert result.code == 1
    assert "✗ mine.jsonl: The source was changed" in result.out
    assert told["proven"] is False
    assert "mine.jsonl" in {one["where"] for one in told["differences"]}


def test_a_row_is_traced_to_its_line_and_back(curator, built):
    told = curator("trace", built, "1", "--format", "json").json
    back = curator("trace", built, f"{told['path']}:{told['line']}", "--format", "json").json

    assert told == back
    assert ("train", 1) in [(one["split"], one["row"]) for one in told["places"]]
    text = curator("trace", built, f"{told['path']}:{told['line']}")
    assert text.out.startswith(f"{told['path']}:{told['line']}  {told['role']}")
    assert "train:1" in text.out


def test_a_row_that_is_not_there_ends_with_2(curator, built):
    result = curator("trace", built, "train:99")

    assert result.code == 2
    assert "no row 99 in train, which has 27" in result.err


def test_check_tells_every_check_with_its_code(curator, built, model):
    result = curator("check", built, "--model", model, "--iters", 20, "--format", "json")

    codes = [check["code"] for check in result.json["checks"]]
    assert result.code == 0, result.json["checks"]
    assert codes == [code for code in CODES if code in codes]
    assert {"prompt-ids", "end-token", "memory", "exposures", "contamination"} <= set(codes)
    assert result.json["learned_tokens"] > 0
    assert "Nothing stands in the way of training on 27 rows" in result.err


def test_check_ends_with_1_where_something_stands_in_the_way(curator, built, model):
    cut = ("check", built, "--model", model, "--max-seq-length", 200)

    result = curator(*cut)

    assert result.code == 1
    assert "✗" in result.out
    assert "(too-long)" in result.out
    assert "(mine.jsonl:" in result.out
    assert "--allow too-long" in result.err
    assert curator(*cut, "--allow", "too-long").code == 0


def test_check_takes_a_spec_and_options_in_its_place(curator, built, model, tmp_path):
    (tmp_path / "spec.toml").write_text("epochs = 9\nbatch_size = 2\n")

    told = curator("check", built, "--model", model, "--spec", "spec.toml", "--iters", 3)

    assert "3 iterations × 2 rows" in told.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--allow", "too-log"], "Did you mean 'too-long'?"),
        (["--suite", "nothing"], "nothing"),
        (["--model", "./none"], "no such model folder"),
        (["--batch-size", "0"], "batch_size"),
    ],
)
def test_check_says_what_it_cannot_use(curator, built, model, arguments, said):
    result = curator("check", built, "--model", model, *arguments)

    assert result.code == 2
    assert said in result.err
