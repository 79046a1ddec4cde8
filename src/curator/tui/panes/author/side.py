"""What is known about the example in the editor: findings, twins, its run and its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from curator.lint import Finding, Severity
from curator.tui.keys import key
from curator.tui.panes.author.tokens import Size
from curator.tui.panes.base import NARROW
from curator.tui.styled import Styled
from curator.tui.text import MARKS, OK, PENDING, TWIN, WARNING, mark, put, safe, safe_line


class Choices(OptionList):
    """A list to choose from, with the motions of vim."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("j", "cursor_down", "down", id="choices.down", tooltip="Go to the next line."),
        key("k", "cursor_up", "up", id="choices.up", tooltip="Go to the line before."),
        key("g", "first", "first", id="choices.first", tooltip="Go to the first line."),
        key("G", "last", "last", id="choices.last", tooltip="Go to the last line."),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to choose where there is something to choose."""
        del parameters
        return action != "select" or self.highlighted is not None


class FindingChoices(Choices):
    """The findings of an example."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter",
            "select",
            "go there",
            id="side.finding",
            tooltip="Put the cursor on what this finding points at.",
            show=True,
        ),
    ]


class TwinChoices(Choices):
    """The twins of an example."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter",
            "select",
            "side by side",
            id="side.twin",
            tooltip="See both side by side, with what differs marked.",
            show=True,
        ),
    ]


class SidePanel(Styled, Vertical):
    """Findings, twins, run and size; enter or a click on a line goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "back to list", id="side.leave", tooltip="Go back to the list."),
        key(
            "question_mark",
            "rule",
            "explain",
            id="side.rule",
            tooltip="Show the page of the rule behind this finding.",
            show=True,
        ),
    ]

    class FindingChosen(Message):
        """Go to a finding.

        Attributes:
            number: Its place in the list.
        """

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class TwinChosen(Message):
        """See a twin.

        Attributes:
            number: Its place in the list.
        """

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class RuleWanted(Message):
        """Show the page of a finding's rule.

        Attributes:
            number: The finding's place in the list.
        """

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Left(Message):
        """The person wants to go back to the list."""

    def __init__(self) -> None:
        super().__init__()
        self.findings = FindingChoices(id="findings", classes="section", markup=False)
        self.twins = TwinChoices(id="twins", classes="section", markup=False)
        self.twins.tooltip = "≈ how alike what they ask is, 0 to 100; # its row."
        self.facts = VerticalScroll(id="facts", classes="section")
        self._outcome = Static(id="run", markup=False)
        self._length = Static(id="size", markup=False)
        # What the lists say, so that saying it again costs nothing.
        self._shown: dict[str, object] = {}

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        yield self.findings
        yield self.twins
        with self.facts:
            self.facts.border_title = " Run "
            yield self._outcome
            yield self._length

    def on_mount(self) -> None:
        """Begin with nothing known."""
        self.show_pending()
        self.show_run(Content(""))

    def show_pending(self) -> None:
        """Say that nothing is known yet about the example in the editor."""
        for choices, what in ((self.findings, "not checked yet"), (self.twins, "comparing…")):
            self._shown.pop(choices.id or "", None)
            choices.border_title = _title((choices.id or "").title(), 0)
            choices.clear_options()
            choices.add_option(Option(Content.assemble(mark(PENDING), " ", what), disabled=True))

    def show_findings(self, findings: Sequence[Finding], places: Sequence[str]) -> None:
        """List findings, each with where it stands."""
        if self._is_shown("findings", (tuple(findings), tuple(places))):
            return
        choices = self.findings
        kept = choices.highlighted
        choices.border_title = _title("Findings", len(findings))
        choices.clear_options()
        if not findings:
            choices.add_option(Option(Content.assemble(mark(OK), " nothing found"), disabled=True))
            return
        for finding, where in zip(findings, places, strict=True):
            choices.add_option(Option(_finding(finding, where)))
        choices.highlighted = min(kept or 0, len(findings) - 1)

    def show_twins(
        self, twins: Sequence[tuple[int, float, str]], lack: str = "", *, pending: bool = False
    ) -> None:
        """List twins.

        Args:
            twins: The row's index, the score, the beginning of its instruction.
            lack: What was not compared, in a few words; empty where all rows were.
            pending: Whether rows are still being compared.
        """
        if self._is_shown("twins", (tuple(twins), lack, pending)):
            return
        choices = self.twins
        choices.border_title = _title("Twins", len(twins))
        choices.clear_options()
        if not twins:
            sign, said = (PENDING, "comparing…") if pending else (OK, "none")
            if lack:
                sign, said = WARNING, lack
            choices.add_option(Option(Content.assemble(mark(sign), " ", said), disabled=True))
            return
        for index, score, title in twins:
            choices.add_option(
                Option(
                    Content.assemble(
                        mark(TWIN),
                        (f" {score:.0f} ", "bold"),
                        (f"#{index + 1} ", "$muted"),
                        safe_line(title, 60),
                    )
                )
            )
        choices.highlighted = 0

    def _is_shown(self, name: str, what: object) -> bool:
        """Return whether a list says so already; what it says is what it shall say from now on."""
        same = self._shown.get(name) == what
        self._shown[name] = what
        return same

    def show_run(self, outcome: Content, *, failed: bool = False) -> None:
        """Say how the sandbox run ended, or how to start one.

        Args:
            outcome: What to say; nothing for how to start one.
            failed: Whether it says why something failed, which takes room to be read.
        """
        hint = Content.styled("f5 runs it", "$muted")
        put(self._outcome, outcome or hint)
        if failed != self.has_class("-failed"):
            self.set_class(failed, "-failed")

    def show_size(self, size: Size, limit: int | None = None) -> None:
        """Say how long the example is; an estimate of its tokens is marked as one.

        Args:
            size: How long it is.
            limit: How many tokens it may have; None where nothing says so.
        """
        tokens = f"{size.tokens:,}" if size.counted else f"≈ {size.tokens:,}"
        narrow = self.app.size.width < NARROW
        characters = f"{size.characters:,} {'chars' if narrow else 'characters'}"
        over = limit is not None and size.tokens > limit
        put(
            self._length,
            Content.assemble(
                (f"{WARNING} ", "$text-warning") if over else "",
                (tokens, "bold $text-warning" if over else "bold"),
                (
                    f" tokens  {characters}"
                    if limit is None
                    else f" of {limit:,} tokens\n{characters}",
                    "$muted",
                ),
            ),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to explain where there is something to; elsewhere the key is that of the help."""
        del parameters
        return action != "rule" or (
            self.findings.has_focus and self.findings.highlighted is not None
        )

    def action_leave(self) -> None:
        """Ask to go back to the list."""
        self.post_message(self.Left())

    def action_rule(self) -> None:
        """Ask for the page of the rule behind the finding under the cursor."""
        number = self.findings.highlighted
        if number is not None:
            self.post_message(self.RuleWanted(number))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on what was chosen."""
        event.stop()
        kind = self.FindingChosen if event.option_list.id == "findings" else self.TwinChosen
        self.post_message(kind(event.option_index))


def _title(name: str, count: int) -> Content:
    return Content.assemble(f" {name} ", (f" {count} ", "bold") if count else "")


def _finding(finding: Finding, where: str) -> Content:
    sign = MARKS.get(finding.severity, MARKS[Severity.INFO])
    fix = Content.styled("  f2 fixes it", "$text-success") if finding.fix else Content("")
    return Content.assemble(
        mark(sign),
        (f" {finding.code} ", "bold"),
        safe(finding.message),
        "\n  ",
        (where, "$muted"),
        fix,
    )
