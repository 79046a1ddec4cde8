"""DOC013: a docstring in another style than the profile's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, docstring_span
from curator.lint.shapes import NUMPY

_MARKS = {
    "Google": re.compile(r"(?m)^(?:Args|Arguments|Returns|Raises|Yields):[ \t]*\n[ \t]+\S"),
    "NumPy": re.compile(r"(?m)^(?:Parameters|Returns|Raises|Yields)[ \t]*\n-{3,}[ \t]*$"),
    "reST": re.compile(r"(?m)^:(?:param|type|returns?|rtype|raises?)\b[^:\n]*:"),
}
_STYLES = {"google": "Google", "numpy": "NumPy", "rest": "reST"}
_DOUBLE = 'def double(n):\n    """Double it.\n\n{}    """\n    return n * 2'
_NUMPY = _DOUBLE.format("    Parameters\n    ----------\n    n : int\n        What.\n")
_REST = _DOUBLE.format("    :param n: What.\n    :returns: Twice that.\n")
_GOOGLE = _DOUBLE.format("    Args:\n        n: What.\n")


class WrongDocstringStyle(RecordRule):
    """A docstring writes its parts in another style than the profile's: Google, NumPy or reST."""

    code = "DOC013"
    name = "wrong-docstring-style"
    severity = Severity.ERROR
    needs = "code"
    why = (
        "The style is part of the behaviour that is taught: a few docstrings in another one are"
        " enough for the model to mix them."
    )
    valid = (parts(), parts(solution=_NUMPY, profile="numpy-docstrings"))
    invalid = (
        parts(solution=_NUMPY),
        parts(solution=_REST),
        parts(solution=_GOOGLE, profile=NUMPY),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such docstring."""
        wanted = _STYLES[record.profile.docstring.style]
        for block, definition, _ in record.documented:
            text = definition.docstring or ""
            found = [style for style, mark in _MARKS.items() if mark.search(text)]
            if found and wanted not in found:
                yield Hit(
                    f"The docstring of `{definition.qualname}` is written in {found[0]} style, and"
                    f" {wanted} style is asked for.",
                    span=docstring_span(block, definition),
                )
