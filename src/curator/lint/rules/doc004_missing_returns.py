"""DOC004: a docstring without a Returns part, though a value is returned."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class MissingReturns(RecordRule):
    """A function returns a value, and its docstring does not say which.

    Generators and properties are not asked: what a property is, its summary says.
    """

    code = "DOC004"
    name = "missing-returns"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "Without it a caller has to read the body to learn what comes back, and the model learns"
        " that the half of a docstring is enough."
    )
    valid = (
        parts(),
        parts(solution='def stop():\n    """Stop at once."""\n    return\n'),
        parts(solution='def stop() -> None:\n    """Stop at once."""\n    return print("stop")\n'),
        parts(solution='def numbers():\n    """Yield numbers."""\n    yield 1\n'),
        parts(
            solution='class Box:\n    """A box."""\n\n    @property\n    def full(self):\n'
            '        """Whether it is full."""\n        return True\n'
        ),
        parts(
            solution='def outer():\n    """Set it up."""\n    def inner():\n        return 1\n'
            "    inner()\n"
        ),
    )
    invalid = (
        parts(solution='def answer():\n    """Know the answer."""\n    return 42\n'),
        parts(solution='def answer():\n    """Know it.\n\n    Returns:\n    """\n    return 42\n'),
        parts(
            solution='class Box:\n    """A box."""\n\n    async def size(self):\n'
            '        """Measure it."""\n        return await self._measure()\n'
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each function, at its name."""
        if "returns" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            if (
                definition.returns_value
                and not (docstring.has_returns or docstring.has_yields or definition.yields)
                and not definition.decorators & _PROPERTIES
            ):
                yield Hit(
                    f"The docstring of `{definition.qualname}` has no Returns part, though a value"
                    " is returned.",
                    span=block.locate_name(definition.node),
                )


_PROPERTIES = frozenset({"property", "cached_property"})
