"""A text in the person's own editor, and back."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from curator.errors import CuratorError


def editor_command() -> list[str]:
    """Return the command that ``VISUAL`` or ``EDITOR`` names.

    Raises:
        CuratorError: Neither is set.
    """
    for variable in ("VISUAL", "EDITOR"):
        if command := shlex.split(os.environ.get(variable, "")):
            return command
    raise CuratorError(
        "No editor is set.", hint="Set EDITOR, for instance to `vim` or `code --wait`."
    )


def edit_outside(text: str, suffix: str) -> str:
    """Open `text` in the person's editor and return what they saved.

    The terminal must be theirs meanwhile.

    Args:
        text: What to edit.
        suffix: The end of the file's name, which tells the editor the language.

    Raises:
        CuratorError: No editor is set, it cannot be started, or it ended with an error.
    """
    command = editor_command()
    with tempfile.TemporaryDirectory(prefix="curator-") as folder:
        path = Path(folder) / f"example{suffix}"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            done = subprocess.run([*command, str(path)], check=False)  # noqa: S603 - their own editor
        except OSError as error:
            raise CuratorError(
                f"The editor could not be started: {error.strerror}.", path=command[0]
            ) from None
        if done.returncode:
            raise CuratorError(
                f"The editor ended with {done.returncode}, so the text was left as it was.",
                path=command[0],
            )
        try:
            edited = path.read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise CuratorError(
                f"What the editor saved cannot be read: {error.strerror}.",
                hint="The text was left as it was.",
            ) from None
    # Most editors end a file with a line feed of their own.
    return edited if text.endswith("\n") else edited.removesuffix("\n").removesuffix("\r")
