"""The text format with what it showed before: most of a run over unchanged rows is drawing them.

What is shown of a finding depends on its row and not on where the row stands, so it is kept by the
content of the rows, like the findings themselves, and only the places are put before it anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from curator.lint.cache import Cache
from curator.lint.finding import Finding
from curator.lint.formats.base import RawOf
from curator.lint.formats.text import Text

_PIECES = msgspec.msgpack.Decoder(list[str])


class Kept:
    """The text format over a cache.

    Args:
        text: The format.
        cache: What it showed before; one of its own, and one for each choice of colours.
    """

    def __init__(self, text: Text, cache: Cache) -> None:
        self._text = text
        self._cache = cache

    def some(self, findings: Sequence[Finding], raw_of: RawOf, key: bytes) -> str:
        """Return all findings of some rows, as `Text.some` does.

        Args:
            findings: The findings, none of the rows' left out.
            raw_of: Gives the rows they are about.
            key: By what the rows are known; empty for those that are not to be kept.
        """
        if not key:
            return self._text.some(findings, raw_of)
        known = self._cache.get(key)
        pieces = _PIECES.decode(known) if known is not None else []
        if len(pieces) != len(findings):
            pieces = self._text.pieces(findings, raw_of)
            self._cache.put(key, msgspec.msgpack.encode(pieces))
        return self._text.joined(findings, pieces)

    def save(self) -> None:
        """Keep what was shown for the next run."""
        self._cache.save()
