"""A mixture is proven against its sources, or what differs is named."""

from __future__ import annotations

import json

import pytest

from curator.errors import ConfigError
from curator.mix import SplitSpec, plan_mixture, verify_mixture, write_mixture

KEY = "AKIA" + "Z7QX2MNBV5KLP3TW"


@pytest.fixture
def built(tmp_path, write, row, recipe):
    """A mixture of three curated rows, one with a secret, and twenty base rows."""
    write("data/mine.jsonl", [row(1), row(2), row(3, output=KEY)])
    write("data/base.jsonl", [row(n) for n in range(10, 30)])
    made = recipe(
        ("data/mine.jsonl", "curated", {"repeat": 2}),
        ("data/base.jsonl", "base", {"limit": 15}),
        system_prompt="Be brief.",
        system_prompt_on="curated",
        split=SplitSpec(valid=0.2),
    )
    write_mixture(plan_mixture(made, tmp_path), tmp_path / "mixtures/one")
    return tmp_path / "mixtures/one"


def differences(folder, **more):
    return {one.where: one.message for one in verify_mixture(folder, **more).differences}


def test_what_was_just_built_is_proven(built, tmp_path):
    found = verify_mixture(built)

    assert found.proven
    assert (found.rows, found.sources, found.root) == (21, 2, tmp_path)


def test_a_source_that_was_edited_is_named_with_the_row(built, tmp_path):
    source = tmp_path / "data/mine.jsonl"
    source.write_text(source.read_text().replace("answer 1", "answer one"))

    found = differences(built)

    assert "changed" in found.pop("data/mine.jsonl")
    assert len(found) == 2
    assert all("data/mine.jsonl:1, holds another" in message for message in found.values())


def test_a_file_of_the_mixture_that_was_edited_is_named_with_the_row(built):
    train = built / "train.jsonl"
    lines = train.read_text().splitlines()
    row = json.loads(lines[4])
    row["messages"][-1]["content"] += "!"
    lines[4] = json.dumps(row)
    train.write_text("\n".join(lines) + "\n")

    found = differences(built)

    assert found["train.jsonl"] == "The file is not the one that was built."
    assert "It is not what" in found["train.jsonl:5"]


def test_a_curated_row_that_came_later_is_missed(built, tmp_path, row):
    with (tmp_path / "data/mine.jsonl").open("a") as file:
        file.write(json.dumps(row(7)) + "\n")

    assert differences(built)["data/mine.jsonl:4"] == "This curated row is not in the mixture."


def test_a_file_that_came_under_a_pattern_later_is_named(tmp_path, write, row, recipe):
    write("data/one.jsonl", [row(n) for n in range(9)])
    made = recipe(("data/*.jsonl", "base"))
    write_mixture(plan_mixture(made, tmp_path), tmp_path / "out")
    write("data/two.jsonl", [row(20)])

    assert "was not mixed" in differences(tmp_path / "out")["data/two.jsonl"]


@pytest.mark.parametrize("name", ["data/mine.jsonl", "data/base.jsonl"])
def test_a_source_that_is_gone_is_named(built, tmp_path, name):
    (tmp_path / name).unlink()

    assert "not there any more" in differences(built)[name]


def test_a_split_that_is_gone_is_named(built):
    (built / "valid.jsonl").unlink()

    assert differences(built) == {"valid.jsonl": "The file is missing."}


def test_a_manifest_whose_recipe_was_edited_is_told(built):
    manifest = built / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"seed": 7', '"seed": 8'))

    assert "recipe was changed" in differences(built)["manifest.json"]


def test_sources_elsewhere_need_a_root(built, tmp_path, tmp_path_factory, monkeypatch):
    far = tmp_path_factory.mktemp("far")
    built.rename(far / "one")
    monkeypatch.chdir(far)

    with pytest.raises(ConfigError, match="not found in any folder") as caught:
        verify_mixture(far / "one")

    assert "--root" in caught.value.hint
    assert verify_mixture(far / "one", root=tmp_path).proven


def test_sources_outside_the_recipes_folder_are_found_by_its_patterns(tmp_path, write, row, recipe):
    write("far/base.jsonl", [row(n) for n in range(9)])
    (tmp_path / "near").mkdir()
    made = recipe(("../far/*.jsonl", "base"))
    write_mixture(plan_mixture(made, tmp_path / "near"), tmp_path / "near/out")

    assert verify_mixture(tmp_path / "near/out", root=tmp_path / "near").proven


def test_files_of_one_name_outside_the_recipes_folder_are_told_apart(tmp_path, write, row, recipe):
    write("a/rows.jsonl", [row(n) for n in range(5)])
    write("b/rows.jsonl", [row(n) for n in range(20, 30)])
    (tmp_path / "near").mkdir()
    made = recipe(("../a/rows.jsonl", "curated"), ("../b/rows.jsonl", "base"))
    plan = plan_mixture(made, tmp_path / "near")
    write_mixture(plan, tmp_path / "near/out")

    assert [one.path for one in plan.sources] == ["../a/rows.jsonl", "../b/rows.jsonl"]
    assert verify_mixture(tmp_path / "near/out", root=tmp_path / "near").proven

    far = recipe(*((str(tmp_path / name / "rows.jsonl"), "base") for name in "ab"))
    named = [one.path for one in plan_mixture(far, tmp_path / "near").sources]
    assert named == ["rows.jsonl", "b/rows.jsonl"]
