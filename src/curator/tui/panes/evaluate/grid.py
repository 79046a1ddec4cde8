"""The grid of prompts and checks, and an answer with the places of its findings marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

from curator.evaluate import Score
from curator.tui.panes.evaluate.figures import MUTED, number_of
from curator.tui.panes.evaluate.query import Query
from curator.tui.panes.evaluate.view import View
from curator.tui.text import ERROR, OK, WARNING, mark, safe, safe_line
from curator.tui.widgets.columns import Column, Row

#: Passed, failed, not asked.
_MARKS = {True: mark(OK), False: Content.styled("·", MUTED), None: Content(" ")}


def grid(view: View, query: Query) -> tuple[list[Column], list[Row]]:
    """Return a row for each answer that the filter lets through, failing ones first.

    A row's id is its place in `View.order`; it has a mark for each check of both sides.
    """
    numbers = " ".join(number_of(place) for place in range(1, len(view.checks) + 1))
    columns = [Column("prompt", least=12)]
    columns += [Column(f"{side.name}\n{numbers}  all", len(numbers) + 7) for side in view.sides]
    rows = []
    for index, place in enumerate(view.order):
        if not query.matches(view, place):
            continue
        answers = view.answers(place)
        one = list(answers.values())[-1]
        several = f"{one.sample + 1}: " if view.evaluation.sampling.samples > 1 else ""
        cells = [safe_line(several + (one.prompt.instruction or one.prompt.id))]
        cells += [
            _marks(view, answers[side.name]) if side.name in answers else Content("")
            for side in view.sides
        ]
        rows.append(Row(str(index), tuple(cells)))
    return columns, rows


def _marks(view: View, score: Score) -> Content:
    verdict = score.verdict(loose=view.loose)
    marks = [_MARKS[verdict.passed.get(check.name)] for check in view.checks]
    sign = mark(OK) if verdict.all else mark(ERROR)
    odd = "…" if score.truncated else WARNING if score.failure else " "
    return Content.assemble(Content(" ").join(marks), "   ", sign, (f" {odd}", "$text-warning"))


def marked(score: Score) -> Content:
    """Return an answer with the places of its findings underlined."""
    spans = [
        (finding.start, min(finding.end, len(score.text)))
        for finding in score.findings
        if finding.pointer == "/output" and finding.start < finding.end
    ]
    return Content("").join(pieces(score.text, spans))


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Content]:
    """Cut `text` where spans begin and end, and underline what lies in one.

    Cut first and made safe then, because making text safe changes its length.
    """
    borders = sorted({0, len(text), *(place for span in spans for place in span)})
    found = []
    for start, end in pairwise(borders):
        inside = any(first <= start and end <= last for first, last in spans)
        found.append(safe(text[start:end], "underline $text-error" if inside else ""))
    return found
