"""TOML as typed values, where a mistyped key is an error with a suggestion.

Every file that a person configures by hand (``curator.toml``, recipes, profiles, suites, training
specs) is read through `read_toml`, so that all of them complain in the same words.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from curator.errors import ConfigError
from curator.terminal import one_line

T = TypeVar("T")

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<key>.*)`\Z", re.DOTALL)
_VALUE = re.compile(r"Invalid enum value '(?P<value>.*)'\Z", re.DOTALL)
_PLACE = re.compile(r" - at `\$\.?(?P<place>[^`]*)`\Z")
# Most systems take 255 bytes, and an ending or a number may be added.
_LONGEST_NAME = 200
# Names of a folder that are looked at for one that was meant.
_LOOKED_AT = 10_000
_STEP = re.compile(r"\[[^]]*\]|[^.\[]+")


def read_toml(path: Path, type_: type[T], *, what: str) -> T:
    """Read the TOML file at `path` as a value of `type_`.

    Args:
        path: The file.
        type_: A `msgspec.Struct` class, normally with ``forbid_unknown_fields=True``.
        what: What the file is, for messages: "a recipe", "a profile".

    Raises:
        ConfigError: The file is missing, is not TOML, or does not fit `type_`.
    """
    return parse_toml(read_text(path, what=what), type_, path=path)


def read_text(path: Path, *, what: str) -> str:
    """Return the text of a file that a person wrote, without its byte order mark.

    Args:
        path: The file.
        what: What the file is, for messages: "a recipe", "a suite".

    Raises:
        ConfigError: The file is missing, is a folder or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no such file, where {what} was expected.",
            path=path,
            hint=instead_of(path),
        ) from None
    except IsADirectoryError:
        raise ConfigError(
            f"This is a folder, not {what}.", path=path, hint="Name a file in it."
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"This file is not UTF-8 text (byte {error.start}).",
            path=path,
            hint="Save it as UTF-8.",
        ) from None
    except OSError as error:
        raise ConfigError(f"Cannot be read: {error.strerror}.", path=path) from None


def instead_of(path: Path) -> str:
    """Say what to do about a path that is not there: a near name beside it, or where it is sought.

    Args:
        path: The path, as the person gave it.
    """
    import difflib
    from itertools import islice

    try:
        beside = [entry.name for entry in islice(path.parent.iterdir(), _LOOKED_AT)]
    except OSError:
        return f"There is no folder {one_line(str(path.parent), 200)} either; check the path."
    near = difflib.get_close_matches(path.name, beside, n=1)
    if near:
        return f"Did you mean `{one_line(str(path.with_name(near[0])), 200)}`?"
    return "Check the path" + ("." if path.is_absolute() else "; it begins in the current folder.")


def parse_toml(text: str, type_: type[T], *, path: Path | str | None = None) -> T:
    """Read TOML `text` as a value of `type_`; see `read_toml`.

    Raises:
        ConfigError: The text is not TOML, or does not fit `type_`.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Not valid TOML: {error}.", path=path) from None
    except RecursionError:
        raise ConfigError("Nested more deeply than can be read.", path=path) from None
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


def is_file_name(name: str) -> bool:
    """Return whether a name can be a file's or a folder's: one line, no slash, not only dots."""
    return (
        bool(name.strip(" ."))
        and name.isprintable()
        and not {"/", "\\"} & set(name)
        and len(name.encode("utf-8")) <= _LONGEST_NAME
    )


def _explain(text: str, type_: type, path: Path | str | None) -> ConfigError:
    place_match = _PLACE.search(text)
    place = place_match["place"] if place_match else ""
    reason = _PLACE.sub("", text)
    inside = f" in `{place}`" if place else ""
    if unknown := _UNKNOWN.match(reason):
        key = unknown["key"]
        hint = _suggest(key, _keys(_type_at(type_, place)), "Known keys")
        return ConfigError(f"Unknown key `{one_line(key, 60)}`{inside}.", hint=hint, path=path)
    if missing := _MISSING.match(reason):
        return ConfigError(f"The key `{missing['key']}` is missing{inside}.", path=path)
    if value := _VALUE.match(reason):
        known = [str(one) for one in getattr(_type_at(type_, place), "values", ())]
        hint = _suggest(value["value"], known, "Known values")
        shown = one_line(value["value"], 60)
        return ConfigError(f"`{place}` cannot be {shown!r}.", hint=hint, path=path)
    named = f"`{place}`: " if place else ""
    return ConfigError(
        f"{named}{reason[:1].lower() if named else reason[:1]}{reason[1:]}.", path=path
    )


def _suggest(word: str, known: list[str], what: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"{what}: {', '.join(known)}." if known else ""


def _type_at(type_: Any, place: str) -> Any:
    """Return what msgspec knows of the type at a place such as ``section[0].role``."""
    info: Any = msgspec.inspect.type_info(type_)
    for step in _STEP.findall(place):
        info = _without_none(info)
        if step.startswith("["):
            info = getattr(info, "item_type", None) or getattr(info, "value_type", None)
        else:
            fields = {field.encode_name: field.type for field in getattr(info, "fields", ())}
            info = fields.get(step)
    return _without_none(info)


def _without_none(info: Any) -> Any:
    """Return the one type that is left of an optional type, and any other as it is."""
    kinds = [
        kind
        for kind in getattr(info, "types", ())
        if not isinstance(kind, msgspec.inspect.NoneType)
    ]
    return kinds[0] if len(kinds) == 1 else info


def _keys(info: Any) -> list[str]:
    return [field.encode_name for field in getattr(info, "fields", ())]
