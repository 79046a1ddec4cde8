"""``curator.toml``: what a project has decided once, so that nobody types it twice.

The file is looked for in the current folder and its parents, as git looks for ``.git``. Without
one, every setting has its default and the current folder is the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from curator.config import read_toml
from curator.example import DEFAULT_PROFILE, Profile, load_profile

if TYPE_CHECKING:
    from curator.sandbox import Limits

SETTINGS_NAME = "curator.toml"
DEFAULT_MODEL = "mlx-community/Qwen2.5-Coder-0.5B-Instruct-4bit"
DAY = 86_400  # the most seconds that a time limit can be


class LintSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The ``[lint]`` table.

    Attributes:
        select: Codes or code prefixes to run; empty for all.
        extend_select: Codes or code prefixes to run besides those selected.
        ignore: Codes or code prefixes to leave out.
        per_path_ignores: The same for some files, by a pattern of their path.
        severity: How grave findings are, by code or prefix, where it is not the rule's own.
        options: Options of rules, by code.
        rules: Python files with rules of the project.
        suites: Evaluation suites whose prompts no example may resemble.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: dict[str, tuple[str, ...]] = {}
    severity: dict[str, Literal["error", "warning", "info"]] = {}
    options: dict[str, dict[str, Any]] = {}
    rules: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()


class TwinSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The ``[twins]`` table.

    Attributes:
        threshold: From which RapidFuzz score, 0 to 100, two examples are twins.
    """

    threshold: Annotated[float, msgspec.Meta(ge=0, le=100)] = 85.0


class RunSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The ``[run]`` table.

    Attributes:
        timeout: Seconds that one example's program may take, a day at most.
        venv: A virtual environment whose packages examples may import, read-only; empty for the
            standard library alone. Relative to the project.
    """

    timeout: Annotated[float, msgspec.Meta(gt=0, le=DAY)] = 10.0
    venv: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything ``curator.toml`` may say.

    Attributes:
        profile: A built-in profile's name, or the path of a profile's TOML file.
        model: The base model: a folder, or a Hub id.
        examples: The file that the studio opens, relative to the project.
        template: What a new example begins as: a file with one example as JSON, or with an answer
            as Markdown, relative to the project; empty for the outline of the profile.
        recipe: The recipe that the Mix pane opens, relative to the project.
        mixtures: The folder that mixtures are written to.
        runs: The folder of runs.
        lint: How examples are linted.
        twins: When two examples are twins.
        run: How the code of examples is run.
        keys: Keys of the studio by binding id, several separated by commas.
    """

    profile: str = DEFAULT_PROFILE
    model: str = DEFAULT_MODEL
    examples: str = "data/custom/perfect_examples.jsonl"
    template: str = ""
    recipe: str = "recipe.toml"
    mixtures: str = "mixtures"
    runs: str = "runs"
    lint: LintSettings = LintSettings()
    twins: TwinSettings = TwinSettings()
    run: RunSettings = RunSettings()
    keys: dict[str, str] = {}


@dataclass(frozen=True)
class Project:
    """A folder and what its ``curator.toml`` says.

    Attributes:
        root: The folder, absolute.
        settings: What was read, or the defaults.
        source: The file they were read from, or None.
    """

    root: Path
    settings: Settings
    source: Path | None = None

    def path(self, relative: str) -> Path:
        """Return a path that a setting names, relative to the project's folder."""
        return self.root / Path(relative).expanduser()

    @property
    def files(self) -> tuple[Path, ...]:
        """What decides how examples are linted: settings, and own rules, profile and suites."""
        lint = self.settings.lint
        # Without the ending it is the name of one that is built in.
        own = [one for one in (self.settings.profile, *lint.suites) if one.endswith(".toml")]
        return (self.root / SETTINGS_NAME, *map(self.path, (*lint.rules, *own)))

    @property
    def model(self) -> str:
        """The base model: the path of a folder in the project, or what the settings say."""
        local = self.path(self.settings.model)
        return str(local) if local.is_dir() else self.settings.model

    @property
    def limits(self) -> Limits:
        """What one program of an example may use."""
        from curator.sandbox import Limits

        run = self.settings.run
        return Limits(seconds=run.timeout, venv=self.path(run.venv) if run.venv else None)

    @property
    def profile(self) -> Profile:
        """The profile that the settings name.

        Raises:
            ConfigError: There is no such profile, or it does not hold together.
        """
        name = self.settings.profile
        return load_profile(str(self.path(name)) if name.endswith(".toml") else name)


def find_project(start: Path | None = None) -> Project:
    """Return the project that `start` belongs to.

    Args:
        start: A folder, or a file in it; the current folder by default.

    Raises:
        ConfigError: Its ``curator.toml`` does not hold together.
    """
    folder = (start or Path.cwd()).resolve()
    if folder.is_file():
        folder = folder.parent
    for candidate in (folder, *folder.parents):
        source = candidate / SETTINGS_NAME
        if source.is_file():
            settings = read_toml(source, Settings, what="the settings of a project")
            return Project(candidate, settings, source)
    return Project(folder, Settings())
