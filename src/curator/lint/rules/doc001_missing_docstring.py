"""DOC001: a public function, class or method without a docstring."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class MissingDocstring(RecordRule):
    """A public function, class or method of the solution has no docstring, or an empty one.

    Names that begin with an underscore, special methods such as ``__init__``, functions within
    functions, and a property's setter and deleter need none.
    """

    code = "DOC001"
    name = "missing-docstring"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "Documented code is part of what the examples teach; each function without a docstring"
        " shows the model that it may be left out."
    )
    valid = (
        parts(),
        parts(
            solution='class Box:\n    """A box."""\n\n    def __init__(self):\n'
            "        self._open()\n\n    def _open(self):\n        pass\n"
        ),
        parts(
            solution='def outer():\n    """Do it."""\n    def inner():\n        pass\n    inner()\n'
        ),
    )
    invalid = (
        parts(solution="def double(number):\n    return number * 2"),
        parts(solution="async def fetch(url):\n    # Fetch it.\n    return url"),
        parts(solution="match 1:\n    case _:\n        def double(n):\n            return n * 2"),
        parts(solution='class Box:\n    """A box."""\n\n    def open(self):\n        pass\n'),
        parts(solution='def double(number):\n    """ """\n    return number * 2'),
        parts(solution='def double(number):\n    f"""Double."""\n    return number * 2'),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each definition without a docstring, at its name."""
        if not record.profile.docstring.require:
            return
        for block, definition in record.definitions:
            if record.asks_for_docstring(definition) and not (definition.docstring or "").strip():
                state = "no" if definition.docstring is None else "an empty"
                yield Hit(
                    f"The {definition.kind} `{definition.qualname}` has {state} docstring.",
                    span=block.locate_name(definition.node),
                )
