"""Recipes as text: a first one to start from, and one value changed without touching the rest.

A recipe is a person's file. Its comments and its order stay as they are: only the line of the value
is rewritten, and the result is read back before it replaces anything.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from curator.config import parse_toml
from curator.errors import ConfigError
from curator.mix.recipe import Recipe, check_recipe, read_recipe
from curator.settings import Project
from curator.store import write_text

_TABLE = re.compile(r"\s*\[")
_SOURCE = re.compile(r"\s*\[\[\s*source\s*\]\]")
_NO_BASE = """\
# There is no base data in data/raw yet. Validation rows are taken from it, so there are none.
# `curator init --sample` brings a small set of plain rows; or put JSON Lines there. Then take
# the # away.
# [[source]]
# path = "data/raw/*.jsonl"
# role = "base"
"""
_BASE_PATTERNS = ("data/raw/*.jsonl", "data/raw/*.json")


def starter(project: Project) -> str:
    """Return a first recipe for a project: its examples as curated, what is in data/raw as base.

    Raises:
        ConfigError: There is nothing to mix.
    """
    sources = []
    if project.path(project.settings.examples).is_file():
        sources.append((project.settings.examples, "curated"))
    sources.extend((pattern, "base") for pattern in base_patterns(project))
    if not sources:
        raise ConfigError(
            "There is nothing to mix yet.",
            path=project.root,
            hint=f"Write examples into {project.settings.examples}, or put base data into"
            " data/raw.",
        )
    tables = [
        f'[[source]]\npath = {_quoted(path)}\nrole = "{role}"\n' + "repeat = 1\n"
        for path, role in sources
    ]
    return "\n".join(
        [
            "# What to mix. Curated examples are protected: where a base row is like one of them,",
            "# the base row goes. Repeats are copies in the training rows only.",
            f"name = {_quoted(re.sub(r'[^A-Za-z0-9._-]+', '-', project.root.name) or 'mixture')}",
            "seed = 7\n",
            *tables,
            *([] if any(role == "base" for _, role in sources) else [_NO_BASE]),
            "[dedup]\nthreshold = 90\n",
            "[split]\nvalid = 0.02\n",
        ]
    )


def base_patterns(project: Project) -> tuple[str, ...]:
    """Return the patterns under data/raw that name a file."""
    return tuple(pattern for pattern in _BASE_PATTERNS if any(project.root.glob(pattern)))


def write_starter(project: Project, path: Path) -> None:
    """Write a first recipe to `path`.

    Raises:
        ConfigError: There is nothing to mix, or there is a recipe already.
        StoreError: It could not be written.
    """
    if path.exists():
        raise ConfigError("There is a recipe already; it was left alone.", path=path)
    text = starter(project)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)


def change_source(path: Path, index: int, key: str, value: int | str | None) -> Recipe:
    """Change one value of one source in the recipe's file and return the new recipe.

    A repeat takes the place of a share.

    Args:
        path: The recipe.
        index: Which source, from 0.
        key: ``repeat``, ``limit`` or ``role``.
        value: The number or the role; None takes a number's key away.

    Raises:
        ConfigError: The value makes no sense, or the file is written in a way that cannot be
            changed line by line. Nothing is written then.
        StoreError: It could not be written.
    """
    recipe = read_recipe(path)
    sources = list(recipe.source)
    wanted = {"repeat": 1}.get(key) if value is None else value
    shared = key == "repeat" and value is not None and sources[index].share is not None
    without = {"share": None} if shared else {}
    sources[index] = msgspec.structs.replace(sources[index], **{key: wanted}, **without)
    expected = msgspec.structs.replace(recipe, source=tuple(sources))
    check_recipe(expected, path)
    if expected == recipe:
        return recipe
    written = None if value is None else _quoted(value) if isinstance(value, str) else str(value)
    # As bytes, since reading text would change line ends.
    text = edited(path.read_bytes().decode("utf-8"), index, key, written)
    if text is not None and shared:
        text = edited(text, index, "share", None)
    if text is None or parse_toml(text, Recipe, path=path) != expected:
        raise ConfigError(
            f"This recipe is written in a way in which `{key}` cannot be changed from here.",
            path=path,
            hint="Change it in an editor.",
        )
    write_text(path, text)
    return expected


def edited(text: str, index: int, key: str, value: str | None) -> str | None:
    """Return `text` with one key of the source table number `index` set, or taken away.

    Args:
        text: A recipe.
        index: Which source, from 0.
        key: The key.
        value: What to write, as TOML; None takes the key away.

    Returns:
        The new text, or None where there is no such table.
    """
    lines = text.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if _SOURCE.match(line)]
    if index >= len(starts):
        return None
    start = starts[index]
    end = next(
        (n for n in range(start + 1, len(lines)) if _TABLE.match(lines[n])),
        len(lines),
    )
    present = re.compile(rf"(\s*{key}\s*=\s*)[^#\n]*?(\s*(?:#.*)?)$", re.DOTALL)
    for number in range(start + 1, end):
        if match := present.match(lines[number]):
            lines[number] = "" if value is None else f"{match[1]}{value}{match[2]}"
            return "".join(lines)
    if value is None:
        return text
    last = max(n for n in range(start, end) if lines[n].strip())
    line_end = "\r\n" if lines[start].endswith("\r\n") else "\n"
    if not lines[last].endswith("\n"):
        lines[last] += line_end
    lines.insert(last + 1, f"{key} = {value}{line_end}")
    return "".join(lines)


def _quoted(text: str) -> str:
    """Return `text` as a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
