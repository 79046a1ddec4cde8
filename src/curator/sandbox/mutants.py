"""Solutions with nothing in them: what a sanity test must not pass with.

Two mutants are made at most, both by changing the syntax tree of the solution and nothing else:
``hollow`` returns None at once from every function, ``tripwire`` raises in every function. Nested
functions go with the one around them; docstrings, decorators, arguments and everything outside
functions stay.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from curator.sandbox.reading import parse

TRIP = "curator: the test called the solution"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(solution: str) -> frozenset[str]:
    """Return the names that a solution defines at its top.

    Raises:
        SyntaxError: The solution is not Python.
    """
    found: set[str] = set()
    for node in parse(solution).body:
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ast.walk(node):
                if isinstance(part, Function | ast.ClassDef):
                    found.add(part.name)
    return frozenset(found)


def used(code: str) -> frozenset[str]:
    """Return the names that some code reads, strings that could name something included.

    Raises:
        SyntaxError: It is not Python.
    """
    found: set[str] = set()
    for node in ast.walk(parse(code)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return frozenset(found)


def hollow(solution: str) -> str | None:
    """Return the solution with every function returning None, or None if it has no function."""
    return _mutate(solution, lambda: [ast.Return(ast.Constant(None))], lambda: ast.Constant(None))


def tripwire(solution: str) -> str | None:
    """Return the solution with every function ending the process, or None if it has none.

    It ends by SystemExit, which no ``except Exception`` in a test gets in the way of.
    """

    def trip() -> ast.expr:
        thrower = ast.parse(f"(_ for _ in ()).throw(SystemExit({TRIP!r}))", mode="eval")
        return thrower.body

    return _mutate(
        solution,
        lambda: [ast.Raise(ast.Call(ast.Name("SystemExit"), [ast.Constant(TRIP)], []))],
        trip,
    )


class _Emptier(ast.NodeTransformer):
    def __init__(self, body: Callable[[], list[ast.stmt]], value: Callable[[], ast.expr]) -> None:
        self.body = body
        self.value = value
        self.count = 0

    def _empty(self, node: Function) -> Function:
        self.count += 1
        docstring = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        node.body = [*docstring, *self.body()]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._empty(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._empty(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.count += 1
        node.body = self.value()
        return node


def _mutate(
    solution: str, body: Callable[[], list[ast.stmt]], value: Callable[[], ast.expr]
) -> str | None:
    tree = parse(solution)
    emptier = _Emptier(body, value)
    changed = emptier.visit(tree)
    if not emptier.count:
        return None
    return ast.unparse(ast.fix_missing_locations(changed))
