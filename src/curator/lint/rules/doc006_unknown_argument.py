"""DOC006: a documented argument that the function does not have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from curator.example import CodeBlock, Span
from curator.example.docstring import Definition
from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, docstring_span
from curator.terminal import one_line


class UnknownArgument(RecordRule):
    """A docstring documents an argument that the function does not have.

    A function with ``**options`` may document the keys that it takes in them. A class may document
    the parameters of its ``__init__`` and its annotated fields; one that has neither is not judged.
    """

    code = "DOC006"
    name = "unknown-argument"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "A docstring that contradicts its signature is worse than none: it is the plainest sign of"
        " a text that was not written for this code."
    )
    valid = (
        parts(),
        parts(
            solution='def show(**options):\n    """Show it.\n\n    Args:\n'
            '        end: What to print last.\n    """\n'
        ),
        parts(
            solution='class Box:\n    """A box.\n\n    Args:\n        size: Its size.\n    """\n\n'
            "    def __init__(self, size):\n        self.size = size\n"
        ),
        parts(
            solution='class Box(dict):\n    """Box.\n\n    Args:\n        size: Its size.\n    """'
        ),
    )
    invalid = (
        parts(
            solution='def double(number):\n    """Double it.\n\n    Args:\n'
            "        number: What to double.\n        times: How often.\n\n"
            '    Returns:\n        Twice that.\n    """\n    return number * 2'
        ),
        parts(
            solution='class Box:\n    """A box.\n\n    Args:\n        hue: Its hue.\n    """\n\n'
            "    def __init__(self, size):\n        self.size = size\n"
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such entry, at the entry."""
        for block, definition, docstring in record.documented:
            known = _known(definition)
            if known is None:
                continue
            for entry in docstring.args:
                if entry.name.lstrip("*") not in known:
                    yield Hit(
                        f"The docstring of `{definition.qualname}` documents"
                        f" `{one_line(entry.name, 60)}`, which is not one of its parameters.",
                        span=entry_span(block, definition, entry.name),
                    )


def _known(definition: Definition) -> frozenset[str] | None:
    """Return the names that may be documented, without stars, or None for any."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return _known_of_class(node)
    if node.args.kwarg is not None:
        return None
    spec = node.args
    every = (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, (spec.vararg,)))
    return frozenset(argument.arg for argument in every)


def _known_of_class(node: ast.ClassDef) -> frozenset[str] | None:
    names: set[str] = set()
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.add(statement.target.id)
        elif isinstance(statement, ast.FunctionDef) and statement.name in ("__init__", "__new__"):
            taken = _known(Definition("method", statement.name, statement))
            if taken is None:
                return None
            names |= taken
    return frozenset(names) or None


def entry_span(block: CodeBlock, definition: Definition, name: str) -> Span:
    """Return where the docstring's source names the entry, or else the whole docstring."""
    whole = docstring_span(block, definition)
    source = block.text[whole.start - block.span.start : whole.end - block.span.start]
    # At the beginning of a line, perhaps after other names, a star or reST's ":param".
    entry = re.compile(
        rf"^[ \t]*(?:[-*:\\`]|\w+[ \t,]+)*?(?P<name>\**{re.escape(name.lstrip('*'))})\b"
        r"(?=[ \t]*(?:[,:(]|- |$))",
        re.MULTILINE,
    )
    match = entry.search(source, source.find("\n") + 1)
    if match is None:
        return whole
    return Span(whole.start + match.start("name"), whole.start + match.end("name"))
