"""SET005: an example that asks what a suite asks."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts, several
from curator.lint.collection import FULL, Collection
from curator.lint.finding import Severity
from curator.lint.likeness import Like, normalise, twins_between
from curator.lint.rule import Count, Hit, RuleOptions, Score, SetRule
from curator.terminal import one_line


class HeldOutPromptOptions(RuleOptions, frozen=True):
    """Options of SET005.

    Attributes:
        threshold: From which likeness on, 0 to 100, an example counts as asking the same.
        max_rows: Sets with more examples are not compared, and the run says so. 100,000 is the
            most.
    """

    threshold: Score = 85.0
    max_rows: Count = FULL


class HeldOutPrompt(SetRule):
    """An example asks nearly what a prompt of an evaluation suite asks.

    The suites are those that ``[lint] suites`` names in ``curator.toml``.
    """

    code = "SET005"
    name = "held-out-prompt"
    severity = Severity.ERROR
    why = (
        "A suite measures what the model makes of questions it was not trained on; this one it will"
        " have seen, and its score says nothing."
    )
    options_type = HeldOutPromptOptions
    valid = (
        several(parts()),
        several(parts(), held_out=("count the vowels of a word.",)),
    )
    invalid = (several(parts(), held_out=("write a function which doubles a number.",)),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each such example, with the likest prompt."""
        held_out = [normalise(text) for text in collection.held_out]
        if not held_out or not collection.compares(self.code, self.options.max_rows):
            return
        likest: dict[int, Like] = {}
        for pair in twins_between(collection.texts, held_out, self.options.threshold):
            known = likest.get(pair.a)
            if known is None or pair.score > known.score:
                likest[pair.a] = pair
        for place in sorted(likest):
            pair = likest[place]
            asked = one_line(collection.held_out[pair.b], 60).replace("`", "'")
            yield (
                place,
                Hit(
                    f"A suite asks nearly the same ({pair.score:.0f} of 100 alike): `{asked}`.",
                    pointer="/instruction",
                ),
            )
