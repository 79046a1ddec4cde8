"""A curated set goes out as it is, with a card that was read from it."""

from __future__ import annotations

import json

import pytest
from huggingface_hub import DatasetCard

from curator.errors import ConfigError
from curator.mix.fetch import fetch_file
from curator.publish import write_payload
from curator.publish.dataset import dataset_files
from curator.publish.hub import look, make_plan, publish
from curator.settings import find_project
from tests.tui.helpers import THREE

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def examples(tmp_path):
    path = tmp_path / "mine.jsonl"
    rows = [{**row, "tags": ["numbers", "easy"][: number + 1]} for number, row in enumerate(THREE)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "LICENSE").write_text(
        "MIT License\n\nPermission is hereby granted, free of charge"
        ", to any person obtaining a copy\n"
    )
    (tmp_path / "curator.toml").write_text("")
    return path


def bundled(path, **options):
    return dataset_files(path, find_project(path.parent), **options)


def card_of(bundle) -> DatasetCard:
    return DatasetCard(bundle.files["README.md"].decode())


def test_counts_tags_lint_and_provenance_are_in_the_card(examples):
    bundle = bundled(examples)
    card = card_of(bundle)

    assert (card.data.license, card.data.size_categories) == ("mit", ["n<1K"])
    assert card.data.configs == [{"config_name": "default", "data_files": "data/mine.jsonl"}]
    assert "3 examples, 3 different; 0 other rows." in card.text
    assert "| numbers | 3 |" in card.text
    assert "| easy | 2 |" in card.text
    assert "rule set `" in card.text
    assert bundle.facts.sha256 in card.text
    assert [gate.code for gate in bundle.gates] == ["lint", "licences", "secrets", "local-paths"]


def test_an_error_of_a_rule_stands_in_the_way(examples, tmp_path):
    examples.write_text(examples.read_text() + '{"instruction": "x"}\n{broken\n')

    bundle = bundled(examples)

    assert "lint" in {gate.code for gate in bundle.standing}
    with pytest.raises(ConfigError, match="errors in 4 examples"):
        write_payload(bundle, tmp_path / "out")
    assert b"**lint**" in bundled(examples, allow=["lint"]).files["README.md"]


def test_a_secret_in_a_row_stands_in_the_way_and_is_not_repeated(examples):
    token = "ghp_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU"
    row = {**THREE[0], "note": f"use {token}"}
    examples.write_text(examples.read_text() + json.dumps(row) + "\n")

    bundle = bundled(examples, allow=["lint"])

    [gate] = bundle.standing
    assert gate.code == "secrets"
    assert "mine.jsonl:4 (This looks like a GitHub token)" in gate.message
    assert token not in str(bundle.gates)


def test_a_secret_in_a_key_is_one_too(examples):
    token = "ghp_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU"
    examples.write_text(examples.read_text() + json.dumps({**THREE[0], "x": {token: 1}}) + "\n")

    assert "secrets" in {gate.code for gate in bundled(examples).standing}


@pytest.mark.parametrize(
    ("output", "clean"),
    [
        ("open('/srv/data/x.csv')", True),
        ("open('HOME/x.csv')", False),
        ("a line\nHOME/x.csv", False),
        ("HOMEless and xHOME/y", True),
    ],
)
def test_a_row_may_hold_paths_but_none_of_this_machine(examples, monkeypatch, output, clean):
    monkeypatch.setenv("HOME", "/people/ann")
    row = {**THREE[0], "output": output.replace("HOME", "/people/ann")}
    examples.write_text(json.dumps(row).replace("/", "\\/") + "\n")

    [gate] = [one for one in bundled(examples).gates if one.code == "local-paths"]

    assert gate.passed is clean
    assert clean or "mine.jsonl:1 holds a path" in gate.message
    assert "/people/ann" not in gate.public


@pytest.mark.parametrize(("tags", "count"), [(7, 2), ("numbers", 3), ([1, "numbers"], 3)])
def test_tags_may_be_anything(examples, tags, count):
    lines = [json.loads(line) for line in examples.read_text().splitlines()]
    lines[0]["tags"] = tags
    examples.write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert dict(bundled(examples).facts.tags) == {"numbers": count, "easy": 2}


def test_nobody_says_the_licence(examples, tmp_path):
    (tmp_path / "LICENSE").unlink()

    assert {gate.code for gate in bundled(examples).standing} == {"licences"}


def test_what_was_fetched_is_under_the_licence_of_its_note(tmp_path):
    (tmp_path / "curator.toml").write_text("")
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps(list(THREE)))
    fetched = fetch_file(rows, tmp_path / "data", licence="cc-by-4.0")

    bundle = bundled(fetched.path, allow=["lint"])

    assert card_of(bundle).data.license == "cc-by-4.0"
    assert "the note of" in card_of(bundle).text


@pytest.mark.parametrize(("name", "said"), [("x.csv", "JSON Lines"), ("x.jsonl", "no example")])
def test_what_is_no_set_of_examples_is_refused(tmp_path, name, said):
    (tmp_path / name).write_text("\n")
    with pytest.raises(ConfigError, match=said):
        bundled(tmp_path / name)


def test_it_goes_to_a_repository_of_datasets(client, server, examples):
    bundle = bundled(examples)

    published = publish(client, bundle, make_plan(bundle, look(client, "ann/mine", "dataset")))

    repo = server.repos[("dataset", "ann/mine")]
    assert repo.files["data/mine.jsonl"] == examples.read_bytes()
    assert published.url == f"{server.url}/datasets/ann/mine"
    assert repo.tags == {"v1.0.0": repo.head}
