"""Two twins shown with their differences marked: for a terminal, and as a page of HTML."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curator.terminal import one_line, visible

#: A piece of a text, and whether the other text lacks it.
Piece = tuple[str, bool]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_WIDTH = 300
#: How much is told of what two lines have in common before they differ.
_BEFORE = 60
#: In how many characters the first difference is looked for: a row may be 50 MB.
_LOOKED_AT = 100_000
_LONGEST = 4000
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
  color: #1f2328; background: #fff }
h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 2rem 0 .4rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
.side { border: 1px solid #d0d7de; border-radius: 6px; padding: .6rem .8rem;
  overflow-wrap: anywhere;
  white-space: pre-wrap; font-family: ui-monospace, monospace; font-size: 13px }
.side b { display: block; font-family: system-ui, sans-serif; color: #57606a; font-weight: 600 }
mark { background: #fff3bf; color: inherit; text-decoration: underline }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117 } .side { border-color: #30363d }
  .side b { color: #9198a1 } mark { background: #5c4400 } }
@media (max-width: 45rem) { .sides { grid-template-columns: 1fr } }
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One twin as it is shown.

    Attributes:
        where: Its place, such as ``path:line``.
        text: What it was compared by, as it was written.
    """

    where: str
    text: str


def differing(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Return two texts in pieces, each with whether the other one lacks it, word by word."""
    first, second = _WORD.findall(one), _WORD.findall(other)
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for action, a, b, c, d in matcher.get_opcodes():
        left.append(("".join(first[a:b]), action != "equal"))
        right.append(("".join(second[c:d]), action != "equal"))
    return [piece for piece in left if piece[0]], [piece for piece in right if piece[0]]


def marked_lines(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Return two texts as one line each, in pieces whose marks do not need a colour.

    What the other text lacks stands in ``⟦ ⟧``. A long beginning that both have is left out.
    """
    sides = differing(*(one_line(text, _WIDTH) for text in _where_they_part(one, other)))
    left, right = (
        [(f"⟦{text}⟧" if new and text.strip() else text, new) for text, new in side]
        for side in sides
    )
    return left, right


def _where_they_part(one: str, other: str) -> tuple[str, str]:
    """Return two texts from shortly before they differ, if one line would not show where."""
    from rapidfuzz.distance import Prefix

    first, second = (" ".join(text[:_LOOKED_AT].split()) for text in (one, other))
    same = Prefix.similarity(first, second)
    if same < _WIDTH - _BEFORE or first == second:
        return one, other
    begin = first.rfind(" ", 0, same - _BEFORE) + 1
    return f"… {first[begin:]}", f"… {second[begin:]}"


def page(title: str, pairs: Iterable[tuple[str, Shown, Shown]]) -> Iterator[str]:
    """Yield a page of HTML that needs nothing else: each pair with a heading, side by side.

    Args:
        title: What the page says first.
        pairs: For each pair its heading and its two sides. All of it is untrusted text.
    """
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{_safe(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{_safe(title)}</h1>\n"
    )
    for heading, one, other in pairs:
        left, right = differing(_cut(one.text), _cut(other.text))
        yield (
            f'<section><h2>{_safe(heading)}</h2><div class="sides">'
            f"{_side(one.where, left)}{_side(other.where, right)}</div></section>\n"
        )
    yield "</body></html>\n"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _side(where: str, pieces: list[Piece]) -> str:
    body = "".join(f"<mark>{_safe(text)}</mark>" if new else _safe(text) for text, new in pieces)
    return f'<div class="side"><b>{_safe(where)}</b>{body}</div>'


def _safe(text: str) -> str:
    return html.escape(visible(text, newlines=True, tabs=True))
