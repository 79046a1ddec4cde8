"""How a run of an example ended, in words for the side panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from curator.errors import CuratorError
from curator.tui.text import ERROR, OK, WARNING, mark, plural, safe

if TYPE_CHECKING:
    from curator.sandbox import Outcome


def outcome_content(outcome: Outcome | CuratorError) -> Content:
    """Return what to show of an outcome, or of the reason why there is none."""
    if isinstance(outcome, CuratorError):
        return Content.assemble(mark(WARNING), " ", safe(str(outcome)))
    status = outcome.status.value
    good = status == "passed"
    took = f" in {outcome.seconds * 1000:,.0f} ms"
    head = Content.assemble(mark(OK if good else ERROR), (f" {status}", "bold"), took)
    lines = [head]
    if not good:
        where = (
            f"{outcome.section} line {outcome.line}: " if outcome.section and outcome.line else ""
        )
        lines.append(Content.assemble("  ", safe(f"{where}{outcome.message}")))
    promised = [one for one in outcome.comparisons if not one.matched]
    if promised:
        lines.append(
            Content.assemble(
                mark(WARNING), f" {plural(len(promised), 'promised output')} not what was printed"
            )
        )
    return Content("\n").join(lines)
