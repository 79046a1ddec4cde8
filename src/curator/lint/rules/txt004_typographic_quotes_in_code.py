"""TXT004: quotes of a word processor in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import CodeBlock, Span
from curator.example.code import parse_python
from curator.lint.case import parts
from curator.lint.finding import Edit, Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule

# Curved ones, the acute accent, angle quotes and the marks for minutes and seconds.
_QUOTES = re.compile(
    "[\u2018\u2019\u201a\u201b\u00b4\u2039\u203a\u2032\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]"
)
_SINGLE = frozenset("\u2018\u2019\u201a\u201b\u00b4\u2039\u203a\u2032")


class TypographicQuotesInCode(RecordRule):
    """A block of Python that cannot be read holds curved quotes where straight ones belong.

    Within a string or a comment they are text like any other.
    """

    code = "TXT004"
    name = "typographic-quotes-in-code"
    severity = Severity.ERROR
    why = (
        "Some editor changed the quotes on the way, and the code does not run; the model learns to"
        " write code that does not run either."
    )
    fix_safety = (
        "Writes straight quotes for all of them in the block. Safe where the block can be read"
        " afterwards, and unsafe otherwise."
    )
    valid = (
        parts(),
        parts(usage='print(double(4), "\u201cdone\u201d")'),
        parts(usage="print(double(4)  # \u201cno bracket\u201d".replace("(4)", "(4))")),
    )
    invalid = (
        parts(usage="print(double(4), \u201cdone\u201d)"),
        parts(test="assert str(double(2)) == \u20184\u2019"),
        parts(usage="print(double(4), \u00abdone\u00bb)"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each block, at the first such quote."""
        for block in record.python_blocks:
            if block.text.isascii() or not isinstance(block.tree, SyntaxError):
                continue
            found = list(_QUOTES.finditer(block.text))
            if not found or not _at_fault(block):
                continue
            begin = block.span.start
            fix = Fix.of(
                "Write straight quotes",
                record.example.output,
                [
                    Edit(
                        begin + one.start(),
                        begin + one.end(),
                        "'" if one.group() in _SINGLE else '"',
                    )
                    for one in found
                ],
                Safety.SAFE if _mended(block) else Safety.UNSAFE,
            )
            first = begin + found[0].start()
            yield Hit(
                "Here are curved quotes in code that cannot be read.",
                span=Span(first, first + 1),
                fix=fix,
            )


def _straight(text: str) -> str:
    return _QUOTES.sub(lambda one: "'" if one.group() in _SINGLE else '"', text)


def _mended(block: CodeBlock) -> bool:
    return not isinstance(parse_python(_straight(block.code)), SyntaxError)


def _at_fault(block: CodeBlock) -> bool:
    """Return whether the quotes are why the block cannot be read, as far as that can be known."""
    error = block.tree
    words = (error.msg or "") if isinstance(error, SyntaxError) else ""
    return _mended(block) or ("invalid character" in words and bool(_QUOTES.search(words)))
