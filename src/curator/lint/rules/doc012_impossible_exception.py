"""DOC012: a documented exception that nothing in the function can raise."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import is_stub, own_nodes
from curator.lint.rule import Hit, Record, RecordRule, docstring_span

_HEAD = (
    'def root(n):\n    """Take the root.\n\n    Args:\n        n: Of what.\n\n    Returns:\n'
    '        It.\n\n    Raises:\n        ValueError: If negative.\n    """\n'
)
# What runs code from elsewhere, or fails by itself.
_MAY_RAISE = (
    *(ast.Raise, ast.Assert, ast.Call, ast.Subscript, ast.Attribute, ast.BinOp, ast.UnaryOp),
    *(ast.AugAssign, ast.Compare, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Await),
    *(ast.Import, ast.ImportFrom, ast.Yield, ast.YieldFrom, ast.Starred, ast.comprehension),
    *(ast.Delete, ast.JoinedStr, ast.Match, ast.Tuple, ast.ClassDef),
)


class ImpossibleException(RecordRule):
    """A docstring names exceptions, and the function does nothing that could raise any.

    Only bodies without a call, an operator, a comparison, an attribute or an index count, so this
    speaks of checks that were promised and never written.
    """

    code = "DOC012"
    name = "impossible-exception"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "The docstring promises a check that is not there; the model learns that a Raises part is"
        " ornament."
    )
    valid = (
        parts(),
        parts(solution=_HEAD + "    return n**0.5"),
        parts(solution=_HEAD + "    return int(n)"),
        parts(solution=_HEAD + "    ..."),
    )
    invalid = (parts(solution=_HEAD + "    return n"),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such docstring."""
        for block, definition, docstring in record.documented:
            node = definition.node
            if not docstring.raises or isinstance(node, ast.ClassDef) or is_stub(node):
                continue
            if not any(isinstance(one, _MAY_RAISE) for one in own_nodes(node)):
                yield Hit(
                    f"The docstring of `{definition.qualname}` names an exception, and nothing in"
                    " the function can raise one.",
                    span=docstring_span(block, definition),
                )
