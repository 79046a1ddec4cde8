"""Opening the studio: what has to be right before anything is drawn."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from curator.errors import CuratorError, InputError
from curator.settings import LintSettings, Project


def launch(project: Project, file: Path | None = None) -> int:
    """Open the studio and stay until the person leaves.

    Args:
        project: The project to open.
        file: A file of examples to open in place of the project's own.

    Returns:
        The exit code.

    Raises:
        CuratorError: There is no terminal, or `file` or the project's settings cannot be used.
    """
    # In a browser, `curator serve-web` is the terminal.
    browser = os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")
    if not browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CuratorError(
            "The studio needs a terminal, and this is not one.",
            hint="Run `curator demo` for the same job without one, or `curator --help`.",
        )
    if not browser and os.environ.get("TERM", "") in ("dumb", "unknown"):
        raise CuratorError(
            f"The studio cannot draw on a terminal of the type {os.environ['TERM']!r}.",
            hint="Set TERM to what the terminal is, for instance xterm-256color.",
        )
    check(project, file)
    # What is made from here to the first paint stays; looking for garbage in it only delays that.
    # The studio goes on collecting once it is painted.
    gc.disable()
    from curator.tui.app import CuratorApp

    # Checks run in threads beside the one that draws; it gets its turn within a millisecond
    # rather than the interpreter's usual five.
    sys.setswitchinterval(0.001)
    app = CuratorApp(project, file)
    code = app.run()
    return (app.return_code or 0) if code is None else code


def check(project: Project, file: Path | None) -> None:
    """Find out before the first paint whether the file and the settings can be used.

    Raises:
        CuratorError: They cannot; the message says why.
    """
    from curator.store import ExampleFile
    from curator.store.rows import is_array

    settings = project.settings
    if settings.lint == LintSettings():
        # There is nothing in it that could be wrong, and reading all rules is not done in passing.
        _ = project.profile
    else:
        from curator.lint.project import project_linter

        project_linter(project)
    path = file or project.path(settings.examples)
    # To open a pipe would wait for somebody to write to it.
    if path.exists() and (not path.is_file() or is_array(path)):
        ExampleFile.open(path)
    if file is not None and not path.parent.is_dir():
        raise InputError("The folder of this file does not exist.", path=path)
