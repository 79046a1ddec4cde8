"""DOC007: arguments documented in another order than they are taken."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, asked_arguments
from curator.lint.rules.doc006_unknown_argument import entry_span


class ArgumentOrder(RecordRule):
    """A docstring documents the arguments in another order than the signature has.

    Arguments by keyword only may stand in any order among themselves.
    """

    code = "DOC007"
    name = "argument-order"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "The order of positional arguments is their meaning: a reader who trusts the docstring"
        " passes them the wrong way round."
    )
    valid = (
        parts(),
        parts(
            solution='def at(*, x, y):\n    """Go there.\n\n    Args:\n        y: Up.\n'
            '        x: Right.\n    """\n'
        ),
    )
    invalid = (
        parts(
            solution='def at(x, y):\n    """Go there.\n\n    Args:\n        y: Up.\n'
            '        x: Right.\n    """\n'
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each function, at the first entry that comes too late."""
        if "args" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            node = definition.node
            keywords = {arg.arg for arg in getattr(getattr(node, "args", None), "kwonlyargs", ())}
            order = [
                name.lstrip("*")
                for name, _ in asked_arguments(definition)
                if name.lstrip("*") not in keywords
            ]
            named = [e.name for e in docstring.args if e.name.lstrip("*") in order]
            places = [order.index(name.lstrip("*")) for name in named]
            late = next((i for i in range(1, len(places)) if places[i] < places[i - 1]), None)
            if late is not None:
                yield Hit(
                    f"The docstring of `{definition.qualname}` documents `{named[late]}` after"
                    f" `{named[late - 1]}`, and the signature has them the other way round.",
                    span=entry_span(block, definition, named[late]),
                )
