"""Curator: write, lint, run, mix, train and evaluate the examples that decide a fine-tune.

Every stage is a plain library. The names below are imported when they are first used, so that
``import curator`` costs nothing; the rooms they come from (`curator.lint`, `curator.mix`, …) can be
imported as well. ``docs/api.md`` shows each of them at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curator.evaluate import evaluate_run, read_suite
    from curator.example import Example, load_profile, parse, render
    from curator.lint import lint_rows, make_linter
    from curator.mix import plan_mixture, read_recipe, write_mixture
    from curator.neardup import find_twins
    from curator.publish import bundle_files, write_bundle
    from curator.sandbox import run as run_program
    from curator.settings import find_project
    from curator.store import ExampleFile, read_rows
    from curator.tiny import build_tiny_model
    from curator.train import TrainingSpec, read_run, start_training

__version__ = "0.1.0"

_HOMES = {
    "Example": ("curator.example", "Example"),
    "ExampleFile": ("curator.store", "ExampleFile"),
    "TrainingSpec": ("curator.train", "TrainingSpec"),
    "build_tiny_model": ("curator.tiny", "build_tiny_model"),
    "bundle_files": ("curator.publish", "bundle_files"),
    "evaluate_run": ("curator.evaluate", "evaluate_run"),
    "find_project": ("curator.settings", "find_project"),
    "find_twins": ("curator.neardup", "find_twins"),
    "lint_rows": ("curator.lint", "lint_rows"),
    "load_profile": ("curator.example", "load_profile"),
    "make_linter": ("curator.lint", "make_linter"),
    "parse": ("curator.example", "parse"),
    "plan_mixture": ("curator.mix", "plan_mixture"),
    "read_recipe": ("curator.mix", "read_recipe"),
    "read_rows": ("curator.store", "read_rows"),
    "read_run": ("curator.train", "read_run"),
    "read_suite": ("curator.evaluate", "read_suite"),
    "render": ("curator.example", "render"),
    "run_program": ("curator.sandbox", "run"),
    "start_training": ("curator.train", "start_training"),
    "write_bundle": ("curator.publish", "write_bundle"),
    "write_mixture": ("curator.mix", "write_mixture"),
}

__all__ = [
    "Example",
    "ExampleFile",
    "TrainingSpec",
    "__version__",
    "build_tiny_model",
    "bundle_files",
    "evaluate_run",
    "find_project",
    "find_twins",
    "lint_rows",
    "load_profile",
    "make_linter",
    "parse",
    "plan_mixture",
    "read_recipe",
    "read_rows",
    "read_run",
    "read_suite",
    "render",
    "run_program",
    "start_training",
    "write_bundle",
    "write_mixture",
]


def __getattr__(name: str) -> object:
    """Import a public name from its room."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room, original = _HOMES[name]
    value: object = getattr(importlib.import_module(room), original)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
