"""TOML as typed values, where a mistyped key is an error with a suggestion.

Every file that a person configures by hand (``curator.toml``, recipes, profiles, suites, training
specs) is read through `read_toml`, so that all of them complain in the same words.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from curator.errors import ConfigError

T = TypeVar("T")

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]*)`")
_PLACE = re.compile(r" - at `\$\.?(?P<place>[^`]*)`")


def read_toml(path: Path, type_: type[T], *, what: str) -> T:
    """Read the TOML file at `path` as a value of `type_`.

    Args:
        path: The file.
        type_: A `msgspec.Struct` class, normally with ``forbid_unknown_fields=True``.
        what: What the file is, for messages: "a recipe", "a profile".

    Raises:
        ConfigError: The file is missing, is not TOML, or does not fit `type_`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"There is no such file, where {what} was expected.", path=path) from None
    except IsADirectoryError:
        raise ConfigError(f"This is a folder, not {what}.", path=path) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"This file is not UTF-8 text (byte {error.start}).",
            path=path,
            hint="Save it as UTF-8.",
        ) from None
    except OSError as error:
        raise ConfigError(f"Cannot be read: {error.strerror}.", path=path) from None
    return parse_toml(text, type_, path=path)


def parse_toml(text: str, type_: type[T], *, path: Path | str | None = None) -> T:
    """Read TOML `text` as a value of `type_`; see `read_toml`.

    Raises:
        ConfigError: The text is not TOML, or does not fit `type_`.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Not valid TOML: {error}.", path=path) from None
    return convert(data, type_, path=path)


def convert(data: Any, type_: type[T], *, path: Path | str | None = None) -> T:
    """Turn plain `data` (dicts, lists, scalars) into a value of `type_`.

    Raises:
        ConfigError: `data` does not fit; the message names the key and suggests a near one.
    """
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        raise _explain(str(error), type_, path) from None


def _explain(text: str, type_: type, path: Path | str | None) -> ConfigError:
    place_match = _PLACE.search(text)
    place = place_match["place"] if place_match else ""
    inside = f" in `{place}`" if place else ""
    if unknown := _UNKNOWN.search(text):
        key = unknown["key"]
        known = _field_names(type_)
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Known keys: {', '.join(known)}."
        return ConfigError(f"Unknown key `{key}`{inside}.", hint=hint, path=path)
    if missing := _MISSING.search(text):
        return ConfigError(f"The key `{missing['key']}` is missing{inside}.", path=path)
    reason = _PLACE.sub("", text)
    named = f"`{place}`: " if place else ""
    return ConfigError(
        f"{named}{reason[:1].lower() if named else reason[:1]}{reason[1:]}.", path=path
    )


def _field_names(type_: Any) -> list[str]:
    """Every key that `type_` or a type inside it knows, in order, without repeats."""
    names: dict[str, None] = {}
    seen: set[Any] = set()

    def walk(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in seen:
                return
            seen.add(info.cls)
            for field in info.fields:
                names[field.encode_name] = None
            for field in info.fields:
                walk(field.type)
        for part in ("item_type", "value_type"):
            if inner := getattr(info, part, None):
                walk(inner)
        for inner in getattr(info, "types", ()) or getattr(info, "item_types", ()):
            walk(inner)

    walk(msgspec.inspect.type_info(type_))
    return list(names)
