"""Where in a line of JSON something stands that the parser only says is there.

The parser's hooks see values without positions. A row that is refused for a repeated key or for a
constant is read once more here, token by token, so that the finding can point at it.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[A-Za-z0-9.+\-]+|[{}\[\]:,]', re.DOTALL)
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"(?=[ \t\n\r]*:)', re.DOTALL)


def locate_key(text: str, key: str) -> int:
    """Return where `key` stands for the second time in one object, or -1.

    Args:
        text: JSON that a parser has read.
        key: The key, decoded.
    """
    import json

    seen: list[bool] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word in "{[":
            seen.append(False)
        elif word in "}]":
            if seen:
                seen.pop()
        elif word[0] == '"' and seen and _KEY.match(text, match.start()):
            if json.loads(word, strict=False) != key:
                continue
            if seen[-1]:
                return match.start()
            seen[-1] = True
    return -1


def locate_value(text: str, word: str) -> int:
    """Return where `word`, a number or a constant such as NaN, stands as a value, or -1."""
    return next((m.start() for m in _TOKEN.finditer(text) if m.group() == word), -1)
