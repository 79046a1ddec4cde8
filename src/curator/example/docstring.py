"""What a piece of code defines, and what its docstrings say.

Definitions come from the syntax tree; docstrings are read in the profile's style, Google's by
`curator.example.google` and the others by ``docstring_parser``. Rules compare the two.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from curator.example.google import read_google
from curator.example.profile import DocstringStyle

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["function", "method", "class"]


_NOTHING = frozenset({"NoReturn", "Never"})


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


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
    def decorators(self) -> frozenset[str]:
        """The last part of each decorator's name: ``property``, ``setter``, ``lru_cache``."""
        names = set()
        for decorator in self.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(target, ast.Name | ast.Attribute):
                names.add(_last_name(target))
        return frozenset(names)

    @cached_property
    def arguments(self) -> tuple[tuple[str, ast.arg], ...]:
        """The parameters to document, in order: name, with its stars, and syntax node.

        The first parameter of a method that is bound (``self``, ``cls``) does not count.
        """
        if isinstance(self.node, ast.ClassDef):
            return ()
        spec = self.node.args
        positional = [(arg.arg, arg) for arg in (*spec.posonlyargs, *spec.args)]
        if self.kind == "method" and "staticmethod" not in self.decorators:
            positional = positional[1:]
        found = positional
        if spec.vararg:
            found.append((f"*{spec.vararg.arg}", spec.vararg))
        found.extend((arg.arg, arg) for arg in spec.kwonlyargs)
        if spec.kwarg:
            found.append((f"**{spec.kwarg.arg}", spec.kwarg))
        return tuple(found)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters to document, in order; ``*args`` and ``**kwargs`` with stars."""
        return tuple(name for name, _ in self.arguments)

    @cached_property
    def yields(self) -> bool:
        """Whether it is a generator."""
        return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self._own_nodes())

    @cached_property
    def returns_value(self) -> bool:
        """Whether some path returns a value other than a literal None.

        The annotation decides where there is one that says so: ``-> None``, ``-> NoReturn`` and
        ``-> Never`` return nothing.
        """
        if isinstance(self.node, ast.ClassDef):
            return False
        note = self.node.returns
        if isinstance(note, ast.Constant) and note.value is None:
            return False
        if isinstance(note, ast.Name | ast.Attribute) and _last_name(note) in _NOTHING:
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
    found: list[Definition] = []
    # A stack of its own: a chain of thousands of elif is nested as deeply as it is long.
    pending: list[tuple[ast.stmt, str, Kind]] = [(n, "", "function") for n in reversed(tree.body)]
    while pending:
        node, prefix, kind = pending.pop()
        inner: list[ast.stmt] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(Definition(kind, prefix + node.name, node))
        elif isinstance(node, ast.ClassDef):
            found.append(Definition("class", prefix + node.name, node))
            prefix, kind, inner = f"{prefix}{node.name}.", "method", node.body
        elif isinstance(node, _BLOCKS):
            # Definitions made on a condition ("if TYPE_CHECKING", "try: import") count as well.
            inner = [*node.body, *getattr(node, "orelse", ())]
            if isinstance(node, ast.Try | ast.TryStar):
                inner += [*(n for handler in node.handlers for n in handler.body), *node.finalbody]
        elif isinstance(node, ast.Match):
            inner = [one for case in node.cases for one in case.body]
        pending.extend((statement, prefix, kind) for statement in reversed(inner))
    return tuple(found)


_BLOCKS = (
    *(ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith),
    *(ast.For, ast.AsyncFor, ast.While),
)


def read_docstring(text: str, style: DocstringStyle) -> Docstring:
    """Read a docstring in one style; what that style cannot read is simply absent.

    Args:
        text: The docstring with its indentation removed.
        style: The convention to read it in.
    """
    if style == "google":
        google = read_google(text)
        args = tuple(Entry(*entry) for entry in google.entries.get("args", ()))
        raised = tuple(entry.name for entry in google.entries.get("raises", ()))
        present = google.present
        return Docstring(google.summary, args, "returns" in present, "yields" in present, raised)
    return _read_other(text, style)


def _read_other(text: str, style: Literal["numpy", "rest"]) -> Docstring:
    # Imported here: the usual style does not need it, and it costs 10 ms at start-up.
    import docstring_parser

    styles = docstring_parser.DocstringStyle
    try:
        parsed = docstring_parser.parse(
            text, style=styles.NUMPYDOC if style == "numpy" else styles.REST
        )
    except docstring_parser.ParseError:
        return Docstring(text.strip().split("\n", 1)[0], (), False, False, ())
    args: list[Entry] = []
    raises: list[str] = []
    has_returns = has_yields = False
    for meta in parsed.meta:
        if isinstance(meta, docstring_parser.DocstringParam) and meta.args[0] in _ARG_WORDS:
            args.extend(
                # Stars that would begin something in bold are written with a backslash.
                Entry(name.strip().replace("\\*", "*"), meta.type_name, meta.description or "")
                for name in meta.arg_name.split(",")
            )
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
