"""REC007: characters that no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.example import Span
from curator.lint.case import asking, case, parts
from curator.lint.finding import Edit, Fix, Safety, Severity
from curator.lint.rule import Hit, Record, RecordRule

# C0 without tab and line ends, C1, text direction overrides and isolates, byte order mark, U+FFFD.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]"
)


class ControlCharacter(RecordRule):
    """A text holds control characters, hidden changes of direction, or replacement characters.

    Tabs and line breaks are no matter, and neither are the joiners that emoji and many scripts
    need. U+FFFD is the trace of a text that was once read in the wrong encoding.
    """

    code = "REC007"
    name = "control-character"
    severity = Severity.WARNING
    why = (
        "The model learns to write such characters, where no reviewer saw them; a change of"
        " direction can make code read as something that it is not."
    )
    fix_safety = "Removes them. Unsafe, because a code example may want to show one."
    valid = (
        parts(),
        case(asking("Count the tabs in a text:\n\n\ta\tb\r\n")),
        case(asking("Count the family emoji 👩\u200d👧 in a text.")),
    )
    invalid = (
        case(asking("Ring the bell \x07 of a terminal.")),
        case(asking("Write a \u202efunction\u202c.")),
        case(asking("Greet the caf\ufffd.")),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each text, at the first such character."""
        for pointer, text in record.texts:
            found = [] if _is_plain(text) else list(_CONTROL.finditer(text))
            if not found:
                continue
            first = found[0]
            more = f", and {len(found) - 1:,} more" if len(found) > 1 else ""
            yield Hit(
                f"Here is the character U+{ord(first.group()):04X}{more}.",
                pointer=pointer,
                span=Span(first.start(), first.end()),
                fix=Fix.of(
                    "Remove them",
                    text,
                    [Edit(one.start(), one.end(), "") for one in found],
                    Safety.UNSAFE,
                    pointer,
                ),
            )


def _is_plain(text: str) -> bool:
    """Return whether a text is ASCII without control characters, as most are."""
    if not text.isascii():
        return False
    return text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable()
