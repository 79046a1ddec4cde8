"""What a piece of code defines, and what its docstrings say.

Definitions come from the syntax tree; docstrings are parsed by ``docstring_parser`` in the
profile's style. Rules compare the two.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import docstring_parser
from docstring_parser import DocstringStyle as ParserStyle

from curator.example.profile import DocstringStyle

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["function", "method", "class"]

_STYLES = {
    "google": ParserStyle.GOOGLE,
    "numpy": ParserStyle.NUMPYDOC,
    "rest": ParserStyle.REST,
}


@dataclass(frozen=True)
class Definition:
    """One public or private function, method or class.

    Attributes:
        kind: What it is.
        qualname: Its dotted name within the code.
        node: Its syntax tree.
    """

    kind: Kind
    qualname: str
    node: FunctionNode | ast.ClassDef

    @property
    def name(self) -> str:
        """The last part of the dotted name."""
        return self.node.name

    @property
    def public(self) -> bool:
        """Whether no part of its name begins with an underscore."""
        return not any(part.startswith("_") for part in self.qualname.split("."))

    @cached_property
    def docstring_node(self) -> ast.Constant | None:
        """The string literal that is the docstring."""
        body = self.node.body
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            constant = body[0].value
            return constant if isinstance(constant.value, str) else None
        return None

    @cached_property
    def docstring(self) -> str | None:
        """The docstring's text with its indentation removed, or None."""
        return ast.get_docstring(self.node) if self.docstring_node else None

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters to document, in order; ``*args`` and ``**kwargs`` with stars.

        The first parameter of a method that is bound (``self``, ``cls``) does not count.
        """
        if isinstance(self.node, ast.ClassDef):
            return ()
        spec = self.node.args
        positional = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        if self.kind == "method" and not _is_static(self.node):
            positional = positional[1:]
        names = positional
        if spec.vararg:
            names.append(f"*{spec.vararg.arg}")
        names.extend(arg.arg for arg in spec.kwonlyargs)
        if spec.kwarg:
            names.append(f"**{spec.kwarg.arg}")
        return tuple(names)

    @cached_property
    def yields(self) -> bool:
        """Whether it is a generator."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self._own_nodes())

    @cached_property
    def returns_value(self) -> bool:
        """Whether some path returns a value other than a literal None.

        The annotation decides where there is one that says so: ``-> None`` and ``-> NoReturn``
        return nothing.
        """
        if isinstance(self.node, ast.ClassDef):
            return False
        note = self.node.returns
        if isinstance(note, ast.Constant) and note.value is None:
            return False
        return any(
            isinstance(node, ast.Return)
            and node.value is not None
            and not (isinstance(node.value, ast.Constant) and node.value.value is None)
            for node in self._own_nodes()
        )

    def _own_nodes(self) -> Iterator[ast.AST]:
        """Every node of the body, leaving out nested definitions and lambdas."""
        pending: list[ast.AST] = list(self.node.body)
        while pending:
            node = pending.pop()
            yield node
            if not isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
            ):
                pending.extend(ast.iter_child_nodes(node))


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented parameter."""

    name: str
    type_name: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Docstring:
    """What a docstring says.

    Attributes:
        summary: Its first line; empty where there is none.
        args: Its documented parameters, in order.
        has_returns: Whether it has a Returns part.
        has_yields: Whether it has a Yields part.
        raises: The exceptions it names.
    """

    summary: str
    args: tuple[Entry, ...]
    has_returns: bool
    has_yields: bool
    raises: tuple[str, ...]


def definitions(tree: ast.Module) -> tuple[Definition, ...]:
    """Return the functions, methods and classes of a module, nested functions left out."""
    return tuple(_walk(tree.body, "", in_class=False))


def _walk(body: list[ast.stmt], prefix: str, *, in_class: bool) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Definition("method" if in_class else "function", prefix + node.name, node)
        elif isinstance(node, ast.ClassDef):
            yield Definition("class", prefix + node.name, node)
            yield from _walk(node.body, f"{prefix}{node.name}.", in_class=True)
        elif isinstance(node, ast.If | ast.Try):
            # Definitions made on a condition ("if TYPE_CHECKING", "try: import") count as well.
            branches = [node.body, node.orelse]
            if isinstance(node, ast.Try):
                branches += [node.finalbody, *(handler.body for handler in node.handlers)]
            for branch in branches:
                yield from _walk(branch, prefix, in_class=in_class)


def _is_static(node: FunctionNode) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def read_docstring(text: str, style: DocstringStyle) -> Docstring:
    """Read a docstring in one style; what that style cannot read is simply absent.

    Args:
        text: The docstring with its indentation removed.
        style: The convention to read it in.
    """
    try:
        parsed = docstring_parser.parse(text, style=_STYLES[style])
    except docstring_parser.ParseError:
        return Docstring(text.strip().split("\n", 1)[0], (), False, False, ())
    args, raises = [], []
    has_returns = has_yields = False
    for meta in parsed.meta:
        if isinstance(meta, docstring_parser.DocstringParam) and meta.args[0] in _ARG_WORDS:
            args.append(Entry(meta.arg_name, meta.type_name, meta.description or ""))
        elif isinstance(meta, docstring_parser.DocstringReturns):
            has_yields |= meta.is_generator
            has_returns |= not meta.is_generator
        elif isinstance(meta, docstring_parser.DocstringRaises) and meta.type_name:
            raises.append(meta.type_name)
    return Docstring(
        parsed.short_description or "", tuple(args), has_returns, has_yields, tuple(raises)
    )


# docstring_parser files attributes under the same class as parameters.
_ARG_WORDS = frozenset({"param", "parameter", "arg", "argument", "key", "keyword"})
