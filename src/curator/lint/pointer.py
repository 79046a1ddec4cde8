"""JSON pointers (RFC 6901): where in a record a text stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def texts_within(value: Any, *, keys: bool = False) -> Iterator[tuple[str, str]]:
    """Yield every text in a value that holds others, however deep, with its pointer.

    Args:
        value: A decoded JSON value.
        keys: Whether to yield the keys of objects too, each before what it leads to and with the
            pointer of that.
    """
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        pointer, one = pending.pop()
        if isinstance(one, str):
            yield pointer, one
        elif isinstance(one, Mapping):
            for key in reversed(list(one)):
                pending.append((f"{pointer}/{_step(key)}", one[key]))
                if keys:
                    pending.append((pending[-1][0], key))
        elif isinstance(one, list):
            pending += [(f"{pointer}/{place}", one[place]) for place in reversed(range(len(one)))]


def text_at(value: Any, pointer: str) -> str | None:
    """Return the text that a pointer leads to, or None where there is none."""
    for step in pointer.split("/")[1:]:
        key = key_of(step)
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value if isinstance(value, str) else None


def key_of(step: str) -> str:
    """Return the key that a step of a pointer, what stands behind a slash, leads to."""
    return step.replace("~1", "/").replace("~0", "~")


def _step(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
