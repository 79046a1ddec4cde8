"""Untrusted text made safe to show, and counts as people say them.

Examples and model answers come from anywhere. Printed as they are, they can move the cursor,
write to the clipboard (OSC 52), pose as Rich markup, or reverse the reading order of a line.
`visible` turns every such character into something a reader can see and a terminal ignores.
"""

from __future__ import annotations

import re
import unicodedata

# Categories that draw nothing or change how others are drawn: control, format, surrogate,
# line and paragraph separators.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and marks that draw nothing either: fillers, joiners, and the variation selectors that can
# carry hidden bytes. Selectors 15 and 16 stay, since they only choose how an emoji is drawn.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SELECTORS = (range(0xFE00, 0xFE0E), range(0xE0100, 0xE01F0))
# Everything those hold, as a regular expression that is fast on clean text: it is allowed to match
# too much, since each match is looked up again.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4"
    "\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0"
    "\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e01ef]"
)
_CONTROL_PICTURES = 0x2400
_DELETE_PICTURE = "\u2421"


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    number = ord(character)
    if number < 0x20:
        return chr(_CONTROL_PICTURES + number)
    if number == 0x7F:
        return _DELETE_PICTURE
    if (
        unicodedata.category(character) in _UNSAFE_CATEGORIES
        or character in _BLANK
        or any(number in selectors for selectors in _SELECTORS)
    ):
        return f"<U+{number:04X}>"
    return character


def visible(text: str, *, newlines: bool = False, tabs: bool = False) -> str:
    """Return `text` with everything a terminal might act on shown as visible characters.

    C0 controls become Unicode control pictures (ESC is ``␛``); other control, format,
    bidirectional, zero-width and surrogate characters become ``<U+202E>``. The result is not
    escaped for Rich: give it to Rich as `rich.text.Text`, never as markup.

    Args:
        text: Any string, lone surrogates included.
        newlines: Keep line feeds.
        tabs: Keep tabs.

    Returns:
        Printable text, encodable as UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text

    def replace(match: re.Match[str]) -> str:
        if (newlines and match.group() == "\n") or (tabs and match.group() == "\t"):
            return match.group()
        return _replacement(match)

    return _SUSPECT.sub(replace, text)


def one_line(text: str, width: int = 80) -> str:
    """Return `text` as one visible line of at most `width` characters, cut with ``…``.

    Args:
        text: Any string.
        width: The most characters to return, at least 1.
    """
    # Only the beginning can be shown, so only the beginning is looked at: a row may be 50 MB.
    flat = visible(" ".join(text[: width * 8].split()))
    return flat if len(flat) <= width and len(text) <= width * 8 else flat[: width - 1] + "…"


def plural(count: int, word: str) -> str:
    """Return ``1 row``, ``2,000 rows`` or ``0 copies``."""
    many = word[:-1] + "ies" if word[-1] == "y" and word[-2] not in "aeiou" else f"{word}s"
    return f"{count:,} {word if count == 1 else many}"
