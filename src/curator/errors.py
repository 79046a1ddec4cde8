"""Everything that can go wrong because of what a person gave us.

The tree is short on purpose::

    CuratorError
    ├── InputError       a path that cannot be read as what it should be
    ├── ConfigError      curator.toml, a recipe, a profile, a suite or a training spec
    ├── StoreError       a file of examples that cannot be written
    │   └── ChangedOnDiskError
    ├── SandboxError     no way to run unvouched code sealed
    ├── ModelError       a model that cannot be loaded
    ├── TrainingError    a training or generation that did not finish
    ├── PublishError     something that did not reach the Hub, or not all of it
    └── CancelledError   somebody asked for it to stop

The command line prints one of these as a sentence and exits with 2; the studio shows it as a
notice. A traceback therefore always means a defect of ours.
"""

from __future__ import annotations

from pathlib import Path


class CuratorError(Exception):
    """Something a person can mend.

    Args:
        message: What happened, in one sentence without a final line break.
        hint: What to do next, in one sentence; empty where there is nothing to add.
        path: The file or folder it happened in.
        line: The line of that file, counted from 1.
    """

    title = "Error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: Path | str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = str(path) if path is not None else None
        self.line = line

    @property
    def where(self) -> str:
        """``path``, ``path:line`` or nothing."""
        if self.path is None:
            return ""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{advice}"


class InputError(CuratorError):
    """A path that cannot be read as what it should be."""

    title = "Cannot read"


class ConfigError(CuratorError):
    """A configuration, recipe, profile, suite or spec that does not hold together."""

    title = "Configuration"


class StoreError(CuratorError):
    """A file of examples that cannot be written; what was in memory is still there."""

    title = "Cannot save"


class ChangedOnDiskError(StoreError):
    """The file changed on disk since it was read, so saving would overwrite somebody's work."""

    title = "Changed on disk"


class SandboxError(CuratorError):
    """There is no way here to run code that nobody has vouched for."""

    title = "Sandbox"


class ModelError(CuratorError):
    """A model that cannot be found or loaded."""

    title = "Model"


class TrainingError(CuratorError):
    """A training or a generation that did not finish."""

    title = "Training"


class PublishError(CuratorError):
    """Something that did not reach the Hub; the message says what of it did."""

    title = "Publish"


class CancelledError(CuratorError):
    """Work that was stopped on request before it had a result."""

    title = "Stopped"
