"""PRV004: a password within an address."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.secrets import URL_PASSWORDS


class PasswordInUrl(RecordRule):
    """An address holds a user's password.

    Placeholders such as ``password``, variables, and addresses of this machine or of
    example.com do not count.
    """

    code = "PRV004"
    name = "password-in-url"
    severity = Severity.ERROR
    why = (
        "The password goes wherever the data goes; and code with passwords in addresses is "
        "what the model then writes."
    )
    fix_safety = "Writes `password` in its place; unsafe, because it changes what the text says."
    valid = (parts(), *lookalikes(URL_PASSWORDS))
    invalid = samples(URL_PASSWORDS)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(URL_PASSWORDS, record, "password", everywhere=True)
