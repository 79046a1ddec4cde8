"""What the tiny base's tasks are composed of: where items come from, which count, what of them.

Each ingredient holds its words for the prompt, its code for the answer, and the same meaning as a
function, so that what a test expects is worked out and never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Predicate = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items come from.

    Attributes:
        key: Its name in compositions.
        parameter: The function's parameter.
        kind: The parameter's type.
        about: What the docstring says of it.
        items: What its items are called, as a plural.
        item: The variable of one item.
        loop: What is iterated over.
        place: Where the items are, for the prompt.
        family: ``number``, ``word`` or ``letter``: which filters and maps fit.
        probes: Simple arguments that tests use; the empty one first.
        samples: Arguments that the usage shows.
        read: From an argument to its items.
        wrap: From one item to an argument with that item.
    """

    key: str
    parameter: str
    kind: str
    about: str
    items: str
    item: str
    loop: str
    place: str
    family: str
    probes: tuple[Any, ...]
    samples: tuple[Any, ...]
    read: Callable[[Any], list[Any]]
    wrap: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items count.

    Attributes:
        key: Its name in compositions; the same whatever number or letter it compares with.
        phrase: The items in words, with ``{}`` for what they are called.
        one: What is said of one item: ``is even``.
        many: What is said of several: ``are even``.
        code: The condition, with ``{}`` for the item.
        holds: The condition itself.
        example: An item that it lets through.
    """

    key: str
    phrase: str = "{}"
    one: str = ""
    many: str = ""
    code: str = ""
    holds: Predicate = bool
    example: Any = None


@dataclass(frozen=True, slots=True)
class Map:
    """What is taken of each item.

    Attributes:
        key: Its name in compositions.
        phrase: In words, with ``{}`` for the items.
        name: Its part of a function's name; empty for the items themselves.
        code: The expression, with ``{}`` for the item.
        family: What comes out: ``number`` or ``word``; empty for what went in.
        apply: The meaning.
    """

    key: str
    phrase: str = "{}"
    name: str = ""
    code: str = "{}"
    family: str = ""
    apply: Callable[[Any], Any] = lambda item: item


@dataclass(frozen=True, slots=True)
class Reducer:
    """What is made of all of them.

    Attributes:
        key: Its name in compositions.
        phrase: As a noun, with ``{}`` for the items.
        order: As a command, with ``{}`` for the items.
        name: Its part of a function's name.
        code: The body's lines; see `Task.body` for what is filled in.
        returns: What the docstring says of the result.
        kind: The result's type, with ``{}`` for the type of an item.
        apply: The meaning.
        always: What holds of every result, with ``{call}`` for it and ``{size}`` for the number of
            items; empty where there is nothing to say.
        family: What it works on: ``number``, ``word``, ``letter``, or empty for everything.
        needs: ``filter`` where it asks about a condition and takes no map, ``work`` where filter
            or map must do something.
        module: What must be imported for it.
    """

    key: str
    phrase: str
    order: str
    name: str
    code: tuple[str, ...]
    returns: str
    kind: str
    apply: Callable[[list[Any]], Any]
    always: str = ""
    family: str = ""
    needs: str = ""
    module: str = ""


def literal(value: Any) -> str:
    """Return `value` as Python writes it, with double quotes."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    return repr(value)
