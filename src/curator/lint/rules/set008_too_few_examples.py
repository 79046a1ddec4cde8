"""SET008: a set with fewer examples than the project wants."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts, several
from curator.lint.collection import Collection
from curator.lint.finding import Severity
from curator.lint.rule import Count, Hit, RuleOptions, SetRule


class TooFewExamplesOptions(RuleOptions, frozen=True):
    """Options of SET008.

    Attributes:
        least: The fewest examples; 0 asks for none.
    """

    least: Count = 0


class TooFewExamples(SetRule):
    """There are fewer examples than the option says.

    By itself it asks for none: how many are enough depends on what is taught, and some hundred
    changed a format where a dozen did not.
    """

    code = "SET008"
    name = "too-few-examples"
    severity = Severity.WARNING
    why = (
        "A behaviour that is shown a few times is learnt as those few answers and not as a"
        " behaviour."
    )
    options_type = TooFewExamplesOptions
    valid = (several(parts()), several(parts(), parts(), least=2))
    invalid = (several(parts(), least=2),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for the set, at its last row."""
        rows = len(collection)
        if rows < self.options.least:
            yield (
                rows - 1,
                Hit(f"There are {rows:,} examples, and {self.options.least:,} are wanted."),
            )
