"""Suites: prompts that no training row may resemble.

A suite is a TOML file with a ``[[prompt]]`` for each, or JSON Lines with a prompt a line. The first
line of JSON Lines may say what the suite is: an object without an `instruction`.
"""

from __future__ import annotations

import ast
import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from curator.config import convert, is_file_name, parse_toml, read_text, read_toml
from curator.errors import ConfigError
from curator.example import DEFAULT_PROFILE

DEFAULT_SUITE = "runnable-first"
_A_LINE = 'Each line is a prompt: {"id": "…", "instruction": "…"}.'


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question to ask.

    Attributes:
        id: Its name, unique in the suite.
        instruction: What is asked.
        input: What is given along with it.
        tags: Its kinds, for reading results by kind.
        function: The function that the wording asks for by name; empty where it leaves the name
            open.
        asserts: Python that a right solution passes when it is run after it. It is never shown
            to the model.
    """

    id: str
    instruction: str
    input: str = ""
    tags: tuple[str, ...] = ()
    function: str = ""
    asserts: tuple[str, ...] = ()


class Suite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prompts that belong together.

    Attributes:
        name: What ``--suite`` calls it.
        prompt: The prompts.
        description: What it asks, in a sentence.
        profile: The profile that answers are scored against: a name, or the path of a ``.toml``
            file, relative to the suite's own.
        wants: Whether answers shall have the profile's format, or stay out of it, as in a suite
            that looks for what a training broke.
    """

    name: str
    prompt: tuple[Prompt, ...]
    description: str = ""
    profile: str = DEFAULT_PROFILE
    wants: Literal["format", "other"] = "format"

    @property
    def sha256(self) -> str:
        """A hash of everything that is asked, wherever the suite and its profile lie."""
        return hashlib.sha256(msgspec.json.encode((self.prompt, self.wants))).hexdigest()


def builtin_suites() -> tuple[str, ...]:
    """Return the names of the suites that come with Curator."""
    folder = resources.files("curator.evaluate") / "suites"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_suite(name: str) -> Suite:
    """Return a built-in suite by name, or the one in the TOML or JSON Lines file at that path.

    Raises:
        ConfigError: There is no such suite, it is empty, or two prompts share an id.
    """
    if name in builtin_suites():
        source = resources.files("curator.evaluate") / "suites" / f"{name}.toml"
        return _checked(parse_toml(source.read_text("utf-8"), Suite, path=f"{name}.toml"), name)
    path = Path(name).expanduser()
    if path.suffix not in {".toml", ".jsonl"} and not path.exists():
        raise ConfigError(
            f"There is no suite named {name!r}.",
            hint=f"Built in: {', '.join(builtin_suites())}; or give the path of a .toml or .jsonl"
            " file.",
        )
    lines = path.suffix == ".jsonl"
    suite = _read_lines(path) if lines else read_toml(path, Suite, what="a suite")
    if suite.profile.endswith(".toml"):
        # Relative to the suite, which is shared together with its profile.
        beside = str(path.parent / Path(suite.profile).expanduser())
        suite = msgspec.structs.replace(suite, profile=beside)
    return _checked(suite, name)


def _read_lines(path: Path) -> Suite:
    """Return the suite in a file of JSON Lines; its name is the file's unless it says otherwise."""
    lines = read_text(path, what="a suite").split("\n")
    rows: list[dict[str, Any]] = []
    head: dict[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise ConfigError("This line is not JSON.", path=place, hint=_A_LINE) from None
        if not isinstance(row, dict):
            raise ConfigError("This line is no JSON object.", path=place, hint=_A_LINE)
        if not rows and not head and "instruction" not in row and "id" not in row:
            head = row
            continue
        rows.append(row)
        convert(row, Prompt, path=place)
    return convert({"name": path.stem, **head, "prompt": rows}, Suite, path=path)


def _checked(suite: Suite, path: str) -> Suite:
    # Its results are kept in a file of that name.
    if not is_file_name(suite.name):
        raise ConfigError("`name` must be a word or a few, without a slash.", path=path)
    if not suite.prompt:
        hint = _A_LINE if path.endswith(".jsonl") else "Add a [[prompt]] with id and instruction."
        raise ConfigError("This suite is empty.", path=path, hint=hint)
    ids = [prompt.id for prompt in suite.prompt]
    repeated = next((name for name in ids if ids.count(name) > 1), None)
    if repeated is not None:
        raise ConfigError(f"Two prompts share the id {repeated!r}.", path=path)
    blank = next((prompt.id for prompt in suite.prompt if not prompt.instruction.strip()), None)
    if blank is not None:
        raise ConfigError(f"The prompt {blank!r} has no instruction.", path=path)
    for prompt in suite.prompt:
        _check_asserts(prompt, path)
    return suite


def _check_asserts(prompt: Prompt, path: str) -> None:
    if not prompt.asserts:
        return
    if not prompt.function.isidentifier():
        raise ConfigError(
            f"The prompt {prompt.id!r} has asserts and names no function.",
            path=path,
            hint="Add `function`, the name that its instruction asks for.",
        )
    try:
        tree = ast.parse("\n".join(prompt.asserts))
    except (SyntaxError, ValueError) as error:
        raise ConfigError(
            f"The asserts of the prompt {prompt.id!r} are not Python: {error}.", path=path
        ) from error
    if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        raise ConfigError(f"The asserts of the prompt {prompt.id!r} assert nothing.", path=path)
