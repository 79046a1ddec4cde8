"""DOC014: a docstring that was never filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, docstring_span

_MARKER = re.compile(
    r"(?:(?:TODO|FIXME|XXX|TBD)\b|\.\.\.$|…$|_(?:summary|description|type)_"
    r"|\[?(?:[Aa]dd|[Ii]nsert|[Ww]rite)? ?(?:[Yy]our )?(?:[Dd]ocstring|[Dd]escription|[Ss]ummary)"
    r"(?: (?:goes )?here)?\]?\.?$|<[^<>]+>$)"
)
_TEMPLATE = re.compile(r"(?:_description_|_summary_|_type_)")


class PlaceholderDocstring(RecordRule):
    """A docstring says TODO, dots, the words of a template, or only the function's own name."""

    code = "DOC014"
    name = "placeholder-docstring"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "It passes for documentation and says nothing, and the model learns to fill the place"
        " instead of describing the code."
    )
    valid = (
        parts(),
        parts(solution='def todo(items):\n    """Todo items, oldest first."""\n    return items'),
        parts(solution='def describe():\n    """Description of the machine as one line."""'),
    )
    invalid = (
        parts(solution='def double(n):\n    """TODO: document this."""\n    return n * 2'),
        parts(solution='def double(n):\n    """..."""\n    return n * 2'),
        parts(
            solution='def double_it(n):\n    """Double it."""\n    return n * 2'.replace(
                "Double it.", "double_it"
            )
        ),
        parts(solution=GOOD_SOLUTION.replace("The number to double.", "_description_")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such docstring."""
        for block, definition, docstring in record.documented:
            summary = docstring.summary.strip()
            text = definition.docstring or ""
            if (
                _MARKER.match(summary)
                or _TEMPLATE.search(text)
                or summary.rstrip(".") == definition.name
            ):
                yield Hit(
                    f"The docstring of `{definition.qualname}` was never filled in.",
                    span=docstring_span(block, definition),
                )
