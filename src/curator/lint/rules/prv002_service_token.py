"""PRV002: a token of a service."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.secrets import SERVICES


class ServiceToken(RecordRule):
    """A text holds an access token of a common service, or a JSON Web Token.

    Placeholders, keys for tests and prefixes alone do not count.
    """

    code = "PRV002"
    name = "service-token"
    severity = Severity.ERROR
    why = (
        "Tokens are read out of training data by those who look for them, and a model gives "
        "them back when asked the right way; the token must be revoked as well."
    )
    fix_safety = "Writes `REDACTED` in its place; unsafe, because it changes what the text says."
    valid = (parts(), *lookalikes(SERVICES))
    invalid = samples(SERVICES)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(SERVICES, record, "REDACTED", everywhere=True)
