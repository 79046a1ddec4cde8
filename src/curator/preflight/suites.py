"""The prompts that no training row may resemble, by the names of their suites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curator.evaluate import builtin_suites, read_suite
from curator.example.chat import user_text
from curator.mix import HeldOut


def held_out_prompts(names: Sequence[str] | None = None, root: Path | None = None) -> list[HeldOut]:
    """Return the prompts of some suites.

    Args:
        names: Names of suites that come along, or paths of ``.toml`` files; None is all that come
            along.
        root: The folder that paths are relative to; the current one by default.

    Raises:
        ConfigError: There is no such suite, or it does not hold together.
    """
    found = []
    known = builtin_suites()
    for name in known if names is None else names:
        suite = read_suite(name if name in known or root is None else str(root / name))
        found += [
            HeldOut(suite.name, one.id, user_text(one.instruction, one.input))
            for one in suite.prompt
        ]
    return found
