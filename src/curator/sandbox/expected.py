"""Outputs that usage comments promise, and whether the real ones keep the promise.

A promise is a comment such as ``# Output: 120`` or ``# -> 120``: at the end of a statement's line,
or on the lines after it at the same indentation, where ``# Output:`` with nothing after it takes
the comment lines that follow. Statements at the top count, and those directly under
``if __name__ == "__main__":``. What was printed is compared; where nothing was, the value of the
expression, or of the name that was assigned.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from curator.sandbox.outcome import Comparison
from curator.sandbox.reading import UNREADABLE, parse

_MARKER = re.compile(
    r"#\s*(?:(?:expected\s+output|expected|output|prints)\s*:|->|=>|→|⇒)\s?(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Promise:
    """An output that a comment names.

    Attributes:
        line: The comment's line, counted from 1.
        text: What it says.
        at: Line and column where the statement starts that it speaks of.
    """

    line: int
    text: str
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    column: int
    text: str
    alone: bool


def promises(usage: str) -> tuple[Promise, ...]:
    """Return the promises in a usage section, none where it cannot be read."""
    if not _MARKER.search(usage):
        return ()
    try:
        statements = _flat(parse(usage).body)
        comments = _comments(usage)
    except (*UNREADABLE, tokenize.TokenError):
        return ()
    found: dict[tuple[int, int], Promise] = {}
    for place, comment in enumerate(comments):
        marker = _MARKER.match(comment.text)
        if marker is None:
            continue
        statement = _owner(comment, statements)
        if statement is None:
            continue
        text = marker["text"].rstrip()
        if not text:
            text = "\n".join(_continued(comments[place:]))
        at = (statement.lineno, statement.col_offset)
        if text and at not in found:
            found[at] = Promise(comment.line, text, at)
    return tuple(found.values())


def compare(usage: str, outputs: dict[int, str]) -> tuple[Comparison, ...]:
    """Compare promises with what a run reported.

    Args:
        usage: The usage section's code.
        outputs: What was printed, or the value's representation, by the promise's place.
    """
    return tuple(
        Comparison(
            promise.line, promise.text, outputs[number], agree(promise.text, outputs[number])
        )
        for number, promise in enumerate(promises(usage))
        if number in outputs
    )


def agree(expected: str, actual: str) -> bool:
    """Say whether an output is what a comment says.

    Spaces at line ends and empty lines around it do not count, ``...`` stands for anything, and
    two literals of one type agree when they are equal, so that the order of a set does not matter.
    """
    wanted, real = _tidy(expected), _tidy(actual)
    if wanted == real:
        return True
    if "..." in wanted:
        pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
        return re.fullmatch(pattern, real, re.DOTALL) is not None
    if len(wanted) + len(real) > _LITERAL_LIMIT:
        return False
    try:
        value = ast.literal_eval(real)
        if value == wanted:
            return True
        other = ast.literal_eval(wanted)
        return type(value) is type(other) and bool(value == other)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements, with those under the main guard in its place."""
    flat: list[ast.stmt] = []
    for statement in body:
        if (
            isinstance(statement, ast.If)
            and not statement.orelse
            and isinstance(statement.test, ast.Compare)
            and isinstance(statement.test.left, ast.Name)
            and statement.test.left.id == "__name__"
        ):
            flat += statement.body
        else:
            flat.append(statement)
    return flat


def _comments(code: str) -> list[_Comment]:
    lines = code.splitlines()
    return [
        _Comment(
            token.start[0],
            token.start[1],
            token.string,
            alone=not lines[token.start[0] - 1][: token.start[1]].strip(),
        )
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT and token.start[0] <= len(lines)
    ]


def _owner(comment: _Comment, statements: list[ast.stmt]) -> ast.stmt | None:
    """Return the statement that a comment speaks of."""
    compound = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    before = [statement for statement in statements if statement.lineno <= comment.line]
    if not before or isinstance(before[-1], compound):
        return None
    last = before[-1]
    end = last.end_lineno or last.lineno
    if comment.alone:
        return last if end < comment.line and last.col_offset == comment.column else None
    return last if end >= comment.line and not hasattr(last, "body") else None


def _continued(comments: list[_Comment]) -> list[str]:
    """Return the text of the comment lines right after the first one."""
    texts: list[str] = []
    for step, comment in enumerate(comments[1:], 1):
        if not comment.alone or comment.line != comments[0].line + step:
            break
        if _MARKER.match(comment.text):
            break
        texts.append(comment.text[1:].removeprefix(" "))
    return texts
