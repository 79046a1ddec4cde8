"""REC006: a row that is not Unicode text."""

from __future__ import annotations

from curator.lint.case import parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import ProblemRule


class InvalidUnicode(ProblemRule):
    """A row holds bytes that are not UTF-8, or half of a surrogate pair."""

    code = "REC006"
    name = "invalid-unicode"
    severity = Severity.ERROR
    why = (
        "No tokenizer can read such text as it stands: it is refused, or replaced by"
        " characters that the model then learns to write."
    )
    kinds = frozenset({"encoding", "unicode"})
    valid = (parts(),)
    invalid = (
        raw('{"instruction": "Caf\udce9", "output": "x"}'),
        raw('{"instruction": "Add.", "output": "\\ud83d"}'),
    )
