"""DOC010: a generator whose docstring does not say what it yields."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_CONTEXTS = frozenset({"contextmanager", "asynccontextmanager", "fixture"})
_BODY = "    for n in range(3):\n        yield n"


class MissingYields(RecordRule):
    """A generator's docstring has no Yields part.

    Asked where the profile asks for Returns. Functions under ``@contextmanager`` need none.
    """

    code = "DOC010"
    name = "missing-yields"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "What comes out of a generator is not what it returns, and examples that blur the two teach"
        " the model to do so."
    )
    valid = (
        parts(),
        parts(
            solution='def few():\n    """Count.\n\n    Yields:\n        Numbers.\n    """\n' + _BODY
        ),
        parts(
            solution="from contextlib import contextmanager\n\n\n@contextmanager\ndef held():\n"
            '    """Hold it."""\n    yield\n'
        ),
    )
    invalid = (
        parts(solution='def few():\n    """Count."""\n' + _BODY),
        parts(
            solution='def few():\n    """Count.\n\n    Returns:\n        Numbers.\n    """\n'
            + _BODY
        ),
        parts(solution='async def few():\n    """Count."""\n    yield 1'),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each generator, at its name."""
        if "returns" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            if definition.kind == "class" or not definition.yields or docstring.has_yields:
                continue
            if not definition.decorators & _CONTEXTS:
                yield Hit(
                    f"`{definition.qualname}` is a generator, and its docstring has no Yields"
                    " part.",
                    span=block.locate_name(definition.node),
                )
