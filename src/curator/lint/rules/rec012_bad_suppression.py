"""REC012: a lint_ignore that says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curator.lint.case import asking, case, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.lint.suppress import KEY
from curator.terminal import one_line

_CODE = re.compile(r"[A-Z]{3,5}\d{3}")
_FAMILIES = ("REC", "SEC", "DOC", "COD", "TST", "TXT", "PRV", "SET")


class BadSuppression(RecordRule):
    """A record's ``lint_ignore`` is no object of codes and reasons, so it suppresses nothing.

    It must look like ``{"SEC010": "The preface belongs to the task."}``: whole codes, each with
    its reason.
    """

    code = "REC012"
    name = "bad-suppression"
    severity = Severity.WARNING
    why = (
        "Whoever wrote it believes that a finding was dealt with; without a reason nobody else can"
        " judge whether the example is still fit to train on."
    )
    valid = (
        parts(),
        case(asking("Double it.", lint_ignore={"TXT001": "Short on purpose."})),
        case(asking("Double it.", lint_ignore={"OWN001": "A rule of the project."})),
        case(asking("Double it.", lint_ignore={"DOCS001": "A rule of the project's own."})),
    )
    invalid = (
        case(asking("Double it.", lint_ignore=["TXT001"])),
        case(asking("Double it.", lint_ignore={"TXT001": ""})),
        case(asking("Double it.", lint_ignore={"TXT": "All of them."})),
        case(asking("Double it.", lint_ignore={"TXT999": "Why not."})),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each entry that is none, or for the value as a whole."""
        if KEY not in record.example.fields:
            return
        value = record.example.fields[KEY]
        pointer = f"/{KEY}"
        if not isinstance(value, dict):
            yield Hit("This must be an object of codes, each with a reason.", pointer=pointer)
            return
        for key, reason in value.items():
            shown = one_line(key, 40).replace("`", "'")
            if not _is_code(key.strip().upper()):
                yield Hit(f"There is no rule `{shown}` to suppress.", pointer=pointer)
            elif not isinstance(reason, str) or not reason.strip():
                yield Hit(f"`{shown}` is suppressed without a reason.", pointer=pointer)


def _is_code(code: str) -> bool:
    """Return whether a rule has this code; codes of other families may be a project's own."""
    from curator.lint.book import all_rules

    known = {rule.code for rule in all_rules()}
    if code in known:
        return True
    if code.rstrip("0123456789") in _FAMILIES or _CODE.fullmatch(code) is None:
        return False
    # One letter away from a built-in code it is that code, mistyped.
    return not any(
        one[-3:] == code[-3:] and sum(a != b for a, b in zip(one, code, strict=False)) == 1
        for one in known
        if len(one) == len(code)
    )
