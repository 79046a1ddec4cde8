"""SET004: two examples under one id."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import asking, case, parts, several
from curator.lint.collection import Collection
from curator.lint.finding import Severity
from curator.lint.rule import Hit, SetRule
from curator.terminal import one_line


class DuplicateId(SetRule):
    """An example has the id of an earlier one."""

    code = "SET004"
    name = "duplicate-id"
    severity = Severity.ERROR
    why = (
        "Reports, suppressions and manifests name examples by their id; two of the same cannot be"
        " told apart, and the wrong one is mended or removed."
    )
    valid = (
        several(case(asking("Double it.", id="a")), case(asking("Halve it.", id="b"))),
        several(parts(), parts()),
    )
    invalid = (several(case(asking("Double it.", id="a")), case(asking("Halve it.", id="a"))),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each repetition."""
        if not collection.compares(self.code):
            return
        first: dict[str, int] = {}
        for place, identity in enumerate(collection.ids):
            if identity is None:
                continue
            earlier = first.setdefault(identity, place)
            if earlier != place:
                name = one_line(identity, 60).replace("`", "'")
                yield (
                    place,
                    Hit(
                        f"The id `{name}` is that of {collection.named(earlier, place)}.",
                        pointer="/id",
                    ),
                )
