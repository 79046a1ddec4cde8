"""Lines that a writer meant as a heading of the profile, and that are none.

Three habits: a heading with nearly the right title, ``###Usage`` without its blank, and a line in
bold. A section that such a line stands for is not missing as well: one cause, one finding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from curator.example import Answer, Section, Span
from curator.example.profile import SectionSpec
from curator.lint.prose import lines_of

_GLUED = re.compile(r" {0,3}#{1,6}(?P<title>[^#\s].*?)[ \t]*:?[ \t]*#*[ \t]*$")
_BOLD = re.compile(r"[ \t]*(?P<mark>\*\*|__)(?P<title>[^*_]+?):?(?P=mark)[ \t]*:?[ \t]*$")

#: From which likeness on, 0 to 1, a title counts as a misspelt one of the profile.
LIKENESS = 0.8


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A line that stands for a section of the profile.

    Attributes:
        spec: The section.
        span: The line, without its line end.
        kind: Whether it is a heading with another title, or a line in bold.
    """

    spec: SectionSpec
    span: Span
    kind: Literal["misspelt", "bold"]


def misnamed_sections(answer: Answer, prose: Sequence[Span]) -> tuple[Misnamed, ...]:
    """Return the lines that stand for sections of the profile which the answer lacks."""
    present = {section.spec.key for section in answer.sections if section.spec}
    missing = [spec for spec in answer.profile.section if spec.key not in present]
    if not missing:
        return ()
    found: list[Misnamed] = []
    for section in answer.sections:
        spec = near_spec(section.title, missing) if section.spec is None else None
        if spec is not None:
            found.append(Misnamed(spec, section.heading, "misspelt"))
            missing.remove(spec)
    text = answer.text
    if missing and ("**" in text or "__" in text or "#" in text):
        for span in prose:
            for start, line in lines_of(text, span):
                if line.lstrip(" \t")[:1] not in _FIRST:
                    continue
                for kind, pattern in _PSEUDO:
                    match = pattern.fullmatch(line)
                    spec = near_spec(match["title"], missing) if match else None
                    if spec is not None:
                        found.append(Misnamed(spec, Span(start, start + len(line)), kind))
                        missing.remove(spec)
                        break
    return tuple(found)


_PSEUDO: tuple[tuple[Literal["misspelt", "bold"], re.Pattern[str]], ...] = (
    ("misspelt", _GLUED),
    ("bold", _BOLD),
)
# What those begin with, after blanks.
_FIRST = frozenset("#*_")


def near_spec(title: str, specs: Sequence[SectionSpec]) -> SectionSpec | None:
    """Return the section whose title this nearly is, or None."""
    import difflib

    wanted = _plain(title)
    best, likeness = None, LIKENESS
    for spec in specs:
        known = _plain(spec.title)
        if abs(len(known) - len(wanted)) > 3:
            continue
        matcher = difflib.SequenceMatcher(None, wanted, known)
        # The quick one is never less, and says no to nearly all.
        if matcher.quick_ratio() >= likeness and matcher.ratio() >= likeness:
            best, likeness = spec, matcher.ratio()
    return best


def _plain(title: str) -> str:
    return "".join(c for c in title.casefold() if c.isalnum())


def stands_in(answer: Answer, section: Section) -> SectionSpec | None:
    """Return the missing section in whose place an unknown one stands, or None.

    It stands in if the profile's section belongs between the known sections around it, and no
    other unknown section between those two comes before it.
    """
    if section.spec is not None:
        return None
    order = [spec.key for spec in answer.profile.section]
    sections = answer.sections
    index = next(i for i, one in enumerate(sections) if one is section)
    low, unknown = -1, 0
    for one in reversed(sections[:index]):
        if one.spec is not None:
            low = order.index(one.spec.key)
            break
        unknown += 1
    high = next((order.index(s.spec.key) for s in sections[index + 1 :] if s.spec), len(order))
    present = {one.spec.key for one in sections if one.spec}
    missing = [spec for spec in answer.profile.section[low + 1 : high] if spec.key not in present]
    return missing[unknown] if unknown < len(missing) else None
