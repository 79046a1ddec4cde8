"""DOC011: an exception that is raised and not documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.functions import lineage_of, raised_in
from curator.lint.rule import Hit, Record, RecordRule

_OWN_AFFAIR = frozenset(
    {"NotImplementedError", "AssertionError", "StopIteration", "StopAsyncIteration", "SystemExit"}
)
_HEAD = 'def root(n):\n    """Take the root.\n\n    Args:\n        n: Of what.\n'
_BODY = '    """\n    if n < 0:\n        raise ValueError("negative")\n    return n'


class UndocumentedException(RecordRule):
    """A function raises an exception that the Raises part of its docstring does not name.

    Naming a base class is enough. What is caught in the same function, raised again, or raised from
    a variable does not count.
    """

    code = "DOC011"
    name = "undocumented-exception"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "How a function fails is part of how it is used; the model learns to check its input and"
        " say nothing about it."
    )
    valid = (
        parts(),
        parts(solution=_HEAD + "\n    Raises:\n        ValueError: If negative.\n" + _BODY),
        parts(solution=_HEAD + "\n    Raises:\n        Exception: Always.\n" + _BODY),
        parts(
            solution='def stop():\n    """Stop."""\n    try:\n        raise KeyError\n'
            "    except LookupError:\n        raise\n"
        ),
    )
    invalid = (
        parts(solution=_HEAD + _BODY),
        parts(solution=_HEAD + "\n    Raises:\n        KeyError: If negative.\n" + _BODY),
        parts(
            solution='def stop():\n    """Stop."""\n    try:\n        pass\n'
            "    except KeyError as e:\n        raise RuntimeError from e\n"
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each class of exception, where it is first raised."""
        if not record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            node = definition.node
            if isinstance(node, ast.ClassDef):
                continue
            said = {name.rpartition(".")[2] for name in docstring.raises}
            told: set[str] = set()
            for name, statement in raised_in(node):
                if name in _OWN_AFFAIR or name in told or lineage_of(name, record) & said:
                    continue
                told.add(name)
                yield Hit(
                    f"`{definition.qualname}` raises `{name}`, and its docstring does not say so.",
                    span=block.locate(statement),
                )
