"""PRV008: a string that looks like a secret."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.secrets import CLOUD, HIGH_ENTROPY, PRIVATE_KEYS, SERVICES, URL_PASSWORDS


class HighEntropyString(RecordRule):
    """A text that trains holds a long string without any pattern, as keys and tokens are.

    Digests in hexadecimal, UUIDs, alphabets, paths and long names do not count, and neither does
    what another rule of this family knows.
    """

    code = "PRV008"
    name = "high-entropy-string"
    severity = Severity.WARNING
    why = "If it is a secret it leaks; if it is none, the model spends itself on learning noise."
    fix_safety = "Writes `REDACTED` in its place; unsafe, because it changes what the text says."
    valid = (parts(), *lookalikes(HIGH_ENTROPY))
    invalid = samples(HIGH_ENTROPY)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        for hit in look_for(HIGH_ENTROPY, record, "REDACTED", everywhere=False):
            start, end = hit.span
            known = (one.span for one in look_for(_KNOWN, record, "", everywhere=False))
            if not any(first < end and start < last for first, last in known):
                yield hit


_KNOWN = (*CLOUD, *SERVICES, *PRIVATE_KEYS, *URL_PASSWORDS)
