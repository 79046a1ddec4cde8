"""COD013: a line of code that is too long to read."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import parts
from curator.lint.finding import Severity
from curator.lint.prose import lines_of
from curator.lint.rule import Count, Hit, Record, RecordRule, RuleOptions
from curator.lint.shapes import NARROW

_LONG = "print(" + ", ".join(["double(10)"] * 9) + ")"


class LongLineOptions(RuleOptions, frozen=True):
    """Options of COD013.

    Attributes:
        length: How many characters a line may have; by default as many as the profile says.
    """

    length: Count | None = None


class LongLine(RecordRule):
    """A line of code is longer than the profile allows: 100 characters in the built-in ones.

    A line that one word makes too long, such as an address in a comment, is left alone.
    """

    code = "COD013"
    name = "long-line"
    severity = Severity.INFO
    needs = "code"
    why = (
        "Long lines are what a model writes that has met them; they are hard to review here and in"
        " its answers."
    )
    options_type = LongLineOptions
    valid = (
        parts(),
        parts(usage="print(double(4))\n# https://docs.python.org/3/" + "x" * 90),
        parts(usage=_LONG, length=120),
    )
    invalid = (
        parts(usage=_LONG),
        parts(length=30),
        parts(profile=NARROW),
        parts(usage=_LONG.replace(" ", "")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such line, at what is too much of it."""
        length = self.options.length or record.profile.code.line_length
        for block in record.python_blocks:
            if len(block.text) <= length:
                continue
            for start, line in lines_of(record.example.output, block.span):
                if len(line) > length and _can_be_broken(line, length):
                    yield Hit(
                        f"This line has {len(line):,} characters, and {length} are allowed.",
                        span=Span(start + length, start + len(line)),
                    )


def _can_be_broken(line: str, length: int) -> bool:
    """Return whether a line is more than one long word, which is a string or an address."""
    last = line.rfind(" ")
    return last > length // 2 or (line.count(",", max(last, 0)) > 2 and "://" not in line)
