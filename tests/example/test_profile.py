"""Profiles are data that is checked when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from curator.errors import ConfigError
from curator.example import load_profile
from curator.example.profile import builtin_profiles

SECTION = '[[section]]\nkey = "a"\ntitle = "A"\nrole = "solution"\ncode = "python"\n'


def write(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_built_in_profile_is_the_one_of_the_house():
    profile = load_profile()
    assert [profile.heading(spec) for spec in profile.section] == [
        *("### Solution", "### Usage", "### Sanity test"),
    ]
    assert profile.docstring.require == ("summary", "args", "returns")


@pytest.mark.parametrize("name", builtin_profiles())
def test_every_built_in_profile_holds_together(name: str):
    assert load_profile(name).name == name
    assert load_profile(name).summary


def test_a_profile_may_be_a_file(tmp_path: Path):
    profile = load_profile(write(tmp_path, f'name = "own"\nlevel = 2\n{SECTION}'))
    assert profile.heading(profile.section[0]) == "## A"


def test_titles_are_found_whatever_their_capitals_and_blanks():
    profile = load_profile()
    found = profile.by_title("  SANITY \t test ")
    assert found is not None
    assert found.key == "test"
    assert profile.by_title("Sanity-test") is None


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigError, match="runnable-first"):
        load_profile("runable-first")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "x"\nsection = []', "at least one"),
        (f'name = "x"\n{SECTION}{SECTION}', "share a key or a title"),
        (f'name = "x"\nlevel = 7\n{SECTION}', "levels 1 to 6"),
        (f'name = "x"\n{SECTION}'.replace('code = "python"\n', ""), "needs a `code`"),
        (f'name = "x"\n{SECTION}'.replace('"A"', '"A "'), "stray spaces"),
        (f'name = "x"\n{SECTION}[test]\nmin_asserts = -1', "cannot be negative"),
        (f'name = "x"\n{SECTION}[docstring]\nstyle = "gogle"', "Did you mean `google`"),
        (f'name = "x"\n{SECTION}titel = "B"', "Did you mean `title`"),
    ],
)
def test_a_profile_that_does_not_hold_together_says_why(tmp_path: Path, text: str, words: str):
    with pytest.raises(ConfigError, match=words) as caught:
        load_profile(write(tmp_path, text))
    assert caught.value.path == str(tmp_path / "own.toml")
