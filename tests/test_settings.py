"""``curator.toml`` is found as git finds its folder, and without it everything has a default."""

from __future__ import annotations

from pathlib import Path

import pytest

from curator.errors import ConfigError
from curator.settings import SETTINGS_NAME, Settings, find_project

PROFILE = '[[section]]\nkey = "a"\ntitle = "A"\nrole = "solution"\ncode = "python"\n'


def write(folder: Path, text: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SETTINGS_NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_file_above_counts(tmp_path: Path):
    write(tmp_path, 'model = "outer"')
    source = write(tmp_path / "a", 'model = "inner"')
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    project = find_project(deep)
    assert (project.root, project.source) == (tmp_path / "a", source)
    assert project.settings.model == "inner"
    assert find_project(tmp_path).settings.model == "outer"


def test_a_file_stands_for_its_folder(tmp_path: Path):
    rows = tmp_path / "rows.jsonl"
    rows.write_bytes(b"")
    assert find_project(rows).root == tmp_path
    write(tmp_path)
    assert find_project(rows).source == tmp_path / SETTINGS_NAME


def test_without_a_file_the_folder_is_the_project(tmp_path: Path):
    project = find_project(tmp_path)
    assert (project.root, project.source, project.settings) == (tmp_path, None, Settings())
    assert project.profile.name == "runnable-first"


def test_a_folder_of_that_name_is_no_settings(tmp_path: Path):
    (tmp_path / SETTINGS_NAME).mkdir()
    assert find_project(tmp_path).source is None


def test_the_current_folder_is_where_the_search_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path, 'model = "here"')
    monkeypatch.chdir(tmp_path)
    assert find_project().settings.model == "here"


def test_paths_are_relative_to_the_project(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "deep").mkdir()
    project = find_project(tmp_path / "deep")
    assert project.path("data/x.jsonl") == tmp_path / "data" / "x.jsonl"
    assert project.path(str(tmp_path / "y")) == tmp_path / "y"
    assert project.path("~/z") == Path.home() / "z"


def test_a_profile_may_be_a_file_of_the_project(tmp_path: Path):
    write(tmp_path, 'profile = "own.toml"')
    (tmp_path / "own.toml").write_text(f'name = "own"\n{PROFILE}', encoding="utf-8")
    assert find_project(tmp_path).profile.name == "own"


def test_everything_can_be_set(tmp_path: Path):
    write(
        tmp_path,
        'examples = "e.jsonl"\nruns = "r"\n[lint]\nselect = ["DOC"]\nignore = ["DOC002"]\n'
        '[twins]\nthreshold = 90\n[keys]\n"author.save" = "ctrl+s"\n',
    )
    settings = find_project(tmp_path).settings
    assert settings.lint.select == ("DOC",)
    assert settings.twins.threshold == 90
    assert settings.keys == {"author.save": "ctrl+s"}
    assert (settings.examples, settings.runs) == ("e.jsonl", "r")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('modle = "x"', "Did you mean `model`"),
        ('[lint]\nselct = ["DOC"]', "Did you mean `select`"),
        ('[lint]\nselect = "DOC"', "`lint.select`: expected `array`"),
        ("[twins]\nthreshold = 101", "`twins.threshold`"),
        ("[twins]\nthreshold = -1", "`twins.threshold`"),
        ("[run]\ntimeout = inf", "`run.timeout`: expected `float` <= 86400"),
        ('profile = "x', "Not valid TOML"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(tmp_path: Path, text: str, words: str):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=words) as caught:
        find_project(tmp_path)
    assert caught.value.path == str(path)
