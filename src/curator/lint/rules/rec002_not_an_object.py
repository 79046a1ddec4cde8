"""REC002: a row that is JSON but no object."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class NotAnObject(ProblemRule):
    """A row is valid JSON, but not an object with fields."""

    code = "REC002"
    name = "not-an-object"
    severity = Severity.ERROR
    why = (
        "An example is an object with an instruction and an output; anything else has no"
        " place where a trainer would look for them."
    )
    kinds = frozenset({"not-object"})
    valid = (parts(),)
    invalid = (
        raw('["Add two numbers.", "def add(a, b): ..."]'),
        raw('"Add two numbers."'),
        raw("null"),
    )
