"""DOC008: a documented type that contradicts the annotation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import returns_text
from curator.lint.rule import Hit, Record, RecordRule, docstring_span
from curator.lint.rules.doc006_unknown_argument import entry_span
from curator.lint.shapes import REST
from curator.lint.types import contradicts
from curator.terminal import one_line

_RETURNED = {
    "google": re.compile(r"(?P<type>[A-Za-z_][\w.\[\], |]*?):\s"),
    "numpy": re.compile(r"(?:\w+ : )?(?P<type>[A-Za-z_][\w.\[\], |]*)\n"),
    # reST has an entry of its own for it.
    "rest": re.compile(r"(?:.*\n)*?:rtype:[ \t]*(?P<type>[A-Za-z_][\w.\[\], |]*)\n"),
}


def _documented(type_name: str, annotation: str = "int") -> str:
    return (
        f'def show(number: {annotation}) -> None:\n    """Show a number.\n\n    Args:\n'
        f'        number ({type_name}): What to show.\n    """\n    print(number)'
    )


class ContradictingType(RecordRule):
    """A docstring names a type for an argument, or for what is returned, that is not the annotated.

    Only types that everybody names alike are compared: int, float, str, bool, bytes and the
    built-in containers, with ``Optional`` and ``|`` understood.
    """

    code = "DOC008"
    name = "contradicting-type"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "One of the two is wrong, and the model cannot tell which; it learns that they need not"
        " agree."
    )
    valid = (
        parts(),
        parts(solution=_documented("int, optional", "int | None")),
        parts(solution=_documented("list of str", "list[str]")),
        parts(solution=_documented("a sequence", "list[str]")),
        parts(solution=_documented("float", "int")),
    )
    invalid = (
        parts(solution=_documented("str")),
        parts(solution=_documented("list[str]", "list[int]")),
        parts(
            solution='def name() -> str:\n    """Say it.\n\n    Returns:\n        int: It.\n'
            '    """\n    return "x"'
        ),
        parts(
            solution='def name() -> str:\n    """Say it.\n\n    :returns: It.\n    :rtype: int\n'
            '    """\n    return "x"',
            profile=REST,
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such entry, at the entry or the docstring."""
        style = record.profile.docstring.style
        for block, definition, docstring in record.documented:
            annotations = {
                name.lstrip("*"): node.annotation
                for name, node in definition.arguments
                if not name.startswith("*")
            }
            for entry in docstring.args:
                annotation = annotations.get(entry.name.lstrip("*"))
                if annotation is None or not entry.type_name:
                    continue
                if contradicts(entry.type_name, annotation):
                    said = one_line(entry.type_name, 40).replace("`", "'")
                    real = one_line(ast.unparse(annotation), 60)
                    yield Hit(
                        f"`{entry.name}` is `{said}` in the docstring of"
                        f" `{definition.qualname}` and `{real}` in the signature.",
                        span=entry_span(block, definition, entry.name),
                    )
            returned = getattr(definition.node, "returns", None)
            if returned is None:
                continue
            if style == "rest":
                text = definition.docstring or ""
            else:
                text = returns_text(definition, style)
            match = _RETURNED[style].match(text + "\n")
            if match and contradicts(match["type"], returned):
                yield Hit(
                    f"The docstring of `{definition.qualname}` says that it returns"
                    f" `{one_line(match['type'], 40)}`, and the signature says"
                    f" `{one_line(ast.unparse(returned), 60)}`.",
                    span=docstring_span(block, definition),
                )
