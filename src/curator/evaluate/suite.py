"""Suites: prompts that no training row may resemble."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from curator.config import parse_toml, read_toml
from curator.errors import ConfigError
from curator.example import DEFAULT_PROFILE
from curator.example.chat import user_text
from curator.neardup import normalise

DEFAULT_SUITE = "runnable-first"

#: From this RapidFuzz score on, a prompt counts as one the model was trained on.
CONTAMINATION_THRESHOLD = 85.0


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
        profile: The profile that answers are scored against.
    """

    name: str
    prompt: tuple[Prompt, ...]
    description: str = ""
    profile: str = DEFAULT_PROFILE


@dataclass(frozen=True, slots=True)
class Contamination:
    """A prompt that the model was trained on, or on something like it.

    Attributes:
        prompt: The prompt's id.
        score: How like the training row it is, 0 to 100.
        row: The training row, counted from 0.
        text: What the user says in that row.
    """

    prompt: str
    score: float
    row: int
    text: str


def builtin_suites() -> tuple[str, ...]:
    """Return the names of the suites that come with Curator."""
    folder = resources.files("curator.evaluate") / "suites"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_suite(name: str) -> Suite:
    """Return a built-in suite by name, or the one in the TOML file at that path.

    Raises:
        ConfigError: There is no such suite, it is empty, or two prompts share an id.
    """
    if name in builtin_suites():
        source = resources.files("curator.evaluate") / "suites" / f"{name}.toml"
        return _checked(parse_toml(source.read_text("utf-8"), Suite, path=f"{name}.toml"), name)
    path = Path(name).expanduser()
    if path.suffix != ".toml" and not path.exists():
        raise ConfigError(
            f"There is no suite named {name!r}.",
            hint=f"Built in: {', '.join(builtin_suites())}; or give the path of a .toml file.",
        )
    return _checked(read_toml(path, Suite, what="a suite"), name)


def _checked(suite: Suite, path: str) -> Suite:
    # Its results are kept in a file of that name.
    if not suite.name.strip(" .") or {"/", "\\"} & set(suite.name) or not suite.name.isprintable():
        raise ConfigError("`name` must be a word or a few, without a slash.", path=path)
    if not suite.prompt:
        raise ConfigError(
            "This suite is empty.", path=path, hint="Add a [[prompt]] with id and instruction."
        )
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


def find_contamination(
    suite: Suite, trained: Sequence[str], *, threshold: float = CONTAMINATION_THRESHOLD
) -> tuple[Contamination, ...]:
    """Return the prompts that resemble something the model was trained on.

    Args:
        suite: The suite.
        trained: What the user says in each training row.
        threshold: The least RapidFuzz score, 0 to 100, on normalised texts.

    Returns:
        One entry for each such prompt, with the training row most like it, in suite order.
    """
    from curator.neardup import find_twins

    prompts = [normalise(user_text(p.instruction, p.input)) for p in suite.prompt]
    # A mixture repeats its curated rows; each text needs comparing once.
    first: dict[str, int] = {}
    for index, text in enumerate(trained):
        first.setdefault(normalise(text), index)
    report = find_twins(prompts, list(first), threshold=threshold)
    rows = list(first.values())
    likest: dict[int, Contamination] = {}
    for pair in report.pairs:
        known = likest.get(pair.a)
        if known is None or pair.score > known.score:
            row = rows[pair.b]
            likest[pair.a] = Contamination(suite.prompt[pair.a].id, pair.score, row, trained[row])
    return tuple(likest.values())
