"""One block of Python as it stands in an answer: its text, its place, its syntax tree."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

LINE_END = re.compile(r"\r\n|\r|\n")

_PYTHON_TAGS = frozenset({"python", "py", "python3", "py3"})
_DEFINED_NAME = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+(\w+)")
# catch_warnings swaps process-wide state, so two threads must not be inside it at once.
_QUIET = threading.Lock()


class Span(NamedTuple):
    """A piece of a text: characters from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class CodeBlock:
    """One block of code.

    Attributes:
        language: The first word after the fence, as written; empty where there is none.
        text: The code as it stands, without its last line end.
        span: Where `text` stands in the output.
        closed: Whether the fence was closed.
        indent: How many blanks stand before the fence; as many before each line are no code.
    """

    language: str
    text: str
    span: Span
    closed: bool = True
    indent: int = 0

    @cached_property
    def code(self) -> str:
        """The code as it runs: without the blanks that an indented fence has before each line."""
        return dedented(self.text, self.indent)

    @property
    def is_python(self) -> bool:
        """Whether the fence's language says so."""
        return self.language.casefold() in _PYTHON_TAGS

    @cached_property
    def tree(self) -> ast.Module | SyntaxError:
        """The syntax tree, or the interpreter's own error."""
        return parse_python(self.code)

    @cached_property
    def error(self) -> SyntaxError | None:
        """Why the interpreter does not take the code, or None where it does.

        Some of it can be read and still is no program: ``return`` outside of a function, a
        parameter twice.
        """
        tree = self.tree
        return tree if isinstance(tree, SyntaxError) else compile_error(self.code)

    def locate(self, node: ast.expr | ast.stmt | ast.arg) -> Span:
        """Return where `node` stands in the output."""
        end_line = node.end_lineno or node.lineno
        end_column = node.end_col_offset or node.col_offset
        return Span(self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column))

    def locate_name(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Span:
        """Return where the name that `node` defines stands in the output."""
        whole = self.locate(node)
        match = _DEFINED_NAME.match(self.text, whole.start - self.span.start)
        if match is None:
            return whole
        return Span(self.span.start + match.start(1), self.span.start + match.end(1))

    def offset(self, line: int, utf8_column: int = 0) -> int:
        """Return the character of the output at a line (from 1) and a UTF-8 column (from 0).

        Both count in `code`.
        """
        starts = self._line_starts
        if line > len(starts):
            return self.span.end
        begin = starts[line - 1]
        stop = starts[line] if line < len(starts) else len(self.text)
        begin += _blanks(self.text[begin:stop], self.indent) if self.indent else 0
        head = self.text[begin:stop].encode("utf-8", "surrogatepass")[:utf8_column]
        characters = len(head.decode("utf-8", "ignore")) if head else 0
        return min(self.span.start + begin + characters, self.span.end)

    @property
    def error_span(self) -> Span:
        """Where the interpreter stopped reading; the whole block where the code is valid."""
        error = self.error
        if error is None:
            return self.span
        start = self._character(error.lineno, error.offset)
        return Span(start, max(start, self._character(error.end_lineno, error.end_offset)))

    def _character(self, line: int | None, column: int | None) -> int:
        """Return the character at a position as a SyntaxError counts it: both from 1."""
        begin = self.offset(max(line or 1, 1))
        return min(begin + max((column or 1) - 1, 0), self.span.end)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in LINE_END.finditer(self.text))]


def dedented(text: str, indent: int) -> str:
    """Return `text` with up to `indent` blanks taken from the beginning of each line."""
    if not indent:
        return text
    starts = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    lines = (text[begin:end] for begin, end in pairwise(starts))
    return "".join(line[_blanks(line, indent) :] for line in lines)


def _blanks(line: str, most: int) -> int:
    """Return how many blanks a line begins with, at most `most`."""
    return min(most, len(line) - len(line.lstrip(" ")))


def parse_python(text: str) -> ast.Module | SyntaxError:
    """Return the syntax tree of `text`, or the error as a value; never raises."""
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        # NUL characters, lone surrogates, and code nested deeper than the parser's stack.
        problem = SyntaxError(str(error) or type(error).__name__)
        problem.lineno, problem.offset = 1, 1
        return problem


def compile_error(text: str) -> SyntaxError | None:
    """Return what the interpreter says of code that can be parsed and is no program.

    Nothing is run; costs about 30 µs for a function of ten lines.
    """
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<answer>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError, OverflowError):
        # Deeper than the compiler's stack, which says nothing against its syntax.
        return None
    return None
