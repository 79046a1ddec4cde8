"""REC005: a row that names a key twice."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class DuplicateKey(ProblemRule):
    """An object names the same key more than once."""

    code = "REC005"
    name = "duplicate-key"
    severity = Severity.ERROR
    why = (
        "Most readers keep the last value and drop the others without a word, so what trains"
        " may not be what was reviewed."
    )
    kinds = frozenset({"duplicate-key"})
    valid = (parts(),)
    invalid = (
        raw('{"instruction": "Add.", "output": "draft", "output": "final"}'),
        raw('{"instruction": "Add.", "output": "x", "meta": {"by": 1, "by": 2}}'),
    )
