"""DOC009: a Returns part, though nothing is returned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import is_stub, returns_text
from curator.lint.rule import Hit, Record, RecordRule, docstring_span

_NOTHING = re.compile(r"(?:None(?:Type)?|Nothing|No value)\b", re.IGNORECASE)


def _returns(body: str, said: str = "Twice that.") -> str:
    return (
        f'def show(n):\n    """Show it.\n\n    Args:\n        n: What.\n\n    Returns:\n'
        f'        {said}\n    """\n    {body}'
    )


class ReturnsWithoutValue(RecordRule):
    """A docstring says what is returned, and no path of the function returns a value.

    Generators are judged by DOC010. A function without a body of its own, as in a protocol, and one
    that says it returns None are left alone.
    """

    code = "DOC009"
    name = "returns-without-value"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "Whoever uses the function as documented gets None; often it shows that the answer prints"
        " what it should return."
    )
    valid = (
        parts(),
        parts(solution=_returns("print(n)", "None")),
        parts(solution=_returns("...")),
        parts(solution=_returns("return n")),
    )
    invalid = (
        parts(solution=_returns("print(n * 2)")),
        parts(solution=_returns("return None")),
        parts(solution=_returns("def inner():\n        return n\n    inner()")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such docstring."""
        for block, definition, docstring in record.documented:
            node = definition.node
            if isinstance(node, ast.ClassDef) or not docstring.has_returns:
                continue
            if definition.returns_value or definition.yields or is_stub(node):
                continue
            if not _NOTHING.match(returns_text(definition, record.profile.docstring.style)):
                yield Hit(
                    f"The docstring of `{definition.qualname}` says what is returned, and nothing"
                    " is.",
                    span=docstring_span(block, definition),
                )
