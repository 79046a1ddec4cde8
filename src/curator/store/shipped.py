"""The examples and base rows that come with Curator."""

from __future__ import annotations

from pathlib import Path

# In a wheel they lie in the package; in a source checkout where authors edit them.
_IN_CHECKOUT = {
    "perfect_examples.jsonl": "data/custom/perfect_examples.jsonl",
    "sample.jsonl": "data/raw/sample.jsonl",
}


def _shipped(name: str) -> Path:
    package = Path(__file__).parents[1]
    inside = package / "shipped" / name
    return inside if inside.is_file() else package.parent.parent / _IN_CHECKOUT[name]


def shipped_examples() -> Path:
    """Return the file of perfect examples."""
    return _shipped("perfect_examples.jsonl")


def shipped_base() -> Path:
    """Return the file of plain base rows."""
    return _shipped("sample.jsonl")
