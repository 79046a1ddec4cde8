"""DOC005: a parameter that the docstring's Args part leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, asked_arguments
from curator.lint.shapes import REST


class UndocumentedArgument(RecordRule):
    """A docstring documents some parameters and leaves this one out.

    Where it documents none at all, DOC003 says so once for the function.
    """

    code = "DOC005"
    name = "undocumented-argument"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "A list of arguments with a gap looks complete, to a reader and to the model that learns"
        " from it."
    )
    valid = (
        parts(),
        parts(
            solution='def show(*texts, **options):\n    """Show texts.\n\n    Args:\n'
            '        *texts: What to show.\n        options: How to.\n    """\n'
        ),
        parts(
            solution='def at(x, y, _hint=None):\n    """Go there.\n\n    Args:\n'
            '        x, y (int): The place.\n    """\n'
        ),
        parts(solution='def show(text):\n    """Show a text."""\n'),
        parts(
            solution='def show(a, *b):\n    r"""Show it.\n\n    :param a: It.\n'
            '    :param \\*b: More.\n    """\n',
            profile=REST,
        ),
    )
    invalid = (
        parts(
            solution='def largest(values, n):\n    """Show the largest.\n\n    Args:\n'
            '        values: Numbers.\n    """\n'
        ),
        parts(
            solution='def show(text, /, *rest, end, **options):\n    """Show it.\n\n    Args:\n'
            '        text: What to show.\n        *rest: More.\n        **options: How.\n    """\n'
        ),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each parameter that is left out, at the parameter."""
        if "args" not in record.profile.docstring.require:
            return
        for block, definition, docstring in record.documented:
            if not docstring.args:
                continue
            named = {entry.name.lstrip("*") for entry in docstring.args}
            for name, node in asked_arguments(definition):
                if name.lstrip("*") not in named:
                    yield Hit(
                        f"`{name}` has no entry under Args in the docstring of"
                        f" `{definition.qualname}`.",
                        span=block.locate(node),
                    )
