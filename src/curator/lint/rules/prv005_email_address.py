"""PRV005: an e-mail address of a person."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.persons import EMAILS
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule


class EmailAddress(RecordRule):
    """A text that trains holds an e-mail address that could be somebody's.

    Domains that are reserved for documentation, such as example.com, do not count.
    """

    code = "PRV005"
    name = "email-address"
    severity = Severity.WARNING
    why = "A model repeats what it has seen, and a person who is named in it was not asked."
    fix_safety = (
        "Writes `name@example.com` in its place; unsafe, because it changes what the text says."
    )
    valid = (parts(), *lookalikes(EMAILS))
    invalid = samples(EMAILS)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(EMAILS, record, "name@example.com", everywhere=False)
