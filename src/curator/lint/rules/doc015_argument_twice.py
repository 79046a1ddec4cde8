"""DOC015: an argument that is documented twice."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.rules.doc006_unknown_argument import entry_span
from curator.terminal import one_line


class ArgumentTwice(RecordRule):
    """A docstring has two entries for the same argument."""

    code = "DOC015"
    name = "argument-twice"
    severity = Severity.WARNING
    needs = "code"
    why = "Which of the two is right cannot be known, and a list that repeats itself teaches to."
    valid = (parts(),)
    invalid = (
        parts(
            solution=GOOD_SOLUTION.replace(
                "The number to double.", "The number.\n        number: The number to double."
            )
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each repeated entry, at the first of them."""
        for block, definition, docstring in record.documented:
            names = [entry.name.lstrip("*") for entry in docstring.args]
            for name in dict.fromkeys(name for name in names if names.count(name) > 1):
                yield Hit(
                    f"`{one_line(name, 60)}` is documented {names.count(name)} times in the"
                    f" docstring of `{definition.qualname}`.",
                    span=entry_span(block, definition, name),
                )
