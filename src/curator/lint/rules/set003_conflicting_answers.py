"""SET003: one question with several answers."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import asking, case, parts, several
from curator.lint.collection import Collection, repeats
from curator.lint.finding import Severity
from curator.lint.rule import Hit, SetRule


class ConflictingAnswers(SetRule):
    """An example asks exactly what an earlier one asks, and answers it differently."""

    code = "SET003"
    name = "conflicting-answers"
    severity = Severity.WARNING
    why = (
        "The same prompt pulls the model two ways, and what it learns is in between; if both"
        " answers are good, the questions should differ in what they ask for."
    )
    valid = (
        several(parts(), parts()),
        several(parts(), case(asking("Triple it.", output="n * 3"))),
    )
    invalid = (
        several(
            case(asking("Double it.", output="n * 2")), case(asking("Double it.", output="n + n"))
        ),
    )

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each answer that is new to the question."""
        outputs = collection.outputs
        seen: dict[int, set[int]] = {}
        for place, first in repeats(collection.prompts):
            known = seen.setdefault(first, {outputs[first]})
            if outputs[place] not in known:
                known.add(outputs[place])
                yield (
                    place,
                    Hit(
                        f"The question is that of {collection.named(first, place)}, and the answer"
                        " is another.",
                        pointer="/instruction",
                    ),
                )
