"""A mistake in a file written by hand is named, placed, and met with a suggestion."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.config import convert, is_file_name, parse_toml, read_toml
from curator.errors import ConfigError


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    repeat_count: int = 1
    role: Literal["curated", "base"] = "base"


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    threshold: float = 85.0
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "The key `name` is missing.", ""),
        ('nam = "x"', "Unknown key `nam`.", "Did you mean `name`?"),
        (
            'zzz = "x"',
            "Unknown key `zzz`.",
            "Known keys: name, threshold, inner, many, named.",
        ),
        (
            'name = "x"\n[inner]\nrepeat-cuont = 2',
            "Unknown key `repeat-cuont` in `inner`.",
            "Did you mean `repeat-count`?",
        ),
        (
            'name = "x"\n[inner]\nthreshold = 2',
            "Unknown key `threshold` in `inner`.",
            "Known keys: repeat-count, role.",
        ),
        (
            'name = "x"\n[[many]]\n[[many]]\nrol = "base"',
            "Unknown key `rol` in `many[1]`.",
            "Did you mean `role`?",
        ),
        (
            'name = "x"\n[named.a]\nrol = "base"',
            "Unknown key `rol` in `named[...]`.",
            "Did you mean `role`?",
        ),
        (
            'name = "x"\n[inner]\nrole = "curatd"',
            "`inner.role` cannot be 'curatd'.",
            "Did you mean `curated`?",
        ),
        (
            'name = "x"\n[inner]\nrole = "none"',
            "`inner.role` cannot be 'none'.",
            "Known values: base, curated.",
        ),
        ("name = 3", "`name`: expected `str`, got `int`.", ""),
        ('name = "x"\n"a`b\\u001b" = 1', "Unknown key `a`b␛`.", None),
    ],
)
def test_a_mistake_is_explained(text: str, message: str, hint: str | None):
    with pytest.raises(ConfigError) as caught:
        parse_toml(text, Outer, path="some.toml")
    assert caught.value.message == message
    assert caught.value.path == "some.toml"
    if hint is not None:
        assert caught.value.hint == hint


def test_a_value_that_fits_is_read():
    read = parse_toml('name = "x"\nthreshold = 90\n[inner]\nrepeat-count = 3', Outer)
    assert read == Outer("x", 90.0, Inner(3))


def test_text_that_is_no_toml_says_where():
    with pytest.raises(ConfigError, match=r"Not valid TOML: .*line 2"):
        parse_toml("name = 'x'\nthreshold = \n", Outer)


def test_nesting_beyond_reason_is_an_error_of_the_file():
    with pytest.raises(ConfigError):
        parse_toml("name = " + "[" * 100_000, Outer)


@given(st.text(alphabet='nameinr[]{}="`.#\n -1', max_size=40))
def test_any_text_is_a_value_or_an_error(text: str):
    with contextlib.suppress(ConfigError):
        assert isinstance(parse_toml(text, Outer), Outer)


@given(st.dictionaries(st.sampled_from(["name", "inner", "many", "x"]), st.integers() | st.text()))
def test_any_data_is_a_value_or_an_error(data: dict[str, object]):
    with contextlib.suppress(ConfigError):
        assert convert(data, Outer).name == data["name"]


class TestFiles:
    def test_are_read_with_or_without_a_byte_order_mark(self, tmp_path: Path):
        path = tmp_path / "a.toml"
        path.write_bytes('\ufeffname = "é"\r\n'.encode())
        assert read_toml(path, Outer, what="a test").name == "é"

    def test_that_cannot_be_read_say_what_was_expected(self, tmp_path: Path):
        (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
        (tmp_path / "folder.toml").mkdir()
        for name, words in (
            ("none.toml", "no such file, where a recipe was expected"),
            ("latin.toml", r"not UTF-8 text \(byte 8\)"),
            ("folder.toml", "folder, not a recipe"),
        ):
            with pytest.raises(ConfigError, match=words) as caught:
                read_toml(tmp_path / name, Outer, what="a recipe")
            assert caught.value.path == str(tmp_path / name)


@pytest.mark.parametrize("name", ["first", "first mixture", "v1.2", ".hidden", "é", "数字"])
def test_a_name_for_a_file_is_a_word_or_a_few(name: str):
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "a/b", "../x", "a\\b", "a\nb", "\x1b[31m", "\ud800", "é" * 101]
)
def test_a_name_that_leads_elsewhere_or_cannot_be_written_is_none(name: str):
    assert not is_file_name(name)
