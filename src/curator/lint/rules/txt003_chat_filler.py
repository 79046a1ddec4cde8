"""TXT003: the talk around an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import Case, output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_OPENING = re.compile(
    r"\s*(?:(?:Sure|Certainly|Absolutely|Of course|No problem|Great question|Happy to help)\b"
    r"[^\n.!]{0,20}[!.,:]|(?:Okay|OK|Alright)[!,]|Here you (?:go|are)\b"
    r"|I(?:'d|\u2019d| would) be (?:happy|glad) to\b|Thank(?:s| you) for (?:your|the|asking)\b"
    r"|(?:(?:Here(?:'s|\u2019s| is| are)|Below is) (?:a|an|the|your|my|one|some)\b"
    r"[^\n]{0,60}"
    r"\b(?:code|function|solution|program|script|example|implementation|class|snippet)\b))",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"\b(?:As|I am|I(?:'|\u2019)m) an? (?:AI|artificial intelligence|(?:large )?language model)\b"
    r"|\bI(?:'|\u2019)?m sorry, but I (?:can|am)"
    r"|\bI (?:cannot|can(?:'|\u2019)t) (?:fulfil|assist|help|comply)"
    r"|\b[Ll]et me know if (?:you|there|this|that|any)|\bI hope (?:this|that|it) helps\b"
    r"|\b[Aa]nything else I can (?:help|do)\b"
    r"|\b[Hh]ope (?:this|that) helps\b"
    r"|\b[Ff]eel free to (?:ask|reach|contact|modify|adapt|customi[sz]e)\b"
    r"|\b[Hh]appy coding\b|\b[Ii]f you have any (?:more |other |further )?questions\b"
)
# One of these is in every match of the pattern above, and found a hundred times as fast.
_HINTS = (
    *("As a", "as a", "sorry", "I cannot", "et me know", "ope th", "I hope", "eel free"),
    *("m an AI", "m an art", "m a l", "m a L", "I can", "nything else I"),
    *("appy coding", "f you have any"),
)


def _around(before: str, after: str = "") -> Case:
    good = parts().example
    assert good is not None
    return output(f"{before}{good.output}{after}")


class ChatFiller(RecordRule):
    """The answer says "Sure! Here's …", "As an AI language model" or "Let me know if …".

    Only prose is read, not code.
    """

    code = "TXT003"
    name = "chat-filler"
    severity = Severity.WARNING
    why = (
        "It carries nothing, and it stands where a model learns best: at the beginning and the end"
        " of what it says."
    )
    valid = (
        parts(),
        parts(usage='print(double(4), "Sure! Here is the number.")'),
        _around("Make sure that the number is whole.\n\n"),
        _around("", "\nFeel free use of memory is what this trades for speed.\n"),
        _around("", "\nBelow is where the numbers stand; you can use any.\n"),
        output("You can use the `map` function."),
    )
    invalid = (
        _around("Sure! Here's a function that doubles a number:\n\n"),
        _around("Here is the code you asked for:\n\n"),
        output("As an AI language model, I cannot run code."),
        output("I'm an AI assistant, and nothing runs here."),
        _around("Okay, below is the code:\n\n"),
        _around("", "\nIs there anything else I can help with?\n"),
        _around("", "\nI hope this helps! Let me know if you have questions.\n"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the opening, and one for each phrase after it."""
        text = record.example.output
        end = 0
        spans = record.prose
        if spans and not text[: spans[0].start].strip():
            opening = _OPENING.match(text, spans[0].start, spans[0].end)
            if opening is not None:
                start = opening.start() + len(opening.group()) - len(opening.group().lstrip())
                end = opening.end()
                yield Hit("The answer begins with talk.", span=Span(start, end))
        for word in _HINTS:
            if word in text:
                break
        else:
            return
        for span in spans:
            for match in _ANYWHERE.finditer(text, span.start, span.end):
                if match.start() >= end:
                    yield Hit("This is talk, and no part of the answer.", span=Span(*match.span()))
