"""How a run of an example ended, in words for the side panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from curator.errors import CuratorError
from curator.tui.text import ERROR, OK, WARNING, mark, safe

if TYPE_CHECKING:
    from curator.lint.execute import Execution


def outcome_content(ran: Execution | CuratorError) -> Content:
    """Return what to show of a run, or of the reason why there was none."""
    if isinstance(ran, CuratorError):
        return Content.assemble(mark(WARNING), " ", safe(str(ran)))
    outcome = ran.outcome
    sign = OK if ran.passed else WARNING if outcome.passed else ERROR
    took = f" in {outcome.seconds * 1000:,.0f} ms"
    head = Content.assemble(mark(sign), (f" {ran.status}", "bold"), took)
    if ran.passed:
        return head
    where = f"{outcome.section} line {outcome.line}: " if outcome.section and outcome.line else ""
    if outcome.passed:
        where = ""
    return Content("\n").join([head, Content.assemble("  ", safe(f"{where}{ran.message}"))])
