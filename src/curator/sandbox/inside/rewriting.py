"""Changes the syntax tree of the test and of the usage section, so that they tell what happened.

A statement keeps its place in the source, so tracebacks are those of the program as written.
"""

from __future__ import annotations

import _ast
import _operator
import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

AST_ONLY = 0x400
FUTURES = 0x1FE0000  # the flags of every `from __future__` feature
OUTPUT = 20_000  # characters of one output that are compared
SHOWN = 200  # characters of a value in a message
OPERATORS = {
    "Eq": ("==", _operator.eq),
    "NotEq": ("!=", _operator.ne),
    "Lt": ("<", _operator.lt),
    "LtE": ("<=", _operator.le),
    "Gt": (">", _operator.gt),
    "GtE": (">=", _operator.ge),
    "Is": ("is", _operator.is_),
    "IsNot": ("is not", _operator.is_not),
    "In": ("in", lambda left, right: left in right),
    "NotIn": ("not in", lambda left, right: left not in right),
}


class Ledger:
    """What the asserts of a test write to."""

    def __init__(self, held: set[int]) -> None:
        self.mark = held.add
        self.text = ""

    def check(self, left: object, right: object, name: str) -> object:
        """Compare, and keep what the two were if the comparison does not hold."""
        sign, operator = OPERATORS[name]
        result = operator(left, right)
        if not result:
            self.text = f"{_shown(left)} {sign} {_shown(right)}"
        return result

    def say(self) -> str:
        """Return the values of the comparison that did not hold."""
        return self.text


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except BaseException as error:  # the program's own method may do anything
        return f"<its repr raised {type(error).__name__}>"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def counted(source: str, filename: str, flags: int, held: set[int]) -> tuple[CodeType, list[bytes]]:
    """Compile the test so that each assert leaves a mark in `held`.

    ``assert X, M`` becomes ``if X: mark(2 * n)`` and otherwise ``mark(2 * n + 1)`` before the
    assertion fails, so that a failure which the test itself catches is known too. Where X compares
    two things and there is no M, the values become the message. The object with these methods is
    a constant of the code: no name leads to it.

    Returns:
        The code, and for each assert its line, with ``!`` where nothing but a failure before it
        can keep it from running.
    """
    tree: Any = compile(source, filename, "exec", flags | AST_ONLY, True, 0)
    stand_in = posix.urandom(8).hex()
    table: list[bytes] = []

    def rewrite(body: list[Any], top: bool) -> list[Any]:
        new: list[Any] = []
        for statement in body:
            if type(statement) is _ast.Assert:
                number = 2 * len(table)
                table.append(b"%d%s" % (statement.lineno, b"!" if top else b""))
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
    code = compile(tree, filename, "exec", flags, True, 0)
    return _with_constant(code, stand_in, Ledger(held)), table


class Listener:
    """Standard output that also keeps what is written."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.kept: list[str] = []
        self.room = OUTPUT

    def write(self, text: str) -> int:
        """Write on, and keep a copy while there is room."""
        if self.room > 0:
            self.kept.append(text[: self.room])
            self.room -= len(text)
        return int(self.stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def listened(
    source: str,
    filename: str,
    flags: int,
    promises: list[tuple[int, int, int]],
    space: dict[str, Any],
    outputs: dict[int, str],
) -> list[tuple[Any, ...]]:
    """Return the steps of a usage section whose statements promise outputs.

    Args:
        source: The section's code.
        filename: Its name in tracebacks.
        flags: Compiler flags of the sections before it.
        promises: Line and column of a statement, and the number of its promise.
        space: The program's namespace.
        outputs: Where the real outputs go, by number.
    """
    tree: Any = compile(source, filename, "exec", flags | AST_ONLY, True, 0)
    flags |= compile(tree, filename, "exec", flags, True, 0).co_flags & FUTURES
    numbers = {(line, column): number for line, column, number in promises}
    steps: list[tuple[Any, ...]] = []

    def listen(number: int, code: CodeType, kind: str, name: str) -> None:
        listener: Any = Listener(sys.stdout)
        sys.stdout = listener
        value = None
        try:
            if kind == "eval":
                value = eval(code, space)  # noqa: S307 - running it is what the sandbox is for
            else:
                exec(code, space)  # noqa: S102
        finally:
            if sys.stdout is listener:
                sys.stdout = listener.stream
        if name:
            value = space.get(name)
        printed = "".join(listener.kept)
        outputs[number] = printed or ("" if value is None else repr(value)[:OUTPUT])

    def flat(body: list[Any]) -> None:
        for statement in body:
            number = numbers.get((statement.lineno, statement.col_offset))
            if number is None and _is_guard(statement, numbers):
                # Its test is true here, and the lines below it promise something.
                flat(statement.body)
                continue
            kind, name = "exec", ""
            wrapped: Any = _ast.Module([statement], [])
            if number is not None and type(statement) is _ast.Expr:
                kind, wrapped = "eval", _ast.Expression(statement.value)
            elif number is not None and type(statement) is _ast.Assign:
                name = getattr(statement.targets[0], "id", "")
            code = compile(wrapped, filename, kind, flags, True, 0)
            if number is None:
                steps.append((exec, code, space))
            else:
                steps.append((listen, number, code, kind, name))

    flat(tree.body)
    return steps


def _is_guard(statement: Any, numbers: dict[tuple[int, int], int]) -> bool:
    """Say whether this is ``if __name__ == "__main__":`` with a promise directly under it."""
    return type(statement) is _ast.If and any(
        (inner.lineno, inner.col_offset) in numbers for inner in statement.body
    )


def _marked(statement: Any, stand_in: str, number: int) -> Any:
    """Return an ``if`` for an ``assert``, with the same place in the source."""
    names = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    place = {name: getattr(statement, name) for name in names}

    def call(method: str, arguments: list[Any]) -> Any:
        owner = _ast.Constant(stand_in, **place)
        function = _ast.Attribute(owner, method, _ast.Load(), **place)
        return _ast.Call(function, arguments, [], **place)

    def mark(value: int) -> Any:
        return _ast.Expr(call("mark", [_ast.Constant(value, **place)]), **place)

    test = statement.test
    if type(test) is _ast.Compare and len(test.ops) == 1 and statement.msg is None:
        operator = _ast.Constant(type(test.ops[0]).__name__, **place)
        sides = [test.left, test.comparators[0]]
        if not any(type(side) is _ast.Starred for side in sides):
            test = call("check", [*sides, operator])
            statement.msg = call("say", [])
    statement.test = _ast.Constant(False, **place)
    return _ast.If(test, [mark(number)], [mark(number + 1), statement], **place)


def _with_constant(code: CodeType, stand_in: str, value: object) -> CodeType:
    """Return `code` with the constant `stand_in` replaced by `value`, in nested code too."""
    constants: list[Any] = []
    for constant in code.co_consts:
        if type(constant) is type(code):
            constants.append(_with_constant(constant, stand_in, value))
        else:
            constants.append(value if constant == stand_in else constant)
    return code.replace(co_consts=tuple(constants))


TOOLS = (counted, listened)
