"""DOC003: a docstring without an Args part, though there are parameters."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, asked_arguments


class MissingArgsPart(RecordRule):
    """A function has parameters, and its docstring documents none of them.

    ``self``, ``cls`` and parameters that begin with an underscore do not count. Where some
    parameters are documented and others are not, DOC005 speaks about those that are not.
    """

    code = "DOC003"
    name = "missing-args-part"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "What the arguments mean is what a caller needs most; the answers should show that a"
        " docstring says it whenever there is an argument."
    )
    valid = (
        parts(),
        parts(solution='def stop():\n    """Stop at once."""\n'),
        parts(solution='def ignore(_event):\n    """Do nothing."""\n'),
        parts(
            solution='class Box:\n    """A box."""\n\n    def open(self):\n        """Open it."""\n'
        ),
    )
    invalid = (
        parts(solution='def show(text):\n    """Show a text."""\n    print(text)'),
        parts(
            solution='def show(*texts):\n    """Show texts.\n\n    Args:\n    """\n    print(texts)'
        ),
        parts(
            solution='class Box:\n    """A box."""\n\n    @staticmethod\n    def put(item):\n'
            '        """Put it in."""\n'
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each function, at its name."""
        if "args" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            names = [name for name, _ in asked_arguments(definition)]
            if names and not docstring.args:
                listed = ", ".join(f"`{name}`" for name in names[:4]) + ", …" * (len(names) > 4)
                yield Hit(
                    f"The docstring of `{definition.qualname}` has no Args part, though there is"
                    f" {listed}.",
                    span=block.locate_name(definition.node),
                )
