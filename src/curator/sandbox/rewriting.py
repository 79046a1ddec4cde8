"""Changes the test and the usage section so that, run in the sandbox, they tell what happened.

Both are compiled here rather than there, since loading the syntax tree's types would cost each
sandboxed interpreter more than all the rest of the harness. Nothing of them is executed here. A
statement keeps its place in the source, so tracebacks are those of the program as written.
"""

from __future__ import annotations

import ast
import secrets
from types import CodeType
from typing import Any, TypeGuard

from curator.sandbox import reading
from curator.sandbox.expected import Promise

_COMPARISONS = {"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"}
Counted = tuple[CodeType, str, bytes]
Listened = tuple[int, CodeType, str, str]


def counted(source: str, filename: str, flags: int) -> Counted:
    """Compile a test so that each assert leaves a mark.

    ``assert X, M`` becomes ``if X: mark(2 * n)`` and otherwise ``mark(2 * n + 1)`` before the
    assertion fails, so that a failure which the test itself catches is known too. Where X compares
    two things and there is no M, the values become the message.

    Args:
        source: The test's code.
        filename: Its name in tracebacks.
        flags: Compiler flags of the sections before it.

    Returns:
        The code; the constant in it that the sandbox replaces by the object with these methods, to
        which no name leads; and for each assert its line, with ``!`` where nothing but a failure
        before it can keep it from running.

    Raises:
        SyntaxError: Or another of `reading.UNREADABLE`.
    """
    tree = reading.parse(source, filename, flags)
    stand_in = secrets.token_hex(8)
    table: list[str] = []

    def rewrite(body: list[Any], top: bool) -> list[Any]:
        new: list[Any] = []
        for statement in body:
            if isinstance(statement, ast.Assert):
                number = 2 * len(table)
                table.append(f"{statement.lineno}{'!' if top else ''}")
                new.append(_marked(statement, stand_in, number))
                continue
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list):
                    setattr(statement, name, rewrite(inner, False))
            for name in ("handlers", "cases"):
                for branch in getattr(statement, name, ()):
                    branch.body = rewrite(branch.body, False)
            new.append(statement)
        return new

    tree.body = rewrite(tree.body, True)
    code = reading.code_of(tree, filename, "exec", flags)
    return code, stand_in, " ".join(table).encode()


def _marked(statement: ast.Assert, stand_in: str, number: int) -> ast.If:
    """Return an ``if`` for an ``assert``, with the same place in the source."""

    def call(method: str, arguments: list[ast.expr]) -> ast.Call:
        return ast.Call(ast.Attribute(ast.Constant(stand_in), method, ast.Load()), arguments, [])

    def mark(value: int) -> ast.stmt:
        return ast.Expr(call("mark", [ast.Constant(value)]))

    test = statement.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and statement.msg is None:
        operator = type(test.ops[0]).__name__
        if operator in _COMPARISONS:
            test = call("check", [test.left, test.comparators[0], ast.Constant(operator)])
            statement.msg = call("say", [])
    statement.test = ast.Constant(False)
    chosen = ast.If(test, [mark(number)], [mark(number + 1), statement])
    for node in ast.walk(chosen):
        if not hasattr(node, "lineno"):
            ast.copy_location(node, statement)
    return chosen


def listened(
    source: str, filename: str, flags: int, promises: tuple[Promise, ...]
) -> list[Listened]:
    """Compile a usage section statement by statement, to listen to those that promise an output.

    Args:
        source: The section's code.
        filename: Its name in tracebacks.
        flags: Compiler flags of the sections before it.
        promises: What its comments promise, at least one thing.

    Returns:
        For each statement the number of its promise or -1, its code, the code's kind (``exec`` or
        ``eval``), and the name whose value counts, if any.

    Raises:
        SyntaxError: Or another of `reading.UNREADABLE`.
    """
    tree = reading.parse(source, filename, flags)
    flags |= reading.futures(reading.code_of(source, filename, "exec", flags))
    numbers = {promise.at: number for number, promise in enumerate(promises)}
    steps: list[Listened] = []

    def flat(body: list[ast.stmt]) -> None:
        for statement in body:
            number = numbers.get((statement.lineno, statement.col_offset), -1)
            if number < 0 and _is_guard(statement, numbers):
                # Its test is true in the sandbox, and the lines below it promise something.
                flat(statement.body)
                continue
            kind, name = "exec", ""
            wrapped: ast.Module | ast.Expression = ast.Module([statement], [])
            if number >= 0 and isinstance(statement, ast.Expr):
                kind, wrapped = "eval", ast.Expression(statement.value)
            elif number >= 0 and isinstance(statement, ast.Assign):
                name = getattr(statement.targets[0], "id", "")
            steps.append((number, reading.code_of(wrapped, filename, kind, flags), kind, name))

    flat(tree.body)
    return steps


def _is_guard(statement: ast.stmt, numbers: dict[tuple[int, int], int]) -> TypeGuard[ast.If]:
    """Say whether this is ``if __name__ == "__main__":`` with a promise directly under it."""
    return isinstance(statement, ast.If) and any(
        (inner.lineno, inner.col_offset) in numbers for inner in statement.body
    )
