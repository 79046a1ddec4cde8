"""Reads code that nobody has vouched for, without a warning of the compiler's on the screen.

The compiler warns of strange escapes and comparisons through Python's own filters, which belong to
the whole process: swapping them for a moment is not safe where threads are. So a filter for the
file name in question goes to their front, and stays.
"""

from __future__ import annotations

import ast
import re
import warnings
from types import CodeType
from typing import Any

FUTURES = 0x1FE0000  # the flags of every `from __future__` feature
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def hush(filename: str) -> None:
    """Let the compiler's warnings about `filename` go unseen."""
    warnings.filterwarnings("ignore", module=re.escape(filename) + r"\Z")


def parse(code: str, filename: str = "<example>", flags: int = 0) -> ast.Module:
    """Return the syntax tree of `code`.

    Args:
        code: Python source.
        filename: Its name in messages.
        flags: Compiler flags of the code before it.

    Raises:
        SyntaxError: It is not Python; ValueError, RecursionError, MemoryError and OverflowError
            come of code that was made to be hard to read (see `UNREADABLE`).
    """
    hush(filename)
    tree = compile(code, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def code_of(tree: ast.Module | ast.Expression | str, filename: str, kind: str, flags: int) -> Any:
    """Compile code, asserts included whatever this process was started with.

    Args:
        tree: Source, a module, or for the kind ``eval`` an expression.
        filename: Its name in tracebacks.
        kind: ``exec`` or ``eval``.
        flags: Compiler flags of the code before it.

    Returns:
        A code object.

    Raises:
        SyntaxError: Or another of `UNREADABLE`.
    """
    hush(filename)
    return compile(tree, filename, kind, flags, dont_inherit=True, optimize=0)


def futures(code: CodeType) -> int:
    """Return the flags of the ``__future__`` features that some code switches on."""
    return code.co_flags & FUTURES
