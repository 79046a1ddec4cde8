"""What is typed into the filter: words with a meaning, and any other text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from curator.tui.panes.author.ledger import Entry

#: What the filter understands, for its placeholder and the help.
WORDS = "err  warn  twin  ok  fail  code:DOC005  or any text"


@dataclass(frozen=True, slots=True)
class Query:
    """A filter; every part of it must hold.

    Attributes:
        err: Only rows with an error.
        warn: Only rows with a warning.
        twin: Only rows with a twin.
        ok: Only rows that were checked and have none of these.
        fail: Only rows whose code was run and did not pass.
        codes: Only rows with a finding of each of these codes or code prefixes.
        words: Only rows that contain each of these, whatever the capitals.
    """

    err: bool = False
    warn: bool = False
    twin: bool = False
    ok: bool = False
    fail: bool = False
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Query:
        """Return the filter that `text` asks for."""
        words = text.split()
        flags = {word for word in words if word in ("err", "warn", "twin", "ok", "fail")}
        codes = tuple(w[5:].upper() for w in words if w.startswith("code:") and w[5:])
        rest = tuple(
            word.casefold() for word in words if word not in flags and not word.startswith("code:")
        )
        return cls(
            err="err" in flags,
            warn="warn" in flags,
            twin="twin" in flags,
            ok="ok" in flags,
            fail="fail" in flags,
            codes=codes,
            words=rest,
        )

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
        if (self.twin and not entry.twins) or (self.fail and not entry.failed):
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


#: The ways to sort, in the order in which the key goes through them.
ORDERS = ("line", "severity", "likeness")


def sort_key(order: str, entry: Entry) -> tuple[float, ...]:
    """Return what to sort a row by; rows with the same stay in the order of the file.

    Args:
        order: One of `ORDERS`: by line; by the gravest findings first; by the likest twin first.
        entry: What is known about the row.
    """
    if order == "severity":
        return (-entry.errors - entry.failed, -entry.warnings)
    if order == "likeness":
        return (-max(entry.twins.values(), default=0.0),)
    return ()
