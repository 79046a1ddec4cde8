"""The Author pane: what each key does to the file and to the example in the editor."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.app import SuspendNotSupported
from textual.binding import BindingType

from curator.errors import CuratorError
from curator.tui.panes.author import clipboard
from curator.tui.panes.author.bindings import AUTHOR_KEYS
from curator.tui.panes.author.editor import ExampleEditor
from curator.tui.panes.author.list import ExampleList
from curator.tui.panes.author.outside import edit_outside
from curator.tui.panes.author.query import ORDERS
from curator.tui.panes.author.rule import RulePage
from curator.tui.panes.author.running import RunningDesk
from curator.tui.panes.author.side import SidePanel
from curator.tui.panes.author.template import new_example
from curator.tui.panes.author.twin import Side, TwinScreen
from curator.tui.panes.author.welcome import Welcome
from curator.tui.text import plural

_WANTS_AN_EXAMPLE = frozenset(
    {
        "run",
        "run_all",
        "finding",
        "fix",
        "outside",
        "switch",
        "delete",
        "duplicate",
        "copy",
        "move",
        "filter",
        "sort",
        "panel",
    }
)


class AuthorPane(RunningDesk):
    """Write examples; see findings and twins as you type."""

    BINDINGS: ClassVar[list[BindingType]] = AUTHOR_KEYS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what wants an example while there is none."""
        del parameters
        return self._index is not None or action not in _WANTS_AN_EXAMPLE

    def action_new(self) -> None:
        """Add what a new example begins as after the row under the cursor and begin to write."""
        if self._session is None or not self.may_edit() or not self.commit():
            return
        try:
            example = new_example(self.project)
        except CuratorError as error:
            self.notify_error(error)
            return
        self.add(example, at=len(self._session) if self._index is None else self._index + 1)
        self.editor.focus_first()

    @work(group="save")
    async def action_save(self) -> None:
        """Write the file."""
        if self.unsaved:
            if await self.save():
                self._say("Saved.")
        else:
            self._say("Everything is saved.")

    def action_delete(self) -> None:
        """Delete the row; nothing is asked because u brings it back."""
        if not self._ready() or self._session is None or self._index is None:
            return
        title = self.title_of(self._index)
        self.refresh_list(self._session.delete(self._index))
        self._say(f"Deleted “{title}”; u brings it back.")

    def action_duplicate(self) -> None:
        """Put a copy under the row."""
        if self._ready() and self._session is not None and self._index is not None:
            try:
                self.refresh_list(self._session.duplicate(self._index))
            except CuratorError as error:
                self.notify_error(error)

    def action_copy(self) -> None:
        """Take the example to the clipboard, as its line of the file."""
        if self.commit() and self._session is not None and self._index is not None:
            clipboard.copy(self.app, self._session.file.raw(self._index))
            self._say(f"Copied “{self.title_of(self._index)}”; p puts it into a file.")

    def action_paste(self) -> None:
        """Put what is in the clipboard into the file, as examples."""
        self._take_text(clipboard.paste(self.app))

    def on_paste(self, event: events.Paste) -> None:
        """Take what the terminal pastes where there is no text to paste it into."""
        event.stop()
        self._take_text(event.text)

    def _take_text(self, text: str) -> None:
        if self._session is None or not self.may_edit() or not self.commit():
            return
        examples = clipboard.examples_in(text, self._session.profile)
        if not examples:
            self._say("There is nothing in the clipboard that could be an example.")
            return
        at = len(self._session) if self._index is None else self._index + 1
        self.add(*examples, at=at)
        self._say(f"{plural(len(examples), 'example')} pasted; u takes that back.")

    def _ready(self) -> bool:
        """Return whether the row can be changed now, with what was typed put into it first."""
        return self.may_edit() and self.commit() and self._index is not None

    def action_move(self, by: int) -> None:
        """Move the row up or down in the file."""
        if not self._ready() or self._session is None or self._index is None:
            return
        if self._order != "line":
            self._say("Rows can be moved while they are in the file's order: press s for that.")
            return
        if self._query:
            self._say("Rows can be moved while all of them are shown: clear the filter first.")
            return
        self.refresh_list(self._session.move(self._index, self._index + by))

    def action_undo(self) -> None:
        """Take back the last change of the file."""
        self._travel(back=True)

    def action_redo(self) -> None:
        """Make the last undone change again."""
        self._travel(back=False)

    def _travel(self, *, back: bool) -> None:
        session = self._session
        if session is None or not self.may_edit() or not self.commit():
            return
        count, current = len(session), self._index
        index = session.undo() if back else session.redo()
        if index is None:
            self._say("There is nothing to undo." if back else "There is nothing to redo.")
        elif len(session) == count and index == current:
            # The same row, other texts: the editors keep their places.
            self.show_row(index, same_row=True)
            self.examples.refresh()
        else:
            self.refresh_list(index)

    def action_sort(self) -> None:
        """Go to the next way of sorting."""
        if self.commit():
            order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
            self.sort_by(order)
            self._say(f"Sorted by {order}.")

    def action_compare(self) -> None:
        """Compare what is open with what is on disk."""
        if self._session is not None and self.may_edit():
            self.ask_about_change()

    def action_finding(self, by: int) -> None:
        """Go to the next finding (1) or the one before (-1), across examples."""
        session = self._session
        if session is None or not self.commit() or self._index is None:
            return
        step = (-1 if by > 0 else 0) if self._finding is None else self._finding
        if 0 <= step + by < len(self.findings):
            self._jump(step + by)
            return
        for distance in range(1, len(session) + 1):
            index = (self._index + by * distance) % len(session)
            known = session.ledger.peek(index)
            if known is not None and known.findings:
                self.examples.go(index)
                if index != self._index:
                    self.show_row(index)
                if self.findings:
                    self._jump(0 if by > 0 else len(self.findings) - 1)
                return
        self._say("No finding in any example.")

    def _jump(self, number: int) -> None:
        """Put the cursor on the span of a finding."""
        self._finding = number
        self.side.findings.highlighted = number
        self.editor.jump(self.findings[number], self._output)

    def action_fix(self) -> None:
        """Apply the fix of the chosen finding as one change."""
        session = self._session
        if session is None or not self._ready() or (index := self._index) is None:
            return
        if not self.findings:
            self._say("There is no finding here.")
            return
        if self.checking:
            self._say("The text has just changed and is being checked; again in a moment.")
            return
        chosen = self.side.findings.highlighted or 0
        finding = self.findings[min(chosen, len(self.findings) - 1)]
        if finding.fix is None:
            self._say(f"{finding.code} has no fix to apply: it wants a person's judgement.")
        elif session.fix(index, finding):
            self.show_row(index, same_row=True)
            self.examples.refresh()
            self._say(f"{finding.fix.title}: done; u takes it back.")

    def action_switch(self) -> None:
        """Change between the parts and the Markdown they make."""
        draft = self.editor.draft
        if not self.commit() or self._index is None or draft is None:
            return
        draft = self.editor.draft or draft
        if draft.form == "row" or not draft.can_switch:
            self._say(draft.reason or "As parts it would not come back byte for byte.")
            return
        self._raw_wanted = draft.form == "parts"
        self.show_row(self._index, same_row=True)
        self.editor.focus_first()

    def action_outside(self) -> None:
        """Edit one text in the person's own editor."""
        if not self._ready() or self._session is None:
            return
        name, text, suffix = self.editor.for_outside()
        try:
            with self.app.suspend():
                edited = edit_outside(text, suffix)
        except SuspendNotSupported:
            self._say("Another editor cannot be opened from this terminal.")
        except CuratorError as error:
            self.notify_error(error)
        else:
            self.editor.put_text(name, edited)
            self.commit()
        self.app.refresh()

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.focus()

    def action_panel(self) -> None:
        """Put the cursor into the findings; from there on into the twins, and what a run said."""
        findings, twins, facts = self.side.findings, self.side.twins, self.side.facts
        if twins.has_focus and facts.max_scroll_y:
            facts.focus()
        else:
            (twins if findings.has_focus else findings).focus()

    def action_back(self) -> None:
        """Go back to the list; from the list, show all rows again."""
        if self.examples.has_focus or self.filter.has_focus:
            self.filter.value = ""
        if self.commit():
            self.examples.focus()

    @on(ExampleEditor.Left)
    @on(SidePanel.Left)
    def _left(self) -> None:
        self.action_back()

    @on(ExampleEditor.Committed)
    def _committed(self) -> None:
        self.commit()

    @on(ExampleList.Opened)
    def _opened(self) -> None:
        self.commit()
        self.editor.focus_first()

    @on(SidePanel.FindingChosen)
    def _finding_chosen(self, message: SidePanel.FindingChosen) -> None:
        if message.number < len(self.findings):
            self._jump(message.number)

    @on(SidePanel.RuleWanted)
    def _rule_wanted(self, message: SidePanel.RuleWanted) -> None:
        if message.number < len(self.findings):
            self.app.push_screen(RulePage(self.findings[message.number].code))

    @on(SidePanel.TwinChosen)
    @work(group="question")
    async def _twin_chosen(self, message: SidePanel.TwinChosen) -> None:
        """Show a twin beside the example, and do what is chosen there."""
        mine, twins = self.current(), self.twins()
        if mine is None or self._session is None or message.number >= len(twins):
            return
        index, score = twins[message.number]
        other = self._session.row(index).example
        if other is None or self._index is None:
            return
        answer = await self.app.push_screen_wait(
            TwinScreen(Side(self._index, mine), Side(index, other), score)
        )
        if answer == "delete":
            self.action_delete()
        elif answer == "open" and self.commit():
            self.examples.go(index)

    @on(Welcome.Chosen)
    async def _welcome_chosen(self, message: Welcome.Chosen) -> None:
        if message.name == "new":
            self.action_new()
        elif message.name == "samples":
            self.add_samples()
        else:
            await self.app.run_action("help")
