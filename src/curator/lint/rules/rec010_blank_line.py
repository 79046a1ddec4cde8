"""REC010: a line with nothing on it."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class BlankLine(ProblemRule):
    """A line is empty or holds only blanks."""

    code = "REC010"
    name = "blank-line"
    severity = Severity.WARNING
    why = (
        "Some readers of JSON Lines stop with an error at a blank line, and line numbers no"
        " longer count examples."
    )
    kinds = frozenset({"blank"})
    valid = (parts(),)
    invalid = (
        raw(""),
        raw("  \t"),
    )
