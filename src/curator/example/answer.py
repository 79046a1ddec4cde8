"""An output read against a profile: sections and code blocks, each with its span.

Sections are read from Markdown structure (markdown-it), so a heading inside a fence is text and
never a section. Two habits of fencing are in the wild and both are read:

* one fence a section, which is how `render` writes;
* one fence around the whole answer with the headings inside. An answer that is a single fence
  from its first to its last line is unwrapped before it is read, and `Answer.wrapped` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from curator.example.code import LINE_END, CodeBlock, Span
from curator.example.profile import Profile, Role, SectionSpec

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: A longer text is not looked into: it is no answer, and reading one of 60 MB took 0.9 GB of
#: memory, or 6 GB where it was one list. A usual answer has 1,500 characters.
LONGEST = 1_000_000

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t](.*)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*(?:\r\n|\r|\n|\Z)")
_BACKTICKS = re.compile(r"`{3,}")


@dataclass(frozen=True)
class Section:
    """One section as it was found.

    Attributes:
        title: The heading's text.
        level: The heading's level, 1 to 6.
        spec: The profile's section of that title, whatever the capitals and the level.
        heading: Where the heading line stands.
        body: Where everything under it stands.
        blocks: The code blocks directly in it.
        prose: Whether there is text beside the code blocks.
    """

    title: str
    level: int
    spec: SectionSpec | None
    heading: Span
    body: Span
    blocks: tuple[CodeBlock, ...]
    prose: bool

    @property
    def code(self) -> CodeBlock | None:
        """The first block of code, if any."""
        return self.blocks[0] if self.blocks else None


@dataclass(frozen=True)
class Answer:
    """An output read against a profile.

    Attributes:
        text: The output itself; all spans count characters of it.
        profile: What it was read against.
        sections: The sections in the order they stand.
        preamble: What stands before the first section, without surrounding blanks.
        fence: The one fence around the whole answer, where there is one.
        loose: The code blocks before the first section.
    """

    text: str
    profile: Profile
    sections: tuple[Section, ...]
    preamble: Span
    fence: CodeBlock | None = None
    loose: tuple[CodeBlock, ...] = ()

    @property
    def wrapped(self) -> bool:
        """Whether one fence stands around the whole answer."""
        return self.fence is not None

    @property
    def all_blocks(self) -> tuple[CodeBlock, ...]:
        """Every code block, in and before the sections, in order; not the fence around all."""
        return (*self.loose, *(block for section in self.sections for block in section.blocks))

    def section(self, key: str) -> Section | None:
        """Return the first section that is the profile's `key`."""
        return next((s for s in self.sections if s.spec and s.spec.key == key), None)

    def blocks(self, role: Role) -> tuple[CodeBlock, ...]:
        """Return the first code block of every section of `role`, in the profile's order."""
        if not self.sections:
            return ()
        found = (self.section(spec.key) for spec in self.profile.by_role(role))
        return tuple(section.code for section in found if section and section.code)

    def source(self, role: Role) -> str:
        """Return the code of `role` as one program text; empty where there is none."""
        return "\n\n".join(block.code for block in self.blocks(role))


def parse(text: str, profile: Profile) -> Answer:
    """Read `text` against `profile`. Any text at all can be read; nothing is raised.

    A text longer than `LONGEST` is taken as one piece of prose without sections.

    Costs one pass of markdown-it, about 75 µs for a usual answer, and builds no syntax tree until
    one is asked for.
    """
    if len(text) > LONGEST:
        return Answer(text, profile, (), _strip(text, Span(0, len(text))))
    fence = _unwrap(text, profile)
    area = fence.span if fence else Span(0, len(text))
    marks, loose = _marks(text, area, profile, bare=fence is not None)
    sections = []
    for index, mark in enumerate(marks):
        end = marks[index + 1].heading.start if index + 1 < len(marks) else area.end
        body = Span(min(mark.heading.end, end), end)
        blocks = tuple(mark.blocks)
        prose = mark.prose
        if fence and not blocks and mark.spec and mark.spec.code:
            # Inside one fence around everything, what stands under a heading is the code.
            block = _bare_block(text, body, mark.spec.code, fence.indent)
            blocks, prose = ((block,), False) if block else ((), False)
        sections.append(
            Section(mark.title, mark.level, mark.spec, mark.heading, body, blocks, prose)
        )
    first = marks[0].heading.start if marks else area.end
    preamble = _strip(text, Span(area.start, first))
    return Answer(text, profile, tuple(sections), preamble, fence, loose)


def render(parts: Mapping[str, str], profile: Profile) -> str:
    """Write an answer from its parts: one text for each section key.

    Code parts come back exactly as they were given: ``split(parse(render(parts))) == parts``.

    Args:
        parts: Text by section key; a missing key is an empty section.
        profile: The shape to write.
    """
    pieces = []
    for spec in profile.section:
        body = parts.get(spec.key, "")
        if spec.code:
            longest = max((len(run) for run in _BACKTICKS.findall(body)), default=2)
            fence = "`" * (longest + 1)
            body = f"{fence}{spec.code}\n{body}\n{fence}"
        pieces.append(f"{profile.heading(spec)}\n\n{body}\n")
    return "\n".join(pieces)


