"""``curator init`` makes a project that works, and never writes over anything."""

from __future__ import annotations

import json
from pathlib import Path

from curator.mix import read_recipe
from curator.settings import find_project


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_makes_everything_and_says_so(curator, tmp_path):
    result = curator("init", "new")

    assert (result.code, result.out) == (0, "")
    made = tree(tmp_path / "new")
    assert sorted(made) == [
        *(".gitignore", "curator.toml", "data/custom/examples.jsonl", "data/raw/.gitkeep"),
        "recipe.toml",
    ]
    for name in made:
        assert f"made {name}" in result.err
    assert "cd new && curator lint data/custom/examples.jsonl" in result.err


def test_what_it_makes_holds_together(curator, tmp_path):
    curator("init")

    project = find_project(tmp_path)
    assert project.source == tmp_path / "curator.toml"
    assert project.path(project.settings.examples).is_file()
    assert read_recipe(tmp_path / "recipe.toml").name == "first"
    assert curator("lint", "data/custom/examples.jsonl").code == 0
    assert curator("mix", "recipe.toml", "--dry-run").code in (0, 1)


def test_a_second_time_changes_nothing(curator, tmp_path):
    curator("init")
    before = tree(tmp_path)

    result = curator("init")

    assert result.code == 0
    assert result.err == "This folder is a project already; nothing was changed.\n"
    assert tree(tmp_path) == before


def test_what_is_there_stays(curator, tmp_path, write):
    (tmp_path / "curator.toml").write_text('profile = "runnable-first"\n')
    (tmp_path / ".gitignore").write_bytes(b"*.log\n/runs/")
    write("data/custom/mine.jsonl", [{"instruction": "a"}])

    result = curator("init")

    assert result.code == 0
    assert (tmp_path / "curator.toml").read_text() == 'profile = "runnable-first"\n'
    assert not (tmp_path / "data/custom/examples.jsonl").exists()
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    made = ["/mixtures/", "/sweeps/", "/data/raw/*", "!/data/raw/.gitkeep"]
    assert lines == ["*.log", "/runs/", *made]


def test_a_link_that_leads_nowhere_is_left_alone(curator, tmp_path):
    (tmp_path / "curator.toml").symlink_to("elsewhere.toml")
    curator("init")
    assert (tmp_path / "curator.toml").is_symlink()
    assert not (tmp_path / "elsewhere.toml").exists()


def test_a_file_in_the_way_is_an_error(curator, tmp_path):
    (tmp_path / "data").write_text("a file")
    result = curator("init")
    assert result.code == 2
    assert "Cannot be made" in result.err
    assert (tmp_path / "data").read_text() == "a file"


def test_a_sample_of_base_rows_gives_the_recipe_validation_rows(curator, tmp_path):
    assert curator("init", "new", "--sample").code == 0
    recipe = read_recipe(tmp_path / "new" / "recipe.toml")
    assert [source.role for source in recipe.source] == ["curated", "base"]
    assert "data/raw/sample.jsonl" in tree(tmp_path / "new")
    dry = curator("mix", "new/recipe.toml", "--dry-run", "--format", "json")
    assert json.loads(dry.out)["valid"] > 0


def test_a_sample_can_come_later_and_changes_only_a_recipe_that_nobody_touched(curator, tmp_path):
    said = curator("init", ".").err
    assert "init --sample" in said
    assert "recipe.toml (with the base data)" in curator("init", "--sample").err
    assert len(read_recipe(tmp_path / "recipe.toml").source) == 2
    assert "nothing was changed" in curator("init", "--sample").err
    (tmp_path / "recipe.toml").write_text("# mine\n", "utf-8")
    curator("init", "--sample")
    assert (tmp_path / "recipe.toml").read_text("utf-8") == "# mine\n"
