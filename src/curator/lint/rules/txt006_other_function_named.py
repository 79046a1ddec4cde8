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
    r"\b(?:function|method|class|generator|decorator|coroutine)"
    r"(?:(?:,| that is| should be| must be)? (?:called|named)| with (?:the )?name)"
    r" [`'\"]?(?P<name>[A-Za-z_]\w*)(?!\w)"
)
_ASKED = re.compile(
    r"\b(?:[Ww]rite|[Ii]mplement|[Dd]efine|[Cc]reate|[Cc]omplete)"
    r"(?: (?:a|an|the|your|python|Python|recursive|simple|new|function|method|class|generator"
    r"|async)){0,4}"
    r" (?:`(?P<name>[A-Za-z_]\w*)(?:\([^`\n]*\))?`|(?P<bare>[A-Za-z_]\w*)\()"
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
        case(asking("Write a function called when a key is pressed.")),
        case(asking("Write a function that is called twice by double(number).")),
    )
    invalid = (
        case(asking("Write a function called `twice`.")),
        case(asking("Write a class named Doubler.")),
        case(asking("Implement `twice(number)`.")),
        case(asking("Write a recursive function thrice(number).")),
        case(asking("Write a function with the name twice_over.")),
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
                group = "name" if match["name"] else "bare"
                name = match[group]
                if name in defined or name in seen or _is_word(name, quoted=_quoted(text, match)):
                    continue
                seen.add(name)
                near = difflib.get_close_matches(name, sorted(defined), n=1)
                meant = f"; it defines `{near[0]}`" if near else ""
                yield Hit(
                    f"The instruction asks for `{name}`, and the solution does not define"
                    f" it{meant}.",
                    pointer="/instruction",
                    span=Span(*match.span(group)),
                )


def _quoted(text: str, match: re.Match[str]) -> bool:
    # A bracket behind it shows as well as quotes do that this is a name.
    return match["name"] is None or text[match.start("name") - 1] in "`'\""


def _is_word(name: str, *, quoted: bool) -> bool:
    """Return whether this is no name to define but a word of the language or of the sentence."""
    if keyword.iskeyword(name) or hasattr(builtins, name):
        return True
    return not quoted and "_" not in name and name.islower() and name in _COMMON


_COMMON = frozenset(
    {"after", "as", "by", "like", "accordingly", "appropriately", "properly", "something", "what"}
    | {"that", "so", "whatever", "the", "it", "for", "with", "to", "anything", "above", "below"}
    | {"on", "at", "when", "whenever", "once", "twice", "before", "inside", "within", "during"}
    | {"each", "every", "many", "several", "multiple", "repeatedly", "recursively", "then"}
    | {"automatically", "asynchronously", "dynamically", "periodically", "a", "an", "this"}
)
