"""TST003: an assert that cannot fail."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class Tautology(RecordRule):
    """An assert cannot fail: a true constant, a pair in brackets, the same thing on both sides.

    Constants compared with constants count, and a function or class of the solution by itself.

    A test that two calls give the same object, ``f() is f()``, can fail and is left alone, and so
    is one that calls with an argument made anew, ``draw(Random(1)) == draw(Random(1))``.
    """

    code = "TST003"
    name = "tautology"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "It looks like a test and proves nothing; a model that learns it writes tests that pass"
        " whatever the code does."
    )
    valid = (
        parts(),
        parts(test='assert double(1) == 2, "doubles"'),
        parts(test="assert double(1) is double(1)"),
        parts(test="assert double(Random(1)) == double(Random(1))"),
        parts(test="nan = double(float('nan'))\nassert nan != nan"),
        parts(test="assert double(1) == 2 and double(2) == 4"),
        parts(test="assert not double(0)\nassert (*map(double, [0]),)"),
    )
    invalid = (
        parts(test="assert True\nassert double(1) == 2"),
        parts(test='assert (double(1) == 2, "doubles")'),
        parts(test="assert double(3) == double(3)"),
        parts(test="assert double(3) == 7 or True"),
        parts(test='assert "double(3) == 6"'),
        parts(test="assert not False"),
        parts(test="assert [double(3) == 7]"),
        parts(test="assert 2 > 1 and 3 != 4"),
        parts(test="assert double is not None"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such assert."""
        own = frozenset(d.name for _, d in record.definitions if d.kind != "method")
        for block in record.answer.blocks("test"):
            if isinstance(block.tree, SyntaxError):
                continue
            for node in ast.walk(block.tree):
                if isinstance(node, ast.Assert) and (reason := _always(node.test, own)):
                    yield Hit(f"This assert cannot fail: {reason}.", span=block.locate(node))


def _may_vary(node: ast.expr) -> bool:
    """Return whether an argument is made anew each time, as in ``draw(Random(1))``.

    That two such calls agree is how one tests that a function is reproducible.
    """
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    return any(
        isinstance(inner, ast.Call)
        for call in calls
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for inner in ast.walk(argument)
    )


def _always(test: ast.expr, own: frozenset[str]) -> str:
    """Return why a test is always true; nothing where it may be false.

    Args:
        test: What is asserted.
        own: The functions and classes of the solution.
    """
    if isinstance(test, ast.NamedExpr):
        return _always(test.value, own)
    if isinstance(test, ast.Constant) and test.value:
        return "it asserts a constant"
    if isinstance(test, ast.Tuple) and _holds_something(test.elts):
        return "a pair in brackets is always true"
    if isinstance(test, ast.List | ast.Set) and _holds_something(test.elts):
        return "a list that holds something is always true"
    if isinstance(test, ast.JoinedStr | ast.Lambda):
        return "it asserts a text or a function"
    if isinstance(test, ast.Name) and test.id in own:
        return "it asserts a function or a class, and not what it gives"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _never(test.operand):
        return "it asserts a constant"
    if isinstance(test, ast.BoolOp):
        reasons = [_always(one, own) for one in test.values]
        either = isinstance(test.op, ast.Or)
        return next(filter(None, reasons), "") if either or all(reasons) else ""
    return _same(test, own) if isinstance(test, ast.Compare) else ""


def _holds_something(elements: list[ast.expr]) -> bool:
    return any(not isinstance(one, ast.Starred) for one in elements)


def _never(test: ast.expr) -> bool:
    """Return whether a test is a constant that is false."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return bool(_always(test.operand, frozenset()))
    if isinstance(test, ast.List | ast.Tuple):
        return not test.elts
    return isinstance(test, ast.Constant) and not test.value


_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _same(test: ast.Compare, own: frozenset[str]) -> str:
    """Return why a comparison is always true; nothing where it may be false."""
    sides = [test.left, *test.comparators]
    reason = ""
    for kind, (left, right) in zip(test.ops, pairwise(sides), strict=True):
        if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
            compare = _COMPARED.get(type(kind))
            try:
                if compare is None or not compare(left.value, right.value):
                    return ""
            except TypeError:
                return ""
            reason = reason or "it compares constants"
            continue
        # Most differ in kind, which is known at once.
        same = type(left) is type(right) and ast.dump(left) == ast.dump(right)
        same = same and not _may_vary(left)
        named = isinstance(left, ast.Name)
        if same and (
            isinstance(kind, ast.Eq | ast.LtE | ast.GtE) or (isinstance(kind, ast.Is) and named)
        ):
            reason = "both sides are the same"
        elif (
            isinstance(left, ast.Name)
            and left.id in own
            and isinstance(kind, ast.IsNot | ast.NotEq)
            and isinstance(right, ast.Constant)
        ):
            reason = "it asserts a function or a class, and not what it gives"
        else:
            return ""
    return reason
