"""Where the prose of an answer stands: everything that is neither code nor a fence."""

from __future__ import annotations

from curator.example import Answer, Span


def prose_spans(answer: Answer) -> tuple[Span, ...]:
    """Return the pieces of an answer's text outside of its code blocks and their fences."""
    text = answer.text
    if answer.fence is not None:
        # Inside one fence around everything, what stands beside the sections is the preamble.
        return (answer.preamble,) if answer.preamble.end > answer.preamble.start else ()
    spans: list[Span] = []
    place = 0
    for block in answer.all_blocks:
        before = block.span.start
        # The line of the opening fence belongs to the block.
        before = text.rfind("\n", 0, max(before - 1, 0)) + 1
        if before > place:
            spans.append(Span(place, before))
        after = text.find("\n", block.span.end)
        if block.closed and after >= 0:
            closing = text.find("\n", after + 1)
            place = len(text) if closing < 0 else closing + 1
        else:
            place = len(text)
    if place < len(text):
        spans.append(Span(place, len(text)))
    return tuple(spans)


def lines_of(text: str, span: Span) -> list[tuple[int, str]]:
    """Return the lines of a piece of `text`, each with where it begins, without its line end."""
    found = []
    place = span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        found.append((place, line.rstrip("\r\n")))
        place += len(line)
    return found
