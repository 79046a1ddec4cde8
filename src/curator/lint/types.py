"""Types as docstrings write them, beside types as annotations do.

Only plain contradictions are of interest: ``str`` against ``int``. Whatever is not one of the
built-in types that everybody names alike is unknown, and unknown agrees with everything.
"""

from __future__ import annotations

import ast
import re

from curator.example.code import parse_python

#: A type: its name, and the types it is made of. None is unknown.
Shape = tuple[str, tuple["Shape | None", ...]] | None

_NAMES = {
    **{name: name for name in ("int", "float", "str", "bool", "bytes", "complex")},
    **{name: name for name in ("list", "dict", "set", "frozenset", "tuple")},
    "integer": "int",
    "string": "str",
    "boolean": "bool",
    "dictionary": "dict",
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
}
_PLAIN = re.compile(r"(?P<first>[A-Za-z]+)(?: of .*)?")
_EXTRAS = re.compile(r",? *(?:optional|default.*)$", re.IGNORECASE)


def contradicts(documented: str, annotation: ast.expr) -> bool:
    """Return whether a documented type and an annotation cannot both be right."""
    text = _EXTRAS.sub("", documented.strip().strip("`"))
    said = _alternatives(_parsed(text)) or _words(text)
    real = _alternatives(annotation)
    if not said or not real or None in said or None in real:
        return False
    return not any(_agree(one, other) for one in said for other in real if one and other)


def _parsed(text: str) -> ast.expr | None:
    tree = parse_python(text.strip())
    if isinstance(tree, SyntaxError) or len(tree.body) != 1:
        return None
    only = tree.body[0]
    return only.value if isinstance(only, ast.Expr) else None


def _words(text: str) -> list[Shape]:
    match = _PLAIN.fullmatch(text)
    name = _NAMES.get(match["first"]) if match else None
    return [(name, ())] if name else []


def _alternatives(node: ast.expr | None, depth: int = 0) -> list[Shape]:
    """Return the types that a type expression allows; an unknown one is None."""
    if node is None or depth > 8:
        return [None] if node is not None else []
    if isinstance(node, ast.Constant):
        if node.value is None:
            return [("None", ())]
        return _alternatives(_parsed(node.value), depth + 1) if isinstance(node.value, str) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left, depth + 1), *_alternatives(node.right, depth + 1)]
    if isinstance(node, ast.Subscript):
        return _subscript(node, depth)
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    known = _NAMES.get(name)
    return [(known, ()) if known else None]


def _subscript(node: ast.Subscript, depth: int) -> list[Shape]:
    outer = node.value
    name = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Optional":
        return [*_alternatives(node.slice, depth + 1), ("None", ())]
    if name == "Union":
        return [shape for one in inner for shape in _alternatives(one, depth + 1)]
    known = _NAMES.get(name)
    if known is None:
        return [None]
    shapes = [_alternatives(one, depth + 1) for one in inner]
    return [(known, tuple(one[0] if len(one) == 1 else None for one in shapes))]


def _agree(one: Shape, other: Shape) -> bool:
    if one is None or other is None:
        return True
    if one[0] != other[0]:
        return {one[0], other[0]} in ({"int", "float"}, {"int", "bool"}, {"float", "complex"})
    if len(one[1]) != len(other[1]):
        return True
    return all(_agree(a, b) for a, b in zip(one[1], other[1], strict=True))
