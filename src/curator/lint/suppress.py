"""``lint_ignore``: the codes that an example itself asks to pass over, each with its reason."""

from __future__ import annotations

from curator.example import Example

KEY = "lint_ignore"


def suppressed(example: Example) -> frozenset[str]:
    """Return the codes that an example suppresses.

    Only an object of code and reason counts. Anything else suppresses nothing, and REC012 says so.
    """
    value = example.fields.get(KEY)
    if not isinstance(value, dict):
        return frozenset()
    return frozenset(
        code.strip().upper()
        for code, reason in value.items()
        if isinstance(reason, str) and reason.strip()
    )
