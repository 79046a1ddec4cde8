"""No sandbox at all: limits and a folder of its own, and otherwise all of the person's rights."""

from __future__ import annotations

from curator.sandbox.backend import Backend
from curator.sandbox.launch import ENVIRONMENT
from curator.sandbox.program import Limits


def arguments(backend: Backend, limits: Limits, folder: str) -> list[str]:  # noqa: ARG001
    """Return what goes before the interpreter's command line: nothing."""
    return []


def environment(folder: str) -> dict[str, str]:
    """Return the variables that a program sees, with `folder` as its home."""
    return ENVIRONMENT | {"HOME": folder, "TMPDIR": folder}
