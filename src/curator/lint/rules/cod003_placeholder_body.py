"""COD003: code that is still to be written."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from curator.example import CodeBlock, Span
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, parts
from curator.lint.finding import Severity
from curator.lint.functions import body_of, is_stub, may_be_stub
from curator.lint.rule import Hit, Record, RecordRule

_MARK = re.compile(
    r"#\s*(?:(?:TODO|FIXME|XXX)\b|(?:add |put |write |insert )?your (?:code|implementation)\b"
    r"|implementation (?:goes )?here|\.\.\. ?(?:rest|existing|other) |rest of (?:the|your) code)",
    re.IGNORECASE,
)
_DOCUMENTED = 'def double(n):\n    """Double it.\n\n    Args:\n        n: What.\n    """\n'


class PlaceholderBody(RecordRule):
    """A function has no body but ``pass``, ``...`` or NotImplementedError, or a comment says TODO.

    Bodies are looked at in the solution, and comments in every section of code.
    Abstract methods, methods of protocols and of classes that others in the solution derive from,
    special methods and overloads may be empty. A function whose body is its docstring alone counts,
    a method of that kind does not: it may be a hook.
    """

    code = "COD003"
    name = "placeholder-body"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "The one thing that was asked for is missing, and the model learns that leaving it to the"
        " reader is an answer."
    )
    valid = (
        parts(),
        parts(solution=GOOD_SOLUTION + '\nMARK = "# TODO"'),
        parts(
            solution="from typing import Protocol\n\n\nclass Box(Protocol):\n"
            '    """A box."""\n\n    def open(self):\n        """Open it."""\n        ...\n'
        ),
        parts(
            solution='class Box:\n    """A box."""\n\n    def __exit__(self, *_):\n        pass\n'
        ),
        parts(
            solution='class Box:\n    """A box."""\n\n    def on(self):\n        """A hook."""\n'
        ),
    )
    invalid = (
        parts(solution=_DOCUMENTED + "    pass"),
        parts(solution=_DOCUMENTED + "    ..."),
        parts(solution=_DOCUMENTED),
        parts(solution=_DOCUMENTED + '    raise NotImplementedError("soon")'),
        parts(solution=GOOD_SOLUTION + "  # TODO: negative numbers"),
        parts(solution=_DOCUMENTED + "    # Your code here\n    return n"),
        parts(test=GOOD_TEST + "\n# TODO: test more"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such function, at its name, and for each comment."""
        for block, definition in record.definitions:
            node = definition.node
            if isinstance(node, ast.ClassDef) or not is_stub(node):
                continue
            special = node.name.startswith("__") and node.name.endswith("__")
            bare = not body_of(node) and definition.kind == "method"
            if not (special or bare or may_be_stub(definition, record)):
                yield Hit(
                    f"The body of `{definition.qualname}` is still to be written.",
                    span=block.locate_name(node),
                )
        for block in record.code_blocks:
            for span in _marked_comments(block):
                yield Hit("A comment says that something is still to be written.", span=span)


def _marked_comments(block: CodeBlock) -> Iterator[Span]:
    """Yield the comments that say so; a string that holds such a comment is none."""
    if not _MARK.search(block.text) or isinstance(block.tree, SyntaxError):
        return
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(block.code).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT and _MARK.match(token.string):
            # Columns here count characters, and not UTF-8 bytes as in syntax trees.
            start = block.offset(token.start[0]) + token.start[1]
            yield Span(min(start, block.span.end), min(start + len(token.string), block.span.end))
