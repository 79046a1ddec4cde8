"""DOC014: a docstring that was never filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.functions import returns_text
from curator.lint.rule import Hit, Record, RecordRule, docstring_span

_MARKER = re.compile(
    r"(?:(?:TODO|FIXME|XXX|TBD)\b|\.\.\.$|…$|_(?:summary|description|type)_"
    r"|\[?(?:[Aa]dd|[Ii]nsert|[Ww]rite)? ?(?:[Yy]our |[Ff]unction |[Cc]lass |[Mm]ethod )?"
    r"(?:[Dd]ocstring|[Dd]escription|[Ss]ummary)(?: (?:goes )?here)?\]?\.?$|<[^<>]+>$"
    r"|[Pp]laceholder\.?$|(?:[Ww]rite|[Dd]ocument) me\.?$|[Tt]o be (?:written|documented|done)\.?$)"
)
# In an entry only what can be nothing else: a parameter may hold a description.
_LEFT = re.compile(r"(?:[\w.\[\], |]+:\s+)?(?:(?:TODO|FIXME|XXX|TBD)(?=$|[\s.:(-])|(?:\.\.\.|…)$)")
_TEMPLATE = re.compile(r"(?:_description_|_summary_|_type_)")


class PlaceholderDocstring(RecordRule):
    """A docstring says TODO, dots, the words of a template, or only the function's own name.

    An entry under Args or Returns that says so counts as well.
    """

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
        parts(solution=GOOD_SOLUTION.replace("The number to double.", "Description: 3, 4, ...")),
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
        parts(solution=GOOD_SOLUTION.replace("The number to double.", "TODO")),
        parts(solution=GOOD_SOLUTION.replace('Twice the number.\n    "', '...\n    "')),
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
                or any(_LEFT.match(entry.description.strip()) for entry in docstring.args)
                or _LEFT.match(returns_text(definition, record.profile.docstring.style))
            ):
                yield Hit(
                    f"The docstring of `{definition.qualname}` was never filled in.",
                    span=docstring_span(block, definition),
                )
