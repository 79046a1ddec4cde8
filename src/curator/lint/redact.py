"""What rules about secrets and private data share: looking through texts, and taking things out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curator.example import Example, Span
from curator.lint.case import Case, asking, case
from curator.lint.finding import Fix, Safety
from curator.lint.rule import Hit, Record
from curator.lint.secrets import Pattern, possible_in


def look_for(
    patterns: Sequence[Pattern],
    record: Record,
    instead: str,
    *,
    everywhere: bool,
) -> Iterator[Hit]:
    """Yield one hit for each secret.

    Args:
        patterns: What to look for.
        record: The example.
        instead: What the fix writes in its place.
        everywhere: Whether to look at all texts of the record and not only at those that train.
            What stands in an object or a list within it is found, and is for a person to mend.
    """
    whole = record.everything
    possible = possible_in(whole, patterns)
    if not possible:
        return
    for pointer, text in record.all_texts if everywhere else record.texts:
        for pattern in possible:
            for start, end in pattern.find(text):
                yield Hit(
                    f"This looks like {pattern.what}.",
                    pointer=pointer,
                    span=Span(start, end),
                    fix=_fix(instead, pointer, start, end),
                )


def _fix(instead: str, pointer: str, start: int, end: int) -> Fix | None:
    if pointer.count("/") > 1:
        return None
    return Fix(f"Write {instead}", pointer, start, end, instead, Safety.UNSAFE)


def samples(patterns: Sequence[Pattern]) -> tuple[Case, ...]:
    """Return a case for each pattern's sample."""
    return tuple(case(_quoting(pattern.sample)) for pattern in patterns)


def lookalikes(patterns: Sequence[Pattern]) -> tuple[Case, ...]:
    """Return a case for each text that only looks like one."""
    return tuple(case(_quoting(text)) for pattern in patterns for text in pattern.lookalikes)


def _quoting(text: str) -> Example:
    return asking(f'Say what "{text}" is.')
