"""The required shape of an answer, as data.

A profile is a TOML file: which sections, in which order, which of them hold code, and what a
docstring must say. Nothing in the code knows the names Solution, Usage or Sanity test.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from curator.config import read_toml
from curator.errors import ConfigError

DEFAULT_PROFILE = "runnable-first"

_BUILTIN = Path(__file__).with_name("profiles")

Role = Literal["solution", "usage", "test", "prose"]
DocstringStyle = Literal["google", "numpy", "rest"]
DocstringPart = Literal["summary", "args", "returns"]


class SectionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One section that an answer must have.

    Attributes:
        key: The short name used in code, JSON and the studio.
        title: The heading's text, exactly.
        role: What the section is for, which decides the rules that read it.
        code: The language of its code block; empty where the section is prose.
    """

    key: str
    title: str
    role: Role
    code: str = ""


class DocstringSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the docstrings of the solution must look like.

    Attributes:
        style: The convention they are written in.
        require: The parts asked for, where the signature gives reason for them.
    """

    style: DocstringStyle = "google"
    require: tuple[DocstringPart, ...] = ("summary", "args", "returns")


class TestSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sanity test must hold.

    Attributes:
        min_asserts: The fewest ``assert`` statements.
    """

    __test__ = False  # so that pytest does not take it for a test

    min_asserts: int = 1


class CodeSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the code must look like.

    Attributes:
        line_length: The most characters of a line.
    """

    line_length: int = 100


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The required shape of an answer.

    Attributes:
        name: What ``curator.toml`` and ``--profile`` call it.
        section: The sections, in the order they must stand.
        summary: One sentence for people.
        level: The heading level of every section: 3 is ``###``.
        docstring: What docstrings must say.
        code: What the code must look like.
        test: What the sanity test must hold.
    """

    name: str
    section: tuple[SectionSpec, ...]
    summary: str = ""
    level: int = 3
    docstring: DocstringSpec = DocstringSpec()
    code: CodeSpec = CodeSpec()
    test: TestSpec = TestSpec()

    def heading(self, spec: SectionSpec) -> str:
        """Return the heading line of `spec`, without a line end."""
        return f"{'#' * self.level} {spec.title}"

    def by_role(self, role: Role) -> tuple[SectionSpec, ...]:
        """Return the sections of one role, in order."""
        return tuple(spec for spec in self.section if spec.role == role)

    def by_title(self, title: str) -> SectionSpec | None:
        """Return the section whose title this is, whatever its capitals and spaces."""
        wanted = " ".join(title.split()).casefold()
        return next((spec for spec in self.section if spec.title.casefold() == wanted), None)


def builtin_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with Curator."""
    return tuple(sorted(path.stem for path in _BUILTIN.glob("*.toml")))


def load_profile(name: str = DEFAULT_PROFILE) -> Profile:
    """Return a built-in profile by name, or the one in the TOML file at that path.

    Args:
        name: ``runnable-first``, or a path that ends in ``.toml``.

    Raises:
        ConfigError: There is no such profile, or it does not hold together.
    """
    if name.endswith(".toml"):
        # Read anew each time: a studio that is open sees what was changed.
        path = Path(name)
        return _checked(read_toml(path, Profile, what="a profile"), path)
    return _builtin(name)


@lru_cache(maxsize=16)
def _builtin(name: str) -> Profile:
    if name not in builtin_profiles():
        raise ConfigError(
            f"There is no profile named {name!r}.",
            hint=f"Built in: {', '.join(builtin_profiles())}; or give the path of a .toml file.",
        )
    return _checked(read_toml(_BUILTIN / f"{name}.toml", Profile, what="a profile"), name)


def _checked(profile: Profile, path: Path | str) -> Profile:
    """Return `profile` if its parts agree with one another.

    Raises:
        ConfigError: They do not.
    """
    keys = [spec.key for spec in profile.section]
    titles = [spec.title.casefold() for spec in profile.section]
    if not keys:
        raise ConfigError("A profile needs at least one [[section]].", path=path)
    if len(set(keys)) < len(keys) or len(set(titles)) < len(titles):
        raise ConfigError("Two sections share a key or a title.", path=path)
    if not 1 <= profile.level <= 6:
        raise ConfigError(
            f"`level` is {profile.level}, but headings have levels 1 to 6.", path=path
        )
    for spec in profile.section:
        if spec.role != "prose" and not spec.code:
            raise ConfigError(
                f"Section `{spec.key}` has the role {spec.role}, so it needs a `code` language.",
                path=path,
            )
        if spec.title != " ".join(spec.title.split()) or not spec.title:
            raise ConfigError(
                f"The title of section `{spec.key}` is empty or has stray spaces.", path=path
            )
    if profile.code.line_length < 1:
        raise ConfigError("`code.line_length` must be 1 or more.", path=path)
    if profile.test.min_asserts < 0:
        raise ConfigError("`test.min_asserts` cannot be negative.", path=path)
    return profile
