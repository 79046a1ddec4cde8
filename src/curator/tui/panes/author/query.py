"""What is typed into the filter: words with a meaning, and any other text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from curator.tui.panes.author.ledger import Entry

#: What the filter understands, for its placeholder and the help.
WORDS = "err  warn  twin  ok  code:DOC005  or any text"


@dataclass(frozen=True, slots=True)
class Query:
    """A filter; every part of it must hold.

    Attributes:
        err: Only rows with an error.
        warn: Only rows with a warning.
        twin: Only rows with a twin.
        ok: Only rows that were checked and have none of these.
        codes: Only rows with a finding of each of these codes or code prefixes.
        words: Only rows that contain each of these, whatever the capitals.
    """

    err: bool = False
    warn: bool = False
    twin: bool = False
    ok: bool = False
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Query:
        """Return the filter that `text` asks for."""
        words = text.split()
        flags = {word for word in words if word in ("err", "warn", "twin", "ok")}
        codes = tuple(w[5:].upper() for w in words if w.startswith("code:") and w[5:])
        rest = tuple(
            word.casefold() for word in words if word not in flags and not word.startswith("code:")
        )
        return cls("err" in flags, "warn" in flags, "twin" in flags, "ok" in flags, codes, rest)

    def __bool__(self) -> bool:
        return self != Query()

    def matches(self, entry: Entry, line: Callable[[], str]) -> bool:
        """Return whether a row passes.

        Args:
            entry: What is known about it.
            line: Gives its line of the file, asked for only where words must be looked for.
        """
        if (self.err and not entry.errors) or (self.warn and not entry.warnings):
            return False
        if self.twin and not entry.twins:
            return False
        if self.ok and not (entry.checked and not (entry.errors or entry.warnings or entry.twins)):
            return False
        for code in self.codes:
            if not any(finding.code.startswith(code) for finding in entry.findings):
                return False
        if not self.words:
            return True
        text = line().casefold()
        return all(word in text or word in entry.text for word in self.words)
