"""Whole examples through the clipboard.

Copying goes to the terminal by OSC 52, which reaches the clipboard of the machine that the person
sits at, and to the system's own clipboard where there is a program for it, because some terminals
do not know OSC 52. Pasting asks that program; where there is none, the terminal's own paste works.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from textual.app import App

from curator.example import Example, Profile, parse
from curator.store import decode

#: How long a clipboard program may take, in seconds.
_PATIENCE = 1.0
_COPY = (
    ("", ("pbcopy",)),
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)
_PASTE = (
    ("", ("pbpaste",)),
    ("WAYLAND_DISPLAY", ("wl-paste", "--no-newline")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-out")),
    ("DISPLAY", ("xsel", "--clipboard", "--output")),
)


def copy(app: App[int], text: str) -> None:
    """Put text into the clipboard."""
    # Half a surrogate pair cannot travel.
    text = text.encode("utf-8", "replace").decode("utf-8")
    app.copy_to_clipboard(text)
    if command := _command(_COPY):
        _run(command, text)


def paste(app: App[int]) -> str:
    """Return what is in the clipboard: the system's where it can be asked, else the studio's."""
    command = _command(_PASTE)
    return (_run(command) if command else "") or app.clipboard


def examples_in(text: str, profile: Profile) -> tuple[Example, ...]:
    """Return the examples that a text holds.

    Args:
        text: JSON Lines, or one JSON array of objects; else an answer, if it has a section of the
            profile, or what to ask for.
        profile: Whose sections make a text an answer.
    """
    # Terminals send a carriage return for each line break of what they paste. Other signs that
    # could break a line may stand inside a JSON string.
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n\t ")
    if not text:
        return ()
    lines = [line for line in text.split("\n") if line.strip()]
    if text.startswith("["):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = ()
        lines = [json.dumps(one) for one in values] if values else lines
    elif text.startswith("{") and len(lines) > 1:
        # One object, written over several lines, is one example.
        whole = decode(" ".join(lines).encode("utf-8", "surrogateescape"))
        if isinstance(whole, Example):
            return (whole,)
    read = [decode(line.encode("utf-8", "surrogatepass")) for line in lines]
    examples = tuple(one for one in read if isinstance(one, Example))
    if examples and len(examples) == len(lines):
        return examples
    if parse(text, profile).sections:
        return (Example.new(output=text + "\n"),)
    return (Example.new(text),)


def _command(commands: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    for variable, command in commands:
        if variable and not os.environ.get(variable):
            continue
        if not variable and sys.platform != "darwin":
            continue
        if shutil.which(command[0]):
            return command
    return ()


def _run(command: tuple[str, ...], given: str = "") -> str:
    try:
        done = subprocess.run(  # noqa: S603 - one of the commands above
            command,
            input=given.encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")
