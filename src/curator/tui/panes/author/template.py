"""What a new example begins as: the project's own template, or the outline of its profile."""

from __future__ import annotations

from curator.errors import ConfigError
from curator.example import Example, Profile, render
from curator.settings import Project
from curator.tui.panes.author.clipboard import examples_in

_OUTLINES = {
    "solution": (
        "def name(value: int) -> int:\n"
        '    """TODO: say what it does in one line.\n\n'
        "    Args:\n        value: TODO\n\n"
        "    Returns:\n        TODO\n"
        '    """\n'
        "    return value"
    ),
    "usage": "print(name(1))  # Output: 1",
    "test": "assert name(1) == 1",
}


def new_example(project: Project) -> Example:
    """Return what to begin with, read anew each time so that a template can be worked on.

    Raises:
        ConfigError: The project names a template that cannot be read or holds nothing.
    """
    profile = project.profile
    if not project.settings.template:
        return outline(profile)
    path = project.path(project.settings.template)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = (error.strerror if isinstance(error, OSError) else None) or "it is not UTF-8"
        raise ConfigError(
            f"The template for new examples cannot be read: {what}.",
            path=path,
            hint="`template` in curator.toml names it.",
        ) from None
    found = examples_in(text, profile)
    if not found:
        raise ConfigError("The template for new examples is empty.", path=path)
    # Two rows with one id would be one too many.
    return Example({key: value for key, value in found[0].fields.items() if key != "id"})


def outline(profile: Profile) -> Example:
    """Return a new example with the outline of every section of `profile`."""
    parts = {
        spec.key: _OUTLINES.get(spec.role, "") if spec.code == "python" else ""
        for spec in profile.section
    }
    return Example.new(output=render(parts, profile))
