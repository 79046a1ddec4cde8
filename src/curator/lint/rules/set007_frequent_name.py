"""SET007: a function name that too many examples define."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, Case, parts, several
from curator.lint.collection import Collection
from curator.lint.finding import Severity
from curator.lint.rule import Count, Hit, RuleOptions, SetRule, Share


class FrequentNameOptions(RuleOptions, frozen=True):
    """Options of SET007.

    Attributes:
        share: The largest share of examples, 0 to 1, that may define the same name.
        least: Up to so many examples may define the same name in any case.
    """

    share: Share = 0.05
    least: Count = 4


def _defining(name: str) -> Case:
    return parts(
        solution=GOOD_SOLUTION.replace("double", name, 1),
        usage=GOOD_USAGE.replace("double", name),
        test=GOOD_TEST.replace("double", name),
    )


class FrequentName(SetRule):
    """More than one in twenty solutions define a function or class of the same name.

    The share is an option. Said once for a name, of the last example that defines it.
    """

    code = "SET007"
    name = "frequent-name"
    severity = Severity.INFO
    why = (
        "A name that comes up this often becomes the one the model gives to everything: `solve`,"
        " `process_data`."
    )
    options_type = FrequentNameOptions
    valid = (
        several(*(_defining(name) for name in ("one", "two", "two", "two", "two"))),
        several(*(_defining(f"name_{n}") for n in range(8))),
    )
    invalid = (several(*(_defining("solve") for _ in range(5))),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each such name."""
        rows = len(collection)
        for name, count in collection.defines.most_common():
            if count <= max(rows * self.options.share, self.options.least):
                break
            yield (
                collection.last["name", name],
                Hit(
                    f"{count:,} of {rows:,} solutions define `{name}` ({count / rows:.0%}).",
                ),
            )
