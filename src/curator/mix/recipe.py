"""What to mix, as a person writes it down; docs/recipe.md is its page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

import msgspec

from curator.config import is_file_name, read_toml
from curator.errors import ConfigError

Role = Literal["curated", "base"]
Gate = Literal["error", "warning", "off"]


class SourceSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[source]]``.

    Attributes:
        path: A file, or a pattern such as ``data/custom/*.jsonl``, relative to the recipe.
        role: Curated examples are protected; base rows give way to them.
        repeat: How many copies of each row train.
        share: Instead of `repeat`: the share of all training rows that this source should have,
            above 0 and below 1. The repeat that comes nearest to it follows.
        limit: The most rows to use, counted after de-duplication; None for all.
        sample: Which rows a limit takes: a seeded random choice, or the first.
    """

    path: str
    role: Role
    repeat: int = 1
    share: float | None = None
    limit: int | None = None
    sample: Literal["random", "head"] = "random"


class GateSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[lint]`` table: how grave a finding may be before a row is not fit to train.

    Attributes:
        curated: From which severity a finding on a curated example stands in the way.
        base: From which severity a base row is left out. Base rows need no particular shape, so
            only the rules about secrets and private data are asked of them.
    """

    curated: Gate = "error"
    base: Gate = "error"


class RedactSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[redact]`` table: what is written over before anything is compared or trained.

    Attributes:
        secrets: Keys, tokens, private keys and passwords in addresses (rules PRV001 to PRV004).
        private: E-mail addresses, telephone and card numbers (rules PRV005 to PRV007).
    """

    secrets: bool = True
    private: bool = False


class DedupSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[dedup]`` table.

    Attributes:
        threshold: The RapidFuzz score, 0 to 100, from which a base row is a twin and goes. Exact
            duplicates always go.
        on: What is compared: the instruction with its input, the output's code, or both, where
            both have to be alike.
    """

    threshold: float = 90.0
    on: Literal["instruction", "output", "both"] = "instruction"


class ContaminationSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[contamination]`` table: prompts that no base row may resemble.

    Attributes:
        suites: Names of suites, or paths of their ``.toml`` files relative to the recipe; None
            for those that come with Curator, an empty list for none.
        threshold: The RapidFuzz score, 0 to 100, from which a row resembles a prompt.
    """

    suites: tuple[str, ...] | None = None
    threshold: float = 85.0


class SplitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ``[split]`` table.

    Attributes:
        valid: The share of rows held out for validation, 0 to below 1.
        test: The share of rows held out for a test after training.
        curated_in_valid: Whether curated examples may be held out: never, or like any other row.
    """

    valid: float = 0.02
    test: float = 0.0
    curated_in_valid: Literal["none", "proportional"] = "none"


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to mix.

    Attributes:
        name: What the mixture and its runs are called.
        source: The sources, at least one.
        seed: Decides every random choice; the same seed and sources give the same bytes.
        system_prompt: Its text, or the path of a ``.md`` or ``.txt`` file relative to the recipe.
        system_prompt_on: Which rows carry it.
        lint: What a row must pass.
        redact: What is written over.
        dedup: What counts as the same.
        contamination: What no base row may resemble.
        split: What is held out.
    """

    name: str
    source: tuple[SourceSpec, ...]
    seed: int = 7
    system_prompt: str = ""
    system_prompt_on: Literal["all", "curated", "none"] = "all"
    lint: GateSpec = GateSpec()
    redact: RedactSpec = RedactSpec()
    dedup: DedupSpec = DedupSpec()
    contamination: ContaminationSpec = ContaminationSpec()
    split: SplitSpec = SplitSpec()


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        ConfigError: It is missing, is not TOML, has an unknown key, or does not hold together.
    """
    recipe = read_toml(path, Recipe, what="a recipe")
    check_recipe(recipe, path)
    return recipe


def check_recipe(recipe: Recipe, path: Path | None = None) -> None:
    """Check that the values of a recipe make sense together.

    Raises:
        ConfigError: They do not.
    """

    def refuse(message: str, hint: str = "") -> ConfigError:
        return ConfigError(message, hint=hint, path=path)

    # The name becomes a folder's.
    if not is_file_name(recipe.name):
        raise refuse("`name` must be a word or a few, without a slash.")
    if not recipe.source:
        raise refuse("A recipe needs at least one [[source]].")
    for number, source in enumerate(recipe.source, start=1):
        _check_amount(source, number, path)
    shares = [source.share for source in recipe.source if source.share is not None]
    if math.fsum(shares) >= 1 or (shares and len(shares) == len(recipe.source)):
        raise refuse(
            "The shares leave nothing for a source without one, so no repeat follows from them.",
            "Give one source no `share`; those of the others stay below 1 in all.",
        )
    for table, score in (("dedup", recipe.dedup), ("contamination", recipe.contamination)):
        if not 0 <= score.threshold <= 100:
            raise refuse(f"`{table}.threshold` is a score from 0 to 100.")
    split = recipe.split
    if not (0 <= split.valid < 1 and 0 <= split.test < 1 and split.valid + split.test < 1):
        raise refuse("`split.valid` and `split.test` are shares whose sum stays below 1.")


# So far from any use of copies that it is a slip of the finger, and it would fill a disk.
_MOST_COPIES = 10_000


def _check_amount(source: SourceSpec, number: int, path: Path | None) -> None:
    if source.repeat < 1:
        raise ConfigError(
            f"Source {number}: `repeat` is {source.repeat}, but a row trains at least once.",
            hint="Leave the source out instead.",
            path=path,
        )
    if source.repeat > _MOST_COPIES:
        raise ConfigError(
            f"Source {number}: `repeat` is {source.repeat:,}; it must be {_MOST_COPIES:,} or less.",
            hint="Above about four, repeats bring less and less: write more examples.",
            path=path,
        )
    if source.limit is not None and source.limit < 1:
        raise ConfigError(
            f"Source {number}: `limit` is {source.limit}; it must be 1 or more.", path=path
        )
    if source.share is None:
        return
    if not 0 < source.share < 1:
        raise ConfigError(
            f"Source {number}: `share` is {source.share:g}; it lies between 0 and 1.",
            hint="0.16 is 16 of 100 training rows.",
            path=path,
        )
    if source.repeat != 1:
        raise ConfigError(
            f"Source {number}: both `repeat` and `share` are given, which may not agree.",
            hint="Give one of them.",
            path=path,
        )


def source_files(source: SourceSpec, root: Path) -> tuple[Path, ...]:
    """Return the files that a source names, in order of their names.

    A file of exactly that name comes before what its name would mean as a pattern.

    Raises:
        ConfigError: There are none.
    """
    try:
        given = Path(source.path).expanduser()
        named = root / given
        if named.is_file():
            return (named,)
        folder = Path(named.anchor) if given.is_absolute() else root
        pattern = str(named.relative_to(folder))
        marked = any(mark in pattern for mark in "*?[")
        found = sorted(path for path in folder.glob(pattern) if path.is_file()) if marked else []
    except (RuntimeError, ValueError) as error:
        # A home folder of nobody, a pattern such as a**b, a NUL.
        raise ConfigError(f"The source {source.path!r} is no path: {error}.", path=root) from None
    if not found:
        what = "is a folder" if named.is_dir() else "names no file"
        raise ConfigError(
            f"The source {source.path!r} {what}.",
            path=named,
            hint="Paths are relative to the recipe; a pattern such as data/*.jsonl names several.",
        )
    return tuple(found)


def system_prompt_text(recipe: Recipe, root: Path) -> str:
    """Return the text of the system prompt; empty where there is none.

    Raises:
        ConfigError: It names a file that cannot be read.
    """
    value = recipe.system_prompt.strip()
    if "\n" in value or not value.lower().endswith((".md", ".txt")):
        return value
    path = root / value
    try:
        return path.read_text("utf-8-sig").strip()
    except (OSError, ValueError):
        raise ConfigError(
            "The system prompt's file cannot be read.",
            path=path,
            hint="Paths are relative to the recipe; a text may stand in the recipe itself.",
        ) from None
