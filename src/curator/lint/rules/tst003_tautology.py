"""TST003: an assert that cannot fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class Tautology(RecordRule):
    """An assert cannot fail: a true constant, a pair in brackets, the same thing on both sides.

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
    )
    invalid = (
        parts(test="assert True\nassert double(1) == 2"),
        parts(test='assert (double(1) == 2, "doubles")'),
        parts(test="assert double(3) == double(3)"),
        parts(test="assert double(3) == 7 or True"),
        parts(test='assert "double(3) == 6"'),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such assert."""
        for block in record.answer.blocks("test"):
            if isinstance(block.tree, SyntaxError):
                continue
            for node in ast.walk(block.tree):
                if isinstance(node, ast.Assert) and (reason := _always(node.test)):
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


def _always(test: ast.expr) -> str:
    """Return why a test is always true; nothing where it may be false."""
    if isinstance(test, ast.Constant) and test.value:
        return "it asserts a constant"
    if isinstance(test, ast.Tuple) and test.elts:
        return "a pair in brackets is always true"
    if isinstance(test, ast.JoinedStr | ast.Lambda):
        return "it asserts a text or a function"
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next((reason for one in test.values if (reason := _always(one))), "")
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        same = ast.dump(test.left) == ast.dump(test.comparators[0]) and not _may_vary(test.left)
        kind = test.ops[0]
        if same and isinstance(kind, ast.Eq | ast.LtE | ast.GtE):
            return "both sides are the same"
        if same and isinstance(kind, ast.Is) and isinstance(test.left, ast.Name):
            return "both sides are the same"
    return ""
