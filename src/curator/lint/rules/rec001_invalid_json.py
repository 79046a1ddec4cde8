"""REC001: a row that is not valid JSON."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class InvalidJson(ProblemRule):
    """A row is not valid JSON, so nothing can read it.

    NaN, Infinity and numbers too large to be kept count as well: JSON has no such values, and
    readers disagree about them.
    """

    code = "REC001"
    name = "invalid-json"
    severity = Severity.ERROR
    why = (
        "A trainer stops at such a row or, worse, leaves it out in silence, and the example"
        " that was written never trains."
    )
    kinds = frozenset({"json", "constant"})
    valid = (parts(),)
    invalid = (
        raw('{"instruction": "Add two numbers.", "output": '),
        raw('{"instruction": "Add.", "output": "x"} # checked'),
        raw('{"instruction": "Add.", "output": "x", "score": NaN}'),
        raw('{"instruction": "Add.", "output": "x", "score": 1e999}'),
    )
