"""One number of a recipe changes; every other byte stays."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.mix.recipe_text import change_source, edited

TEXT = """\
# head
name = "a" # name
[[source]]
path = "a.jsonl"
role = "curated"
repeat=3   # three times

[[ source ]] # base
role = "base"
path = "b.jsonl"

[split]
valid = 0.1
"""


def test_a_value_is_replaced_and_its_comment_stays():
    assert edited(TEXT, 0, "repeat", 5) == TEXT.replace("repeat=3 ", "repeat=5 ")


def test_a_new_key_goes_behind_the_last_of_its_table():
    assert edited(TEXT, 1, "limit", 9) == TEXT.replace('"b.jsonl"\n', '"b.jsonl"\nlimit = 9\n')


def test_a_key_is_taken_away():
    assert edited(TEXT, 0, "repeat", None) == TEXT.replace("repeat=3   # three times\n", "")


def test_a_key_that_is_not_there_cannot_be_taken_away():
    assert edited(TEXT, 1, "limit", None) == TEXT


def test_the_last_line_needs_no_line_feed():
    text = '[[source]]\npath = "a"\nrole = "base"'
    assert edited(text, 0, "repeat", 2) == text + "\nrepeat = 2\n"


def test_the_recipe_that_comes_back_is_the_one_in_the_file(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(TEXT)
    assert change_source(path, 1, "limit", 7).source[1].limit == 7
    assert "limit = 7" in path.read_text()


def test_a_recipe_of_inline_tables_is_left_alone(tmp_path):
    path = tmp_path / "recipe.toml"
    text = 'name = "a"\nsource = [{ path = "a", role = "base", repeat = 2 }]\n'
    path.write_text(text)
    with pytest.raises(ConfigError, match="cannot be changed from here"):
        change_source(path, 0, "repeat", 3)
    assert path.read_text() == text


def test_a_value_that_makes_no_sense_is_refused(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(TEXT)
    with pytest.raises(ConfigError, match="at least once"):
        change_source(path, 0, "repeat", 0)
    assert path.read_text() == TEXT


def test_a_role_is_a_string_and_line_ends_stay_as_they_are(tmp_path):
    path = tmp_path / "recipe.toml"
    text = 'name = "x"\n[[source]]\npath = "a.jsonl"\nrole = "base" # for now\n'
    path.write_bytes(text.replace("\n", "\r\n").encode())
    change_source(path, 0, "role", "curated")
    change_source(path, 0, "limit", 3)
    wanted = text.replace('"base"', '"curated"') + "limit = 3\n"
    assert path.read_bytes() == wanted.replace("\n", "\r\n").encode()
