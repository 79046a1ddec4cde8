"""SET006: a topic that too many examples have."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import Case, asking, case, several
from curator.lint.collection import Collection
from curator.lint.finding import Severity
from curator.lint.rule import Count, Hit, RuleOptions, SetRule, Share
from curator.terminal import one_line


class FrequentTopicOptions(RuleOptions, frozen=True):
    """Options of SET006.

    Attributes:
        share: The largest share of examples, 0 to 1, that may carry the same tag.
        least: In sets with fewer examples nothing is counted.
    """

    share: Share = 0.5
    least: Count = 20


def _tagged(*tags: str) -> tuple[Case, ...]:
    return tuple(case(asking(f"Question {n}.", tags=[tag])) for n, tag in enumerate(tags))


class FrequentTopic(SetRule):
    """More than half of the examples, or than the option says, carry the same tag.

    Said once for a tag, of the last example that carries it.
    """

    code = "SET006"
    name = "frequent-topic"
    severity = Severity.INFO
    why = (
        "Format and topic are learnt together: where most examples are about one thing, the format"
        " may not show in questions about others."
    )
    options_type = FrequentTopicOptions
    valid = (
        several(*_tagged("lists", "lists", "sets", "dicts"), least=4),
        several(*_tagged("lists", "lists", "lists", "dicts")),
    )
    invalid = (several(*_tagged("dicts", "lists", "lists", "lists"), least=4),)

    def check(self, collection: Collection) -> Iterator[tuple[int, Hit]]:
        """Yield one hit for each such tag."""
        rows = len(collection)
        if rows < self.options.least:
            return
        for tag, count in collection.tags.most_common():
            if count <= rows * self.options.share:
                break
            name = one_line(tag, 40).replace("`", "'")
            yield (
                collection.last["tag", tag],
                Hit(
                    f"{count:,} of {rows:,} examples have the tag `{name}` ({count / rows:.0%}).",
                    pointer="/tags",
                ),
            )
