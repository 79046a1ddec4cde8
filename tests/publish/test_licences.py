"""A licence is what its origin says; what nobody says is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curator.publish import bundle_files
from curator.publish.licences import (
    UNKNOWN,
    base_licence,
    file_licence,
    library_licences,
    recognise,
)
from curator.train import read_run

_MIT = "By Ann\n\nPermission is hereby granted,\nfree of charge, to any person obtaining a copy"
ROOT = Path(__file__).parents[2]


def with_model(run, model: str):
    path = run.folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "model": model}))
    (run.folder / "base.json").unlink(missing_ok=True)
    return read_run(run.folder)


@pytest.fixture
def local(run, tmp_path):
    folder = tmp_path / "models/base"
    folder.mkdir(parents=True)
    return with_model(run, str(folder)), folder


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        ("---\nlicense: apache-2.0\n---\n# A model", "apache-2.0"),
        ('---\ntags:\n- x\nlicense: "mit" # yes\n---\n', "mit"),
        ("---\nlicense: other\n---\n", UNKNOWN),
        ("license: apache-2.0\n", UNKNOWN),
        ("# No head\n", UNKNOWN),
    ],
)
def test_a_base_says_it_in_the_head_of_its_readme(local, readme, licence):
    run, folder = local
    (folder / "README.md").write_text(readme)

    found = base_licence(run)

    assert (found.name, found.licence) == ("base", licence)


def test_or_in_a_licence_file_beside_its_weights(local):
    run, folder = local
    (folder / "LICENSE.txt").write_text((ROOT / "LICENSE").read_text())

    assert base_licence(run).licence == "apache-2.0"


def test_or_on_the_hub_which_is_asked_once(run):
    run = with_model(run, "some/base")
    asked = []

    def ask(model):
        asked.append(model)
        return "llama3.2"

    assert base_licence(run).licence == UNKNOWN
    assert base_licence(run, ask).licence == "llama3.2"
    assert base_licence(run, ask).licence == "llama3.2"
    assert base_licence(run).source == "its page on the Hub"
    assert asked == ["some/base"]


def test_a_hub_that_does_not_know_is_asked_again(run):
    run = with_model(run, "some/base")

    assert base_licence(run, lambda _: UNKNOWN).licence == UNKNOWN
    assert base_licence(run, lambda _: "mit").licence == "mit"


def test_the_hub_itself_says_it(client, server, run):
    server.model("some/base").card = {"license": "apache-2.0"}

    assert client.model_licence("some/base") == "apache-2.0"
    assert client.model_licence("some/other") == UNKNOWN


def test_own_data_is_under_the_nearest_licence_file(tmp_path):
    data = tmp_path / "data/custom/mine.jsonl"
    data.parent.mkdir(parents=True)
    data.write_text("{}\n")
    assert not file_licence(data, tmp_path).known

    (tmp_path / "LICENSE").write_text((ROOT / "LICENSE").read_text())
    assert file_licence(data, tmp_path).licence == "apache-2.0"

    (data.parent / "LICENSE").write_text("Attribution 4.0 International\n")
    assert file_licence(data, tmp_path).licence == "cc-by-4.0"


def test_a_licence_above_the_project_is_somebody_elses(tmp_path):
    data = tmp_path / "project/mine.jsonl"
    data.parent.mkdir()
    (tmp_path / "LICENSE").write_text((ROOT / "LICENSE").read_text())

    assert not file_licence(data, tmp_path / "project").known


def test_libraries_say_it_in_their_metadata():
    found = {one.name: one for one in library_licences()}

    assert found["mlx-lm"].licence == "MIT"
    assert all(one.known and one.version for one in found.values())
    assert library_licences(["there-is-no-such-library"]) == ()


def test_what_nobody_says_stands_in_the_way_until_it_is_named(evaluated):
    (evaluated.folder / "base.json").unlink()

    [gate] = bundle_files(evaluated).standing
    allowed = bundle_files(evaluated, allow=["licences"])

    assert gate.code == "licences"
    assert "some/model (base model)" in gate.message
    assert not allowed.standing
    assert b"**licences**: Nobody says" in allowed.files["README.md"]
    assert b"\nlicense:" not in allowed.files["README.md"]


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n ... GNU Affero", "gpl-3.0"),
        (_MIT, "mit"),
        ("All rights reserved.", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_text_is_known_by_its_title_or_by_what_it_grants(text, licence):
    assert recognise(text) == licence
