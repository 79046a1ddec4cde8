"""COD010: a default value that all calls share."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_MADE = frozenset(
    {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"}
)
_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


class MutableDefault(RecordRule):
    """A parameter's default is a list, a dict or a set, made once and shared by all calls."""

    code = "COD010"
    name = "mutable-default"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "What one call puts into it the next call finds there. It is the best-known trap of the"
        " language, and a model trained on it sets it."
    )
    valid = (
        parts(),
        parts(usage="def show(items=(), *, seen=None):\n    print(double(1), items, seen)"),
        parts(usage="make = lambda: []\nprint(double(1))"),
        parts(usage="def show(empty=(0,) * 3):\n    print(double(1), empty)"),
    )
    invalid = (
        parts(usage="def show(items=[]):\n    print(double(1), items)"),
        parts(usage="def show(*, seen=dict()):\n    print(double(1), seen)"),
        parts(usage="def show(counts=[0] * 3):\n    print(double(1), counts)"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such default."""
        for block, tree in record.trees:
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                    continue
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    if default is not None and _is_mutable(default):
                        yield Hit(
                            "This default is made once and shared by all calls.",
                            span=block.locate(default),
                        )


def _is_mutable(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        target = node.func
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        return name in _MADE
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Add | ast.BitOr):
        # [0] * 3 is a list like any other.
        return _is_mutable(node.left) or _is_mutable(node.right)
    return isinstance(node, _DISPLAYS)
