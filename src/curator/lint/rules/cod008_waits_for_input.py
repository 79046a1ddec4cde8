"""COD008: code that waits for somebody to type."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class WaitsForInput(RecordRule):
    """The code calls ``input()``."""

    code = "COD008"
    name = "waits-for-input"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "Such code cannot be run or tested without a person, and a function that asks for its"
        " arguments cannot be used by another."
    )
    valid = (
        parts(),
        parts(usage="def input():\n    return 4\n\nprint(double(input()))"),
        parts(usage="ask = input\nprint(double(4))"),
    )
    invalid = (parts(usage='print(double(int(input("Number: "))))'),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each call."""
        for block, tree in record.trees:
            if "input" not in block.text:
                continue
            nodes = list(ast.walk(tree))
            if "input" in record.names or any(_defines_input(node) for node in nodes):
                continue
            for node in nodes:
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "input"
                ):
                    yield Hit("This waits for somebody to type.", span=block.locate(node))


def _defines_input(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name == "input"
    if isinstance(node, ast.arg):
        return node.arg == "input"
    return isinstance(node, ast.Name) and node.id == "input" and isinstance(node.ctx, ast.Store)
