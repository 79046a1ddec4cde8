"""PRV003: a private key."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.secrets import PRIVATE_KEYS


class PrivateKey(RecordRule):
    """A text holds a private key in PEM or OpenPGP armour.

    Public keys and the bare words of the armour do not count.
    """

    code = "PRV003"
    name = "private-key"
    severity = Severity.ERROR
    why = (
        "Whoever has the data has the key. It must be replaced, and taking it out of the text "
        "afterwards is not enough."
    )
    fix_safety = "Writes `REDACTED` in its place; unsafe, because it changes what the text says."
    valid = (parts(), *lookalikes(PRIVATE_KEYS))
    invalid = samples(PRIVATE_KEYS)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(PRIVATE_KEYS, record, "REDACTED", everywhere=True)
