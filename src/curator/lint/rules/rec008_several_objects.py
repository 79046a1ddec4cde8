"""REC008: a row that holds more than one JSON value."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class SeveralObjects(ProblemRule):
    """More than one JSON value stands on a line."""

    code = "REC008"
    name = "several-objects"
    severity = Severity.ERROR
    why = (
        "Readers of JSON Lines take one value a line: the others make the row unreadable, or"
        " are lost."
    )
    kinds = frozenset({"several"})
    valid = (parts(),)
    invalid = (
        raw('{"instruction": "Add.", "output": "x"} {"instruction": "Subtract.", "output": "y"}'),
        raw('{"instruction": "Add.", "output": "x"}[]'),
        raw('{"instruction": "Add.", "output": "x"}, {"instruction": "Halve.", "output": "y"}'),
    )
