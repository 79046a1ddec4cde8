"""The page of one rule: what it finds, why that harms, and what its fix does."""

from __future__ import annotations

import inspect
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from curator.lint import find_rule
from curator.tui.keys import key
from curator.tui.styled import Styled
from curator.tui.text import MARKS, mark


class RulePage(Styled, ModalScreen[None]):
    """What a rule is about.

    Args:
        code: The rule's code.
    """

    AUTO_FOCUS = "*"

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "escape,q,enter,question_mark",
            "dismiss(None)",
            "close",
            id="rule.close",
            tooltip="Close this page.",
        ),
    ]

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        rule = find_rule(self._code)
        parts: list[Content | str] = [
            inspect.cleandoc(rule.__doc__ or ""),
            Content.assemble(("Why it matters\n", "bold"), rule.why),
        ]
        if rule.fix_safety:
            parts.append(Content.assemble(("Its fix\n", "bold"), rule.fix_safety))
        with VerticalScroll(id="rule") as page:
            page.border_title = Content.assemble(
                mark(MARKS[rule.severity]), f" {rule.code} {rule.name}"
            )
            yield Static(Content("\n\n").join(parts), markup=False)
