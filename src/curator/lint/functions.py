"""What a function does, as far as its syntax tree says: stubs, exceptions, what it returns."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator

from curator.example.docstring import Definition, FunctionNode
from curator.example.profile import DocstringStyle
from curator.lint.record import Record

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_RETURNS = {
    "google": re.compile(r"(?m)^Returns?:[ \t]*\n(?P<text>(?:[ \t]+\S.*(?:\n|$)|[ \t]*\n)+)"),
    "numpy": re.compile(r"^Returns?[ \t]*\n-+[ \t]*\n(?P<text>(?:.*\S.*(?:\n|$))+)", re.MULTILINE),
    "rest": re.compile(r"^:returns?:(?P<text>.*)", re.MULTILINE),
}


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """Yield every node of a function's body, those of definitions within it left out."""
    pending: list[ast.AST] = list(reversed(node.body))
    while pending:
        one = pending.pop()
        yield one
        if not isinstance(one, _SCOPES):
            pending.extend(reversed(list(ast.iter_child_nodes(one))))


def names_read(tree: ast.Module) -> set[str]:
    """Return the names that a program takes from elsewhere.

    A name to which a statement at its top level gives a meaning of its own counts only where it is
    read before: who writes the solution out again and calls the copy does not use the solution.
    """
    own: set[str] = set()
    read: set[str] = set()

    def look(nodes: Iterable[ast.AST]) -> None:
        for top in nodes:
            for node in ast.walk(top):
                if isinstance(node, ast.Name) and node.id not in own and _is_read(node):
                    read.add(node.id)

    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            look((*statement.decorator_list, statement.args))
            own.add(statement.name)
            look(statement.body)
        elif isinstance(statement, ast.ClassDef):
            look((*statement.decorator_list, *statement.bases, *statement.keywords))
            own.add(statement.name)
            look(statement.body)
        else:
            look((statement,))
            if isinstance(statement, ast.Assign):
                own.update(one.id for one in statement.targets if isinstance(one, ast.Name))
    return read


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def body_of(node: FunctionNode) -> list[ast.stmt]:
    """Return a function's statements without its docstring."""
    first = node.body[0]
    documented = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    return node.body[1:] if documented else node.body


def is_stub(node: FunctionNode) -> bool:
    """Return whether a body does nothing: empty, ``pass``, ``...``, or NotImplementedError."""
    return all(_does_nothing(statement) for statement in body_of(node))


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    return isinstance(statement, ast.Raise) and exception_name(statement.exc) in _UNWRITTEN


_UNWRITTEN = frozenset({"NotImplementedError", "NotImplemented"})


def may_be_stub(definition: Definition, record: Record) -> bool:
    """Return whether a function needs no body: abstract, of a protocol or a base, overloaded."""
    if definition.decorators & {"abstractmethod", "overload"}:
        return True
    owner = definition.qualname.rpartition(".")[0].rpartition(".")[2]
    return definition.kind == "method" and owner in record.abstract_classes


def exception_name(node: ast.expr | None) -> str:
    """Return the class that an expression raises, without its module; empty if unknown."""
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def raised_in(node: FunctionNode) -> Iterator[tuple[str, ast.Raise]]:
    """Yield the exception classes that a function raises itself and does not catch itself.

    Only names that look like a class count: what a variable holds is not known.
    """
    pending: list[tuple[ast.AST, tuple[str, ...]]] = [(one, ()) for one in reversed(node.body)]
    while pending:
        one, caught = pending.pop()
        if isinstance(one, _SCOPES):
            continue
        if isinstance(one, ast.Raise):
            name = exception_name(one.exc)
            if name[:1].isupper() and not is_caught(name, caught):
                yield name, one
        elif isinstance(one, ast.Try | ast.TryStar):
            names = tuple(name for handler in one.handlers for name in _caught_by(handler))
            pending.extend((child, caught) for child in (*one.finalbody, *one.orelse))
            pending.extend((child, caught) for handler in one.handlers for child in handler.body)
            pending.extend((child, (*caught, *names)) for child in reversed(one.body))
            continue
        children = list(ast.iter_child_nodes(one))
        pending.extend((child, caught) for child in reversed(children))


def _caught_by(handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        yield "BaseException"
    elif isinstance(handler.type, ast.Tuple):
        yield from (exception_name(one) for one in handler.type.elts)
    else:
        yield exception_name(handler.type)


def is_caught(name: str, by: Iterable[str]) -> bool:
    """Return whether a builtin exception is one of those named, or derives from one."""
    kind = getattr(builtins, name, None)
    lineage = (
        {one.__name__ for one in kind.__mro__}
        if isinstance(kind, type) and issubclass(kind, BaseException)
        else {name, "Exception", "BaseException"}
    )
    return bool(lineage & set(by))


def lineage_of(name: str, record: Record) -> frozenset[str]:
    """Return an exception class and all that it derives from, classes of the solution included."""
    bases = {
        d.name: [exception_name(base) for base in d.node.bases]
        for _, d in record.definitions
        if isinstance(d.node, ast.ClassDef)
    }
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one in found:
            continue
        found.add(one)
        kind = getattr(builtins, one, None)
        if isinstance(kind, type):
            found |= {base.__name__ for base in kind.__mro__}
        pending += bases.get(one, [])
    return frozenset(found)


def returns_text(definition: Definition, style: DocstringStyle) -> str:
    """Return what a docstring says under Returns; empty where it says nothing."""
    match = _RETURNS[style].search(definition.docstring or "")
    return match["text"].strip() if match else ""
