"""TXT006: an instruction that asks for a function by another name."""

from __future__ import annotations

import builtins
import difflib
import keyword
import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule

_NAMED = re.compile(
    r"\b(?:function|method|class|generator|decorator|coroutine)(?: that is)? (?:called|named)"
    r" [`'\"]?(?P<name>[A-Za-z_]\w*)(?!\w)"
)
_ASKED = re.compile(
    r"\b(?:[Ww]rite|[Ii]mplement|[Dd]efine|[Cc]reate|[Cc]omplete)"
    r"(?: (?:a|an|the|your|python|Python|function|method|class|generator|async)){0,4}"
    r" `(?P<name>[A-Za-z_]\w*)(?:\([^`\n]*\))?`"
)


class OtherFunctionNamed(RecordRule):
    """The instruction names the function or class to write, and the solution defines no such name.

    Read are "a function called NAME" and "implement `NAME(…)`", not every name that is mentioned.
    """

    code = "TXT006"
    name = "other-function-named"
    severity = Severity.ERROR
    why = (
        "The answer does not do what was asked for in the plainest respect, and whoever calls the"
        " name that they gave gets a NameError."
    )
    valid = (
        parts(),
        case(asking("Write a function called `double`.")),
        case(asking("Implement `double(number)` without calling `sum()`.")),
        case(asking("Write a function named after what it does.")),
    )
    invalid = (
        case(asking("Write a function called `twice`.")),
        case(asking("Write a class named Doubler.")),
        case(asking("Implement `twice(number)`.")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such name."""
        text = record.example.instruction
        if not record.names:
            return
        defined = record.names | {definition.name for _, definition in record.definitions}
        seen: set[str] = set()
        for pattern in (_NAMED, _ASKED):
            for match in pattern.finditer(text):
                name = match["name"]
                if name in defined or name in seen or _is_word(name, quoted=_quoted(text, match)):
                    continue
                seen.add(name)
                near = difflib.get_close_matches(name, sorted(defined), n=1)
                meant = f"; it defines `{near[0]}`" if near else ""
                yield Hit(
                    f"The instruction asks for `{name}`, and the solution does not define"
                    f" it{meant}.",
                    pointer="/instruction",
                    span=Span(*match.span("name")),
                )


def _quoted(text: str, match: re.Match[str]) -> bool:
    return text[match.start("name") - 1] in "`'\""


def _is_word(name: str, *, quoted: bool) -> bool:
    """Return whether this is no name to define but a word of the language or of the sentence."""
    if keyword.iskeyword(name) or hasattr(builtins, name):
        return True
    return not quoted and "_" not in name and name.islower() and name in _COMMON


_COMMON = frozenset(
    {"after", "as", "by", "like", "accordingly", "appropriately", "properly", "something", "what"}
    | {"that", "so", "whatever", "the", "it", "for", "with", "to", "anything", "above", "below"}
)
