"""PRV007: a card number."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.persons import CARDS
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule


class CardNumber(RecordRule):
    """A text that trains holds a payment card number: a known issuer's range and a right checksum.

    The numbers that payment processors publish for tests do not count.
    """

    code = "PRV007"
    name = "card-number"
    severity = Severity.ERROR
    why = "If it is a real one it must not be in any data set; and numbers for tests exist."
    fix_safety = (
        "Writes `4242424242424242` in its place; unsafe, because it changes what the text says."
    )
    valid = (parts(), *lookalikes(CARDS))
    invalid = samples(CARDS)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(CARDS, record, "4242424242424242", everywhere=False)
