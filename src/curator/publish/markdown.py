"""Markdown pieces that hold any text without breaking out of their place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from curator.terminal import one_line, visible

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What Markdown or the Hub's HTML would act on in the middle of a line.
_ACTIVE = re.compile(r"([\\`*_\[\]<>|~#])")


def cell(text: str) -> str:
    """Return text that cannot leave the cell or the line it stands in."""
    return _ACTIVE.sub(r"\\\1", one_line(text, 2000))


def code(text: str) -> str:
    """Return one line of text as inline code, whatever backticks it holds."""
    flat = one_line(text, 2000)
    runs = [len(run) for run in re.findall(r"`+", flat)]
    mark = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    space = " " if flat[:1] == "`" or flat[-1:] == "`" else ""
    # A bar would end the cell of a table even inside code.
    return f"{mark}{space}{flat}{space}{mark}".replace("|", "\\|")


def fence(text: str, language: str = "") -> str:
    """Return text as a fenced block that no fence inside it can end."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    mark = "`" * (longest + 1)
    return f"{mark}{language}\n{visible(text, newlines=True, tabs=True).rstrip()}\n{mark}"


def quote(text: str) -> str:
    """Return text as a quotation, line by line."""
    return "\n".join(f"> {cell(line)}".rstrip() for line in text.splitlines())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; heads and cells are Markdown already."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def front_matter(values: Mapping[str, Any]) -> str:
    """Return values as the YAML block at the head of a card.

    Texts are written as JSON strings, which are YAML's too, so none of them is read as anything
    else.
    """
    return "\n".join(["---", *_yaml(values), "---"])


def _yaml(value: Any, indent: str = "") -> list[str]:
    if isinstance(value, Mapping):
        lines = []
        for key, one in value.items():
            name = key if _PLAIN_KEY.fullmatch(key) else json.dumps(key)
            if isinstance(one, Mapping | list) and one:
                lines += [f"{indent}{name}:", *_yaml(one, f"{indent}  ")]
            else:
                lines.append(f"{indent}{name}: {_scalar(one)}")
        return lines
    lines = []
    for one in value:
        if isinstance(one, Mapping) and one:
            first, *rest = _yaml(one, f"{indent}  ")
            lines += [f"{indent}- {first.lstrip()}", *rest]
        else:
            lines.append(f"{indent}- {_scalar(one)}")
    return lines


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and _PLAIN_KEY.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return text


#: What YAML reads as something else than a text.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
