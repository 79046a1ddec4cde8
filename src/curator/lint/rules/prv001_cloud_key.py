"""PRV001: a key of a cloud service."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.redact import look_for, lookalikes, samples
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.secrets import CLOUD


class CloudKey(RecordRule):
    """A text holds an access key of a cloud provider.

    The documentation's own samples and placeholders do not count.
    """

    code = "PRV001"
    name = "cloud-key"
    severity = Severity.ERROR
    why = (
        "Keys are read out of training data by those who look for them, and a model gives "
        "them back when asked the right way; the key must be revoked as well."
    )
    fix_safety = "Writes `REDACTED` in its place; unsafe, because it changes what the text says."
    valid = (parts(), *lookalikes(CLOUD))
    invalid = samples(CLOUD)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each."""
        yield from look_for(CLOUD, record, "REDACTED", everywhere=True)
