"""TXT001: an instruction that is too short to ask for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Count, Hit, Record, RecordRule, RuleOptions

# Scripts that write without blanks between words: each of their characters counts as one.
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_WORD = re.compile(r"\w+")
_FIRST = 20


class ShortInstructionOptions(RuleOptions, frozen=True):
    """Options of TXT001.

    Attributes:
        words: The fewest words.
    """

    words: Count = 2


class ShortInstruction(RecordRule):
    """The instruction has fewer than two words, or than the option says.

    In scripts without blanks between words each character counts as one.
    """

    code = "TXT001"
    name = "short-instruction"
    severity = Severity.WARNING
    why = "A single word can be answered in too many ways for one answer to be worth learning."
    options_type = ShortInstructionOptions
    valid = (parts(), case(asking("Sort it.")), case(asking("数字翻倍")), case(asking("")))
    invalid = (case(asking("Sort")), case(asking("Sort a list."), words=5))

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the instruction."""
        text = record.example.instruction
        if len(text) > 200 or not text.strip():
            return
        # Most have enough words in their first characters.
        if len(_WORD.findall(text, 0, _FIRST * self.options.words)) >= self.options.words:
            return
        if len(_WORD.findall(_DENSE.sub(" x ", text))) < self.options.words:
            yield Hit(
                f"The instruction has fewer than {self.options.words} words.",
                pointer="/instruction",
                span=Span(0, len(text)),
            )
