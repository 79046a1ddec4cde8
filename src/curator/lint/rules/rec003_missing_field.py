"""REC003: a field that is missing or is not a string."""

from __future__ import annotations

from collections.abc import Iterator

from curator.example import Example
from curator.lint.case import case, parts, raw
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule
from curator.store.decode import json_type


class MissingField(RecordRule):
    """An example has no instruction or no output, or one of its texts is not a string.

    The input may be left out; where it is given, it must be a string too.
    """

    code = "REC003"
    name = "missing-field"
    severity = Severity.ERROR
    why = (
        "Without an instruction and an output there is nothing to learn, and a value of another"
        " type trains as its printed form, `None` or `['x']`."
    )
    valid = (
        parts(),
        raw('{"instruction": "Add two numbers.", "output": "a + b"}'),
        case(Example.new("Add two numbers.", "1 and 2", "3")),
    )
    invalid = (
        raw('{"instruction": "Add two numbers."}'),
        raw('{"prompt": "Add two numbers.", "output": "a + b"}'),
        raw('{"instruction": "Add two numbers.", "input": null, "output": "a + b"}'),
        raw('{"instruction": "Add two numbers.", "output": ["a + b"]}'),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each field that is missing or mistyped."""
        fields = record.example.fields
        for key in ("instruction", "input", "output"):
            if key not in fields:
                if key != "input":
                    yield Hit(f"The field `{key}` is missing.", pointer=f"/{key}")
            elif not isinstance(fields[key], str):
                yield Hit(
                    f"The field `{key}` must be a string, not {json_type(fields[key])}.",
                    pointer=f"/{key}",
                )
