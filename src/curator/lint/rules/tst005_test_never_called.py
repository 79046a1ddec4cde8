"""TST005: asserts in a function that nobody calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class TestNeverCalled(RecordRule):
    """All asserts stand in functions or classes that the test never uses, so none of them runs.

    The sanity test is run as a program; nothing looks for functions whose name begins with test.
    """

    __test__ = False  # so that pytest does not take it for a test

    code = "TST005"
    name = "test-never-called"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "The test passes because nothing is tested, and who copies it believes that the code was"
        " proven."
    )
    valid = (
        parts(),
        parts(test="def check():\n    assert double(1) == 2\n\n\ncheck()"),
        parts(test="def one():\n    assert double(1) == 2\n\n\nfor run in [one]:\n    run()"),
        parts(
            test="import unittest\n\n\nclass T(unittest.TestCase):\n    def test(self):\n"
            "        assert double(1) == 2\n\n\nunittest.main()"
        ),
        parts(test="print(double(1))"),
    )
    invalid = (
        parts(test="def test_double():\n    assert double(1) == 2"),
        parts(test="def test_a():\n    assert double(1) == 2\n\n\ndef test_b():\n    test_a()"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the test, at its first assert."""
        for block in record.answer.blocks("test"):
            tree = block.tree
            if isinstance(tree, SyntaxError):
                continue
            asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
            if asserts and not _reaches_assert(tree):
                first = min(asserts, key=lambda node: (node.lineno, node.col_offset))
                yield Hit(
                    "No assert runs: all of them stand in functions that nobody calls.",
                    span=block.locate(first),
                )


def _reaches_assert(tree: ast.Module) -> bool:
    """Return whether an assert stands outside of definitions, or in one that is used."""
    defined: dict[str, list[ast.AST]] = {}
    pending: list[ast.AST] = list(tree.body)
    used: set[str] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, _SCOPES):
            if node.name in used or node.decorator_list:
                pending.extend(node.body)
            else:
                defined.setdefault(node.name, []).extend(node.body)
            continue
        if isinstance(node, ast.Attribute) and node.attr == "main":
            # unittest.main() and its like find the tests by themselves.
            return True
        if isinstance(node, ast.Name) and node.id not in used:
            used.add(node.id)
            pending.extend(defined.pop(node.id, []))
        pending.extend(ast.iter_child_nodes(node))
    return False
