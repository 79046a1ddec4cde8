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
        parts(test="class T:\n    def go(self):\n        assert double(1) == 2\n\n\nT().go()"),
        parts(
            test="def test_one():\n    assert double(1) == 2\n\n\nfor name, run in list("
            'globals().items()):\n    if name.startswith("test_"):\n        run()'
        ),
    )
    invalid = (
        parts(test="def test_double():\n    assert double(1) == 2"),
        parts(test="def test_a():\n    assert double(1) == 2\n\n\ndef test_b():\n    test_a()"),
        parts(test="class T:\n    def go(self):\n        assert double(1) == 2\n\n\nT()"),
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


# With these a test finds functions without naming them.
_FINDERS = frozenset({"globals", "locals", "vars", "dir", "getattr", "eval", "exec"})


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
            if node.name in used or node.decorator_list or node.name.startswith("__"):
                pending.extend(_within(node))
            else:
                defined.setdefault(node.name, []).extend(_within(node))
            continue
        if isinstance(node, ast.Attribute) and node.attr == "main":
            # unittest.main() and its like find the tests by themselves.
            return True
        name = ""
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute):
            name = node.attr
        if name in _FINDERS:
            return True
        if name and name not in used:
            used.add(name)
            pending.extend(defined.pop(name, []))
        pending.extend(ast.iter_child_nodes(node))
    return False


def _within(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[ast.AST]:
    """Return what runs, or may, where a definition is used.

    A class that derives from another may be one whose base calls its methods.
    """
    if isinstance(node, ast.ClassDef) and node.bases:
        return [
            part for one in node.body for part in (one.body if isinstance(one, _SCOPES) else [one])
        ]
    return list(node.body)
