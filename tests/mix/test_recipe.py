"""A recipe says what it means, or why it means nothing."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.mix import Recipe, SourceSpec, SplitSpec, read_recipe
from curator.mix.recipe import check_recipe, source_files, system_prompt_text

WHOLE = """
name = "runnable-first"
seed = 11
system_prompt = "Answer in three parts."
system_prompt_on = "curated"
[[source]]
path = "data/custom/*.jsonl"
role = "curated"
repeat = 3
[[source]]
path = "data/raw/base.json"
role = "base"
limit = 1000
sample = "head"
[dedup]
threshold = 92
[split]
valid = 0.05
test = 0.01
curated_in_valid = "proportional"
"""

SOURCE = '[[source]]\npath = "a.jsonl"\nrole = "base"\n'


@pytest.fixture
def read(tmp_path):
    def from_text(text: str | bytes) -> Recipe:
        path = tmp_path / "recipe.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_recipe(path)

    return from_text


def test_a_recipe_is_read_whole(read):
    recipe = read(WHOLE)

    assert (recipe.name, recipe.seed, recipe.system_prompt_on) == ("runnable-first", 11, "curated")
    assert recipe.source == (
        SourceSpec(path="data/custom/*.jsonl", role="curated", repeat=3),
        SourceSpec(path="data/raw/base.json", role="base", limit=1000, sample="head"),
    )
    assert recipe.dedup.threshold == 92
    assert recipe.split == SplitSpec(valid=0.05, test=0.01, curated_in_valid="proportional")


def test_a_name_and_a_source_are_enough(read):
    recipe = read('name = "a"\n' + SOURCE)

    assert (recipe.seed, recipe.dedup.threshold, recipe.split.valid) == (7, 90, 0.02)
    assert recipe.source[0].repeat == 1
    assert recipe.source[0].limit is None


def test_a_byte_order_mark_is_passed_over(read):
    assert read(b"\xef\xbb\xbf" + WHOLE.encode()).name == "runnable-first"


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ('name = "a"\nsede = 3\n' + SOURCE, "`sede`", "`seed`"),
        ('name = "a"\n' + SOURCE + "repaet = 3\n", "`repaet`", "`repeat`"),
        ('name = "a"\n' + SOURCE + "[split]\nvalidation = 0.1\n", "`validation`", "`valid`"),
    ],
)
def test_an_unknown_key_is_named_with_the_key_that_was_meant(read, text, key, near):
    with pytest.raises(ConfigError) as caught:
        read(text)

    assert key in caught.value.message
    assert near in caught.value.hint
    assert caught.value.path.endswith("recipe.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`name` is missing"),
        ('name = "a"\n', "`source` is missing"),
        ('name = "a"\nsource = []\n', r"at least one \[\[source\]\]"),
        ('name = " "\n' + SOURCE, "`name`"),
        ('name = "../up"\n' + SOURCE, "`name`"),
        ('name = ".."\n' + SOURCE, "`name`"),
        ('name = "a\\nb"\n' + SOURCE, "`name`"),
        ('name = "a"\n' + SOURCE + "repeat = 0\n", "Source 1: `repeat` is 0"),
        ('name = "a"\n' + SOURCE + "repeat = 1000000000\n", "must be 10,000 or less"),
        ('name = "a"\n' + SOURCE + SOURCE + "limit = 0\n", "Source 2: `limit` is 0"),
        ('name = "a"\n' + SOURCE + 'limit = "all"\n', "limit"),
        ('name = "a"\n' + SOURCE.replace('"base"', '"basic"'), "basic"),
        ('name = "a"\n' + SOURCE + "[dedup]\nthreshold = 101\n", "0 to 100"),
        ('name = "a"\n' + SOURCE + "[dedup]\nthreshold = nan\n", "0 to 100"),
        ('name = "a"\n' + SOURCE + "[split]\nvalid = 1.0\n", "below 1"),
        ('name = "a"\n' + SOURCE + "[split]\nvalid = 0.6\ntest = 0.4\n", "below 1"),
        ('name = "a"\n' + SOURCE + "[split]\nvalid = -0.1\n", "below 1"),
        ('name = "a"\n' + SOURCE + "[split]\nvalid = nan\n", "below 1"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(read, text, message):
    with pytest.raises(ConfigError, match=message):
        read(text)


def test_a_file_that_is_not_toml_says_where_it_breaks(read):
    with pytest.raises(ConfigError, match=r"Not valid TOML: .*line 1"):
        read("name: runnable-first\n")


def test_a_file_of_another_encoding_says_so(read):
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        read(WHOLE.encode("utf-16"))

    assert "UTF-8" in caught.value.hint


def test_a_missing_file_says_what_was_expected(tmp_path):
    with pytest.raises(ConfigError, match="a recipe was expected"):
        read_recipe(tmp_path / "none.toml")


def test_a_folder_is_no_recipe(tmp_path):
    with pytest.raises(ConfigError, match="is a folder, not a recipe"):
        read_recipe(tmp_path)


def files_of(path, root):
    return [
        found.relative_to(root).as_posix()
        for found in source_files(SourceSpec(path=path, role="base"), root)
    ]


def test_a_pattern_names_files_in_order_and_passes_folders_over(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.jsonl").mkdir()

    assert files_of("*.jsonl", tmp_path) == ["a.jsonl", "b.jsonl"]


def test_two_stars_reach_into_folders(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.jsonl").touch()

    assert files_of("**/*.jsonl", tmp_path) == ["deep/er/a.jsonl"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "rows[1].jsonl").touch()

    assert files_of("rows[1].jsonl", tmp_path) == ["rows[1].jsonl"]


def test_an_absolute_path_and_an_absolute_pattern_are_read_as_they_are(tmp_path):
    (tmp_path / "a.jsonl").touch()

    for path in ("a.jsonl", "*.jsonl"):
        spec = SourceSpec(path=str(tmp_path / path), role="base")
        assert source_files(spec, tmp_path / "elsewhere") == (tmp_path / "a.jsonl",)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.jsonl", "names no file"),
        ("*.jsonl", "names no file"),
        ("", "is a folder"),
        (".", "is a folder"),
        ("a**b.jsonl", "is no path|names no file"),
        ("~nobody-of-that-name/a.jsonl", "is no path|names no file"),
        ("a\0*.jsonl", "is no path|names no file"),
    ],
)
def test_a_source_that_names_no_file_is_told_by_its_name(tmp_path, path, message):
    with pytest.raises(ConfigError, match=message) as caught:
        source_files(SourceSpec(path=path, role="base"), tmp_path)

    assert repr(path) in caught.value.message


def prompt_of(value, root):
    recipe = Recipe(name="a", source=(SourceSpec(path="a", role="base"),), system_prompt=value)
    check_recipe(recipe)
    return system_prompt_text(recipe, root)


def test_a_system_prompt_can_stand_in_the_recipe(tmp_path):
    assert prompt_of("  Be brief.\n", tmp_path) == "Be brief."


def test_a_system_prompt_can_stand_in_a_file_beside_the_recipe(tmp_path):
    (tmp_path / "prompt.md").write_bytes(b"\xef\xbb\xbfBe brief.\n")

    assert prompt_of("prompt.md", tmp_path) == "Be brief."


def test_a_system_prompt_of_several_lines_is_a_text_whatever_it_ends_with(tmp_path):
    assert prompt_of("Write it\nto notes.txt", tmp_path) == "Write it\nto notes.txt"


@pytest.mark.parametrize("content", [None, b"\xff\xfeB\x00"])
def test_a_system_prompt_file_that_cannot_be_read_is_named(tmp_path, content):
    if content:
        (tmp_path / "prompt.md").write_bytes(content)

    with pytest.raises(ConfigError, match="system prompt") as caught:
        prompt_of("prompt.md", tmp_path)

    assert caught.value.path.endswith("prompt.md")
