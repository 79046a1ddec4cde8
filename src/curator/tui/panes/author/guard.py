"""Nothing of a person's work is lost: saving, other studios, changes on disk, work found again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from textual import on, work
from textual.content import Content
from textual.message import Message

from curator.errors import ChangedOnDiskError, CuratorError
from curator.example import Example
from curator.store import ExampleFile, Merge, Recovery, Saving, decode, discard
from curator.store.merge import Choice as Side
from curator.tui.dialogs import Choice, Question
from curator.tui.panes.author.conflict import KINDS, ConflictScreen
from curator.tui.panes.author.files import FileDesk
from curator.tui.panes.author.session import Session
from curator.tui.text import plural, row_title

#: How often the disk and other studios are looked at, in seconds.
_LOOK_EVERY = 2.0
_FEW = 3

_CHANGED = (
    Choice("c", "cancel", "cancel: change nothing now"),
    Choice("b", "both", "both: put the two together; look at it, then save"),
    Choice("t", "theirs", "theirs: take what is on disk; u brings mine back"),
    Choice("m", "mine", "mine: write over what is on disk"),
)
_ONE_BY_ONE = Choice("o", "one", "one by one: both, and decide each row changed on both sides")
_FOUND = (
    Choice("r", "recover", "recover: make the changes again; u takes each back"),
    Choice("l", "later", "later: leave them, and ask again next time"),
    Choice("d", "discard", "discard: forget them for ever"),
)


class GuardedDesk(FileDesk):
    """A desk whose file is saved, guarded against others, and found again after a kill."""

    class DiskLooked(Message):
        """The file on disk was compared with what is open."""

        def __init__(self, session: Session, saves: int, *, changed: bool) -> None:
            super().__init__()
            self.session = session
            self.saves = saves
            self.changed = changed

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._saves = 0
        self._changed = False
        self._asking = False
        # One save after the other; and the one that is being written.
        self._writing = asyncio.Lock()
        self._saving: Saving | None = None

    def on_mount(self) -> None:
        """Begin to look at the disk now and then."""
        self.set_interval(_LOOK_EVERY, self.look)

    def begun(self, session: Session) -> None:
        """Say who else has the file, or offer what an earlier studio could not save."""
        self._changed = False
        if session.read_only:
            self.may_edit()
        else:
            self._offer_recovery(session)

    def state(self) -> Content:
        """Return how the file stands to the one on disk, in a word or a few."""
        session = self._session
        if session is not None and session.file.holder is not None:
            return Content.styled("read-only", "bold $text-warning")
        if self._saving is not None:
            return Content.styled("saving…", "$muted")
        if self._changed:
            return Content.styled("changed on disk", "bold $text-warning")
        return super().state()

    async def save(self) -> bool:
        """Write the file while the screen goes on; return whether that was done.

        What is typed meanwhile is unsaved afterwards. A save that is asked for while another one is
        written comes after it.
        """
        async with self._writing:
            session = self._session
            if session is None or not self.may_edit() or not self.commit():
                return False
            return not session.dirty or await self._write(session)

    async def _write(self, session: Session) -> bool:
        self._saves += 1
        try:
            self._saving = session.begin_save()
            self.show_status()
            await asyncio.to_thread(self._saving.write)
        except ChangedOnDiskError:
            self.ask_about_change()
            return False
        except (CuratorError, OSError) as error:
            self.notify_error(
                error
                if isinstance(error, CuratorError)
                else CuratorError(f"Cannot be written: {error.strerror}.", path=session.path)
            )
            return False
        else:
            session.file.saved(self._saving)
            self._changed = False
            # The journal begins anew with a save, and what is typed just now is not in it yet.
            self._note_draft()
            return True
        finally:
            self._saving = None
            self.show_status()

    async def save_all(self) -> bool:
        """Save before the studio closes."""
        return await self.save()

    async def settled(self) -> None:
        """Wait until no save is being written."""
        async with self._writing:
            return

    def on_unmount(self) -> None:
        """Leave the file on disk as it is where the studio ends in the middle of a save."""
        if self._saving is not None:
            self._saving.cancel()

    def look(self) -> None:
        """Look whether the file is free by now, and whether it changed on disk."""
        session = self._session
        if session is None or self._asking or self._saving is not None:
            return
        if session.read_only and session.file.hold() is None:
            self._reopen(session, "The file is free now and can be edited here.")
        else:
            self._look_at_disk(session, self._saves)

    @work(thread=True, exclusive=True, group="disk")
    def _look_at_disk(self, session: Session, saves: int) -> None:
        try:
            changed = session.file.changed_on_disk()
        except CuratorError:
            # It cannot be read just now; a save would say so.
            return
        self.post_message(self.DiskLooked(session, saves, changed=changed))

    @on(DiskLooked)
    def _disk_looked(self, message: DiskLooked) -> None:
        session = self._session
        # A save since then made it what is open.
        if session is not message.session or message.saves != self._saves or self._asking:
            return
        if message.changed and session.read_only:
            self._reopen(session, "Saved by somebody else: shown as it is now.")
        elif message.changed and not self.unsaved:
            self._take_theirs(session)
        elif message.changed != self._changed:
            self._changed = message.changed
            if message.changed:
                self.notify(
                    f"{session.name} was changed on disk by something else. Nothing of yours is"
                    " touched; saving will ask what to do.",
                    title="Changed on disk",
                    severity="warning",
                    markup=False,
                )
            self.show_status()

    def _reopen(self, session: Session, words: str) -> None:
        """Show the file as it is on disk now, where nothing can be unsaved here."""
        session.file.close()
        try:
            fresh = Session(self.project, ExampleFile.open(session.path, create=True))
        except CuratorError as error:
            self.notify_error(error)
            return
        self.take(fresh, self._index or 0)
        self.notify(words, markup=False)

    @work(group="question")
    async def _take_theirs(self, session: Session) -> None:
        """Follow the disk where nothing is unsaved here, as one change that can be undone."""
        self._asking = True
        try:
            merge = await self._compare(session)
            if merge is None or session is not self._session or self.unsaved:
                return
            if await self._adopt(session, merge, "theirs"):
                self.notify(
                    f"Changed on disk by something else: {plural(merge.theirs, 'row')} taken over;"
                    " u takes that back.",
                    title="Changed on disk",
                    markup=False,
                )
        finally:
            self._asking = False

    @work(group="question")
    async def ask_about_change(self) -> None:
        """Show what differs between here and the disk, and do what is chosen."""
        session = self._session
        if session is None or self._asking or not self.commit():
            return
        self._asking = True
        try:
            merge = await self._compare(session)
            if merge is None:
                return
            cancel, both, *others = _CHANGED
            some = (_ONE_BY_ONE,) if merge.conflicts else ()
            answer = await self.app.push_screen_wait(
                Question(
                    "Changed on disk",
                    _difference(session.name, merge),
                    (cancel, both, *some, *others),
                )
            )
            if answer == "one":
                await self._decide(session, merge)
            elif answer in ("mine", "theirs", "both"):
                choice: Side = answer  # type: ignore[assignment]
                if not await self._adopt(session, merge, choice):
                    return
                if answer == "mine" and await self.save():
                    self.notify("Saved over what was on disk.", markup=False)
                elif answer == "both":
                    rows = plural(len(merge.conflicts), "row")
                    left = f" Both versions of {rows} are kept." if merge.conflicts else ""
                    self.notify(f"Put together; look at it, then save.{left}", markup=False)
        finally:
            self._asking = False
            self.show_status()

    async def _decide(self, session: Session, merge: Merge) -> None:
        """Put both sides together, each conflict as the person says."""
        decisions = await self.app.push_screen_wait(ConflictScreen(merge.conflicts))
        if decisions is not None and await self._adopt(session, merge, decisions):
            self.notify(
                f"{plural(len(decisions), 'row')} decided; look at it, then save."
                " u takes all of it back.",
                markup=False,
            )

    async def _compare(self, session: Session) -> Merge | None:
        try:
            return await asyncio.to_thread(session.file.merge)
        except CuratorError as error:
            self.notify_error(error)
            return None

    async def _adopt(self, session: Session, merge: Merge, choice: Side | Sequence[Side]) -> bool:
        """Make the rows what was decided; return whether that was done."""
        try:
            prepared = await asyncio.to_thread(session.file.prepare, merge, choice)
            # What was typed meanwhile is an edit by now, and the store will not write over one.
            if session is not self._session or not self.commit():
                return False
            session.adopt(merge, choice, prepared)
        except CuratorError as error:
            self.notify_error(error)
            return False
        self._changed = False
        self.refresh_list(min(self._index or 0, max(len(session) - 1, 0)))
        self.check_new()
        return True

    @work(group="question")
    async def _offer_recovery(self, session: Session) -> None:
        """Offer what earlier studios could not save, the latest first."""
        while session is self._session and (found := session.file.pending_recovery()):
            answer = await self.app.push_screen_wait(
                Question("Unsaved changes found", _lost(found), _FOUND)
            )
            if answer == "discard":
                discard(found)
            elif answer == "recover":
                try:
                    done = session.recover(found)
                except CuratorError as error:
                    self.notify_error(error)
                    return
                self.refresh_list(min(self._index or 0, max(len(session) - 1, 0)))
                self.check_new()
                self.notify(f"{plural(done, 'change')} recovered, not saved yet.", markup=False)
            else:
                return


def _difference(name: str, merge: Merge) -> str:
    """Return what differs between here and the disk, in a few lines."""
    gone = " It is not there any more." if merge.theirs_missing else ""
    lines = [
        f"{name} was changed by something else since it was opened here.",
        f"Nothing has been written.{gone}",
        "",
        f"Changed there only: {plural(merge.theirs, 'row')}",
        f"Changed here only: {plural(merge.mine, 'row')}",
        f"Changed on both sides: {plural(len(merge.conflicts), 'row')}",
    ]
    for conflict in merge.conflicts[:_FEW]:
        line = next(one for one in (conflict.mine, conflict.theirs, conflict.base, "") if one)
        lines.append(f"  “{_title(line)}”: {KINDS[conflict.kind]}")
    if len(merge.conflicts) > _FEW:
        lines.append(f"  and {len(merge.conflicts) - _FEW:,} more")
    return "\n".join(lines)


def _lost(recovery: Recovery) -> str:
    """Return what an earlier studio could not save, in a few lines."""
    since = recovery.since
    try:
        since = datetime.fromisoformat(since).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        since = ""
    changes = plural(recovery.changes, "change")
    begun = f" (begun {since})" if since else ""
    lines = [f"A studio ended before it could save {changes} of this file{begun}."]
    if not recovery.matches:
        lines.append("The file is another one by now, so the rows would be put at its end.")
    if recovery.damaged:
        lines.append("The record of them breaks off; what is whole is offered.")
    rows = recovery.rows
    lines += [f"  “{_title(row)}”" for row in rows[:_FEW]]
    if len(rows) > _FEW:
        lines.append(f"  and {len(rows) - _FEW:,} more")
    return "\n".join(lines)


def _title(line: str) -> str:
    """Return the beginning of a row as people know it."""
    read = decode(line.encode("utf-8", "surrogateescape"))
    return row_title(read.instruction if isinstance(read, Example) else line, 56)
