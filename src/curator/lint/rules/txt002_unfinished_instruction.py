"""TXT002: an instruction that breaks off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

# Words that no sentence ends with; prepositions are not among them ("what to sort by"), and "that"
# and "to" only where they follow what is asked for ("a function that").
_OPEN_END = re.compile(
    r"(?:[,;]|\b(?:a|an|the|its|their|your|and|or|but|nor|because|whose|such as|as well as"
    r"|e\.g\.|i\.e\.|(?:list|array|string|number|tuple|dictionary)[ \t]+of"
    r"|(?:function|method|class|program|script|query|regex|algorithm)"
    r"[ \t]+(?:that|which|to|(?:that|which)[ \t]+(?:is|returns|takes))"
    r"|an?[ \t]+(?:\w+[ \t]+)?(?:function|method|class|program|script)[ \t]+(?:with|using)"
    r"))[ \t]*$",
    re.IGNORECASE,
)
# What the pattern ends with, looked at first because that takes a tenth of the time; less the
# letters of which the pattern takes other forms for the same.
_LAST = (
    *(",", ";", "a", "an", "the", "and", "or", "but", "nor", "because", "whose", "as"),
    *("e.g.", ".e.", "that", "ch", "to", "its", "their", "your", " of", "\tof", "with", "using"),
    *(" is", "returns", "takes"),
)
_LONGEST = max(map(len, _LAST))
_EMOTICON = re.compile(r"[:;]-?[()\[\]]")
_PAIRS = {")": "(", "]": "[", "}": "{"}


class UnfinishedInstruction(RecordRule):
    """The instruction breaks off.

    It ends with a comma, with a word that no sentence ends with, or with a bracket still open.
    Instructions that hold a code block or several lines are not judged by their brackets, and a
    full stop at the end is not asked for.
    """

    code = "TXT002"
    name = "unfinished-instruction"
    severity = Severity.WARNING
    why = (
        "Something was cut off, and the answer answers what the model cannot see; it learns to"
        " guess."
    )
    valid = (
        parts(),
        case(asking("Write a function that doubles a number")),
        case(asking("Name the key to sort by")),
        case(asking("Say what the function does to that")),
        case(asking("Double this number:", "4")),
        case(asking("Say what [0, 10) means.")),
        case(asking("Name the vitamin C and vitamin A")),
        case(asking("Say what the function is made of")),
        case(asking("Name the key to call the function with")),
        case(asking("Find what the class that has it is")),
    )
    invalid = (
        case(asking("Write a function that doubles a number and")),
        case(asking("Given a list of numbers,")),
        case(asking("Write a function that")),
        case(asking("Write a function that returns a list of")),
        case(asking("Implement a class with")),
        case(asking("Take a list and return its")),
        case(asking("Write a function (for example one that doubles")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the instruction, at its end."""
        text = record.example.instruction.rstrip()
        if not text:
            return
        match = None
        if text[-_LONGEST:].casefold().endswith(_LAST):
            match = _OPEN_END.search(text, max(0, len(text) - 40))
        if match is not None and not match.group()[:1].isupper():
            yield Hit(
                "The instruction breaks off.", pointer="/instruction", span=Span(*match.span())
            )
        elif "\n" not in text and "`" not in text and (place := _open_bracket(text)) is not None:
            yield Hit(
                "The instruction ends with a bracket open.",
                pointer="/instruction",
                span=Span(place, place + 1),
            )


def _open_bracket(text: str) -> int | None:
    """Return the bracket that is open at the end, if brackets are otherwise used as in prose."""
    if not any(character in text for character in "([{"):
        return None
    plain = _EMOTICON.sub(lambda match: " " * len(match.group()), text)
    stack: list[int] = []
    for place, character in enumerate(plain):
        if character in "([{":
            stack.append(place)
        elif character in ")]}":
            if not stack or plain[stack[-1]] != _PAIRS[character]:
                # An interval, a list with numbers "1)", code: not prose that one could judge.
                return None
            stack.pop()
    return stack[-1] if stack else None
