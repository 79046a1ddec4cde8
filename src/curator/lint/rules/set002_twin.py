"""SET002: an example that is nearly another."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import asking, case, parts, several
from curator.lint.collection import FULL, Collection, repeats
from curator.lint.finding import Severity
from curator.lint.likeness import Like, twins_among
from curator.lint.rule import Count, Hit, RuleOptions, Score, SetRule


class TwinOptions(RuleOptions, frozen=True):
    """Options of SET002.

    Attributes:
        threshold: From which likeness on, 0 to 100, two examples are twins.
        max_rows: Sets with more examples are not compared, and the run says so; `curator dupes`
            compares them. 100,000 is the most.
    """

    threshold: Score = 85.0
    max_rows: Count = FULL


class Twin(SetRule):
    """An example asks nearly the same as an earlier one: a twin, as ``curator dupes`` finds them.

    Rows that ask exactly the same are left to SET001 and SET003.
    """

    code = "SET002"
    name = "twin"
    severity = Severity.WARNING
    why = (
        "Near-copies count double in training and, on both sides of a split, make the validation"
        " loss lie."
    )
    options_type = TwinOptions
    valid = (
        several(parts(), case(asking("Count the vowels of a word."))),
        several(parts(), parts()),
        several(parts(), case(asking("Write a function that trebles a number.")), threshold=99),
    )
    invalid = (several(parts(), case(asking("Write a function that trebles a number."))),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each row that has an earlier twin, with the likest."""
        if not collection.compares(self.code, self.options.max_rows):
            return
        copies = {place for place, _ in repeats(collection.prompts)}
        kept = [place for place in range(len(collection)) if place not in copies]
        if len(kept) < 2:
            return
        texts = [collection.texts[place] for place in kept]
        likest: dict[int, Like] = {}
        for pair in twins_among(texts, self.options.threshold):
            known = likest.get(pair.b)
            if known is None or pair.score > known.score:
                likest[pair.b] = pair
        for pair in sorted(likest.values(), key=lambda pair: pair.b):
            place, other = kept[pair.b], kept[pair.a]
            yield (
                place,
                Hit(
                    f"This is a twin of {collection.named(other, place)} ({pair.score:.0f} of 100"
                    " alike).",
                    pointer="/instruction",
                ),
            )
