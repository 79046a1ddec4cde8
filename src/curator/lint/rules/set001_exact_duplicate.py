"""SET001: an example that is there twice."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import asking, case, parts, several
from curator.lint.collection import Collection, repeats
from curator.lint.finding import Severity
from curator.lint.rule import Hit, SetRule


class ExactDuplicate(SetRule):
    """An example asks and answers the same as an earlier one.

    Capitals and blanks of the question do not count; the answer must be the same to the character.
    """

    code = "SET001"
    name = "exact-duplicate"
    severity = Severity.WARNING
    why = (
        "It counts twice without anybody having decided so, and copies on both sides of a split"
        " make the validation loss lie. Repeat on purpose in the recipe."
    )
    valid = (several(parts(), case(asking("Triple a number."))),)
    invalid = (
        several(parts(), parts()),
        several(case(asking("Double it.")), case(asking("Halve it.")), case(asking("double  it."))),
    )

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each copy."""
        outputs = collection.outputs
        answered: dict[tuple[int, int], int] = {}
        for place, first in repeats(collection.prompts):
            earlier = answered.setdefault((first, outputs[place]), place)
            if outputs[place] == outputs[first]:
                earlier = first
            if earlier != place:
                yield (
                    place,
                    Hit(
                        f"This is the same example as {collection.named(earlier, place)}.",
                        pointer="/instruction",
                    ),
                )