def split(answer: Answer) -> dict[str, str] | None:
    """Return the parts of an answer, or None if rendering them would not give it back.

    None means that only the raw text is safe to edit: something in it would be lost.
    """
    parts: dict[str, str] = {}
    for spec in answer.profile.section:
        section = answer.section(spec.key)
        if section is None:
            return None
        if spec.code:
            if section.code is None:
                return None
            parts[spec.key] = section.code.text
        else:
            parts[spec.key] = answer.text[slice(*_strip(answer.text, section.body))]
    return parts if render(parts, answer.profile) == answer.text else None


@dataclass
class _Mark:
    """A heading that begins a section, and what markdown-it saw until the next one."""

    title: str
    level: int
    spec: SectionSpec | None
    heading: Span
    blocks: list[CodeBlock] = field(default_factory=list)
    prose: bool = False


@cache
def _markdown() -> MarkdownIt:
    """Return a parser of blocks only: what stands within a paragraph does not matter here."""
    # Imported at the first answer and not before: it costs 25 ms of every start.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _line_offsets(text: str, area: Span) -> list[int]:
    """Return where each line of `area` begins, and last where `area` ends."""
    ends = [match.end() for match in LINE_END.finditer(text, area.start, area.end)]
    return [area.start, *ends, area.end]


def _strip(text: str, span: Span) -> Span:
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))


def _marks(
    text: str, area: Span, profile: Profile, *, bare: bool
) -> tuple[list[_Mark], tuple[CodeBlock, ...]]:
    """Find the headings that begin a section within `area`, and the code before the first.

    Args:
        text: The whole output.
        area: The part to read.
        profile: Whose titles count.
        bare: Whether the area is the inside of one fence, where code stands without fences of
            its own and only the profile's own titles are headings.
    """
    piece = text[area.start : area.end]
    if bare and not _FENCE.search(piece):
        return list(_bare_marks(text, area, profile)), ()
    offsets = _line_offsets(text, area)
    marks: list[_Mark] = []
    loose: list[CodeBlock] = []
    tokens = _markdown().parse(piece)
    for index, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.nesting < 0:
            continue
        if token.type == "heading_open":
            title = tokens[index + 1].content.strip()
            level = int(token.tag[1])
            spec = profile.by_title(title)
            if spec or level <= profile.level:
                heading = _line_span(text, offsets, token.map)
                marks.append(_Mark(title, level, spec, heading))
                continue
        block = _fenced_block(text, offsets, token) if token.type == "fence" else None
        if block:
            (marks[-1].blocks if marks else loose).append(block)
        elif marks:
            marks[-1].prose = True
    return marks, tuple(loose)


def _line_span(text: str, offsets: list[int], lines: list[int]) -> Span:
    end = offsets[min(lines[1], len(offsets) - 1)]
    start = offsets[lines[0]]
    return Span(start, start + len(text[start:end].rstrip("\r\n")))


def _fenced_block(text: str, offsets: list[int], token: Token) -> CodeBlock:
    """Return the code of a fence, with its place in the output."""
    assert token.map is not None
    first, last = token.map
    begin = offsets[min(first + 1, len(offsets) - 1)]
    closing_start = offsets[min(max(last - 1, first), len(offsets) - 1)]
    closing = _CLOSING.match(text, closing_start, offsets[min(last, len(offsets) - 1)])
    closed = last - 1 > first and closing is not None and closing[1].startswith(token.markup)
    end = max(begin, closing_start if closed else offsets[min(last, len(offsets) - 1)])
    opening = text[offsets[first] : begin]
    line_end = next((e for e in ("\r\n", "\n", "\r") if opening.endswith(e)), "\n")
    # The same line end as the fence's own, so that code ending in a stray \r keeps it.
    body = text[begin:end].removesuffix(line_end)
    language = token.info.strip().split(maxsplit=1)[0] if token.info.strip() else ""
    indent = len(opening) - len(opening.lstrip(" "))
    return CodeBlock(language, body, Span(begin, begin + len(body)), closed, indent)


def _bare_marks(text: str, area: Span, profile: Profile) -> Iterator[_Mark]:
    offsets = _line_offsets(text, area)
    for begin, end in pairwise(offsets):
        line = text[begin:end].rstrip("\r\n")
        match = _HEADING.match(line)
        # "# usage" is a comment in the code, unless the profile's own headings look like that.
        if match is None or (match[1] == "#" and profile.level != 1):
            continue
        title = match[2].strip(" \t")
        unclosed = title.rstrip("#")
        if unclosed.endswith((" ", "\t")):
            title = unclosed.strip(" \t")
        if spec := profile.by_title(title):
            yield _Mark(title, len(match[1]), spec, Span(begin, begin + len(line)))


def _bare_block(text: str, body: Span, language: str, indent: int) -> CodeBlock | None:
    piece = text[body.start : body.end]
    if not piece.strip():
        return None
    # Blank lines around the code are layout; the indentation of its first line is code.
    lead = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*", piece)
    start = body.start + (lead.end() if lead else 0)
    end = body.start + len(piece.rstrip())
    return CodeBlock(language, text[start:end], Span(start, end), indent=indent)


def _unwrap(text: str, profile: Profile) -> CodeBlock | None:
    """Return the one fence that stands around everything, if that is what the text is."""
    trimmed = _strip(text, Span(0, len(text)))
    if text[trimmed.start : trimmed.start + 3] not in ("```", "~~~"):
        return None
    tokens = _markdown().parse(text)
    if len(tokens) != 1 or tokens[0].type != "fence":
        return None
    offsets = _line_offsets(text, Span(0, len(text)))
    fence = _fenced_block(text, offsets, tokens[0])
    return fence if _marks(text, fence.span, profile, bare=True)[0] else None
