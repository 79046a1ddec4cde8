"""What has to be right before the studio draws anything."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from curator.errors import ConfigError, CuratorError, InputError
from curator.settings import find_project
from curator.tui.keys import key_name, unknown_ids
from curator.tui.launch import check, launch
from tests.tui.helpers import THREE, project


def test_without_a_terminal_it_says_what_to_run_instead(tmp_path):
    with pytest.raises(CuratorError, match="needs a terminal") as caught:
        launch(project(tmp_path))
    assert "curator demo" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nowhere/mine.jsonl", None),
        ("array.json", b"[{}]"),
        ("wide.jsonl", '{"a"'.encode("utf-16")),
    ],
)
def test_a_file_that_cannot_be_opened_is_named_before_the_first_paint(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        check(project(tmp_path, THREE), tmp_path / name)


def test_a_file_that_is_not_there_yet_is_begun(tmp_path):
    where = project(tmp_path, THREE)
    check(where, tmp_path / "new.jsonl")
    assert not (tmp_path / "new.jsonl").exists()


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(InputError):
        check(project(tmp_path), tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    where = project(tmp_path)
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(InputError, match="not a file that can be edited"):
        check(where, tmp_path / "pipe.jsonl")


def test_settings_that_do_not_hold_together_are_named_before_the_first_paint(tmp_path):
    (tmp_path / "curator.toml").write_text('[lint]\nselect = ["NOPE9"]\n', "utf-8")
    with pytest.raises(ConfigError, match="NOPE9"):
        check(find_project(tmp_path), None)


def test_a_project_without_examples_may_be_opened(tmp_path):
    check(project(tmp_path, None), None)


def test_importing_the_launcher_costs_no_textual_and_no_mlx():
    code = (
        "import sys, curator.tui.launch;"
        "print([m for m in ('textual', 'mlx', 'mlx_lm', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_the_studio_costs_no_mlx():
    code = (
        "import sys, curator.tui.app, curator.tui.panes.author.pane;"
        "print([m for m in ('mlx', 'mlx_lm', 'transformers', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "written"),
    [("question_mark", "?"), ("ctrl+s", "ctrl+s"), ("upper_j", "J"), ("shift+f8", "shift+f8")],
)
def test_keys_are_written_as_people_say_them(name, written):
    assert key_name(name) == written


def test_ids_are_judged_only_where_their_room_is_known():
    assert unknown_ids(["author.new", "author.x", "mix.build"], ["author.new"]) == {"author.x"}
