"""REC011: a field that Curator does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from curator.example.record import KNOWN_KEYS
from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, RuleOptions
from curator.terminal import one_line


class UnknownFieldOptions(RuleOptions, frozen=True):
    """Options of REC011.

    Attributes:
        allow: Other fields that are known here.
    """

    allow: tuple[str, ...] = ()


class UnknownField(RecordRule):
    """A record has a field besides id, tags, instruction, input, output and lint_ignore.

    Such a field is kept as it is, and nothing reads it.
    """

    code = "REC011"
    name = "unknown-field"
    severity = Severity.INFO
    why = (
        "It does no harm by itself; but a mistyped name looks just like this, and what stands under"
        " it never trains."
    )
    options_type = UnknownFieldOptions
    valid = (
        parts(),
        case(asking("Double it.", id="double", tags=["numbers"])),
        case(asking("Double it.", source="mine"), allow=["source"]),
    )
    invalid = (
        case(asking("Double it.", difficulty=3)),
        case(asking("Double it.", tag=["numbers"])),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such field."""
        for key in record.example.fields:
            if key in KNOWN_KEYS or key in self.options.allow:
                continue
            name = one_line(key, 60).replace("`", "'")
            near = difflib.get_close_matches(key, KNOWN_KEYS, n=1)
            meant = ""
            if near and near[0] not in record.example.fields:
                meant = f"; perhaps `{near[0]}` is meant"
            yield Hit(
                f"Nothing reads the field `{name}`{meant}.",
                pointer="/" + key.replace("~", "~0").replace("/", "~1"),
            )
