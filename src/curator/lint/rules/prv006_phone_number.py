"""PRV006: a telephone number."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.persons import PHONES
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule


class PhoneNumber(RecordRule):
    """A text that trains holds a telephone number that could be somebody's.

    Numbers that cannot be assigned, and those kept for films, do not count.
    """

    code = "PRV006"
    name = "phone-number"
    severity = Severity.WARNING
    why = "A model repeats what it has seen, and somebody's telephone rings."
    fix_safety = (
        "Writes `212-555-0100` in its place; unsafe, because it changes what the text says."
    )
    valid = (parts(), *lookalikes(PHONES))
    invalid = samples(PHONES)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(PHONES, record, "212-555-0100", everywhere=False)
