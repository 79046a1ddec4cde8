"""A row as the texts that a person edits, and the way back.

A row opens in one of three forms:

* ``parts``: instruction, input, and one text for each section of the profile;
* ``raw``: instruction, input, and the output as Markdown, where its parts would not render back to
  it byte for byte, or where the person prefers it;
* ``row``: the line of the file itself, where it is broken, or where one of its texts holds
  characters that a text editor would lose or a terminal would act on. In the row those stand as
  JSON escapes, visible and safe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from curator.example import Example, Profile, parse, render, split
from curator.lint import Finding
from curator.lint.pointer import key_of
from curator.store import Row, decode
from curator.terminal import visible

Form = Literal["parts", "raw", "row"]

INSTRUCTION, INPUT, OUTPUT, ROW = "instruction", "input", "output", "row"
PART = "part-"

# What a text editor takes for a line end besides the line feed, and would write back as one.
_OTHER_LINE_ENDS = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Draft:
    """The texts of one row, as they were when it was opened.

    Attributes:
        form: Which texts there are.
        texts: Each text by the key of its editor.
        example: The example, or None in a row that cannot be read.
        reason: Why the form is not ``parts``, in a sentence; empty where it is, or by choice.
        read_only: Whether the row cannot even be edited as a line here.
        can_switch: Whether the other one of ``parts`` and ``raw`` is open to it.
    """

    form: Form
    texts: Mapping[str, str]
    example: Example | None = None
    reason: str = ""
    read_only: bool = False
    can_switch: bool = False

    def changed(self, texts: Mapping[str, str]) -> bool:
        """Return whether `texts` say something else than the row does."""
        return any(texts.get(name, text) != text for name, text in self.texts.items())

    def edited(self, texts: Mapping[str, str], profile: Profile) -> Example:
        """Return the example with `texts` in the place of its own; only for ``parts``, ``raw``.

        A text that is as it was leaves its field as it was, missing or mistyped ones included.
        """
        example = self.example or Example.new()
        changes: dict[str, str] = {}
        for name in (INSTRUCTION, INPUT, OUTPUT):
            if name in self.texts and texts[name] != self.texts[name]:
                changes[name] = texts[name]
        parts = {k: t for k, t in texts.items() if k.startswith(PART) and k in self.texts}
        if any(text != self.texts[name] for name, text in parts.items()):
            changes[OUTPUT] = render({k[len(PART) :]: t for k, t in parts.items()}, profile)
        return example.replace(**changes) if changes else example


def open_row(row: Row, raw: str, profile: Profile, *, prefer_raw: bool = False) -> Draft:
    """Return the draft of a row.

    Args:
        row: The row as the store read it.
        raw: Its line in the file.
        profile: The shape whose parts are looked for.
        prefer_raw: Open as Markdown although the parts could be edited.
    """
    if row.example is None:
        reason = row.problem.message if row.problem else "This row cannot be read."
        if not _editable(raw):
            return Draft("row", {ROW: visible(raw)}, reason=reason, read_only=True)
        return Draft("row", {ROW: raw}, reason=reason)
    example = row.example
    texts = {INSTRUCTION: example.instruction, INPUT: example.input}
    if not all(map(_plain, (*texts.values(), example.output))):
        escaped = _escaped(raw)
        faithful = decode(escaped.encode("utf-8", "surrogatepass")) == example
        return Draft(
            "row",
            {ROW: escaped if faithful else visible(raw)},
            example,
            "It holds control characters, so it is shown as its line of the file.",
            read_only=not faithful,
        )
    parts = split(parse(example.output, profile)) if example.output else _empty(profile)
    if parts is None:
        return Draft(
            "raw",
            {**texts, OUTPUT: example.output},
            example,
            "As parts it would not come back byte for byte, so it is shown as Markdown.",
        )
    if prefer_raw:
        return Draft("raw", {**texts, OUTPUT: example.output}, example, can_switch=True)
    texts |= {f"{PART}{name}": text for name, text in parts.items()}
    return Draft("parts", texts, example, can_switch=True)


def place(finding: Finding, draft: Draft, output: str, profile: Profile) -> tuple[str, int, int]:
    """Return the editor that a finding stands in, and its first and last character there.

    Args:
        finding: What a rule said about this example.
        draft: The form the example is open in.
        output: The output that the finding's span counts in.
        profile: The shape of the parts.
    """
    if draft.form == "row":
        # Only a finding about the line itself counts in it; the others count in one of its texts.
        size = 0 if finding.pointer else len(draft.texts[ROW])
        return ROW, min(finding.start, size), min(finding.end, size)
    field = key_of(finding.pointer.removeprefix("/"))
    # A record's own field may be called as an editor of a part is.
    if field in draft.texts and not field.startswith(PART):
        return field, finding.start, finding.end
    if field != OUTPUT:
        return INSTRUCTION, 0, 0
    answer = parse(output, profile)
    last = ""
    for spec in profile.section:
        section = answer.section(spec.key)
        if section is None:
            continue
        last = f"{PART}{spec.key}"
        span = section.code.span if spec.code and section.code else section.body
        if not spec.code:
            text = output[span.start : span.end]
            span = span._replace(start=span.start + len(text) - len(text.lstrip()))
        if section.heading.start <= finding.start <= max(span.end, section.body.end - 1):
            size = span.end - span.start
            start = min(max(finding.start - span.start, 0), size)
            return last, start, min(max(finding.end - span.start, start), size)
    return last or f"{PART}{profile.section[0].key}", 0, 0


def location(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column, both from 0, of a character of `text`."""
    before = text[: max(offset, 0)]
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)


def _empty(profile: Profile) -> dict[str, str]:
    return {spec.key: "" for spec in profile.section}


def _editable(text: str) -> bool:
    """Return whether a text editor gives `text` back as it was."""
    return not _OTHER_LINE_ENDS.search(text) and not re.search("[\ud800-\udfff]", text)


def _plain(text: str) -> bool:
    """Return whether `text` draws as it is: nothing in it that `visible` would have to show."""
    return visible(text, newlines=True, tabs=True) == text


def _escaped(raw: str) -> str:
    """Return a line of JSON with every character that does not draw as its JSON escape."""
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(c if _plain(c) and c != "\n" else json.dumps(c)[1:-1] for c in raw)
