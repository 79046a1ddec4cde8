"""Keys in turn: each is looked at once the one before has moved the focus, if it does.

Textual hands a key to whatever has the focus when the key comes in. Where somebody types ahead, or
the machine is busy, that is still what had it before: after ``n`` for a new example the ``d`` of
its instruction would delete a row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widget import Widget

#: How often what a key set off is followed from the focus up to the app: the key itself, the
#: message of its action, and the message that one becomes on its way.
_ROUNDS = 3
#: How long a key waits at the most, in seconds, if what it waits for went away.
_PATIENCE = 2.0

#: How the actions begin that move within a widget, in Textual's own and in ours.
_MOTIONS = ("cursor_", "delete_", "edge(", "first", "last", "page", "scroll_", "step(")

Typed = events.Key | events.Paste


class TypedAhead:
    """The keys and pastes of an app that nobody looked at yet.

    Args:
        app: The app they are for.
        handle: What the app does with one of them; called within the app's own messages.
    """

    def __init__(self, app: App[Any], handle: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._handle = handle
        self._waiting: deque[Typed] = deque()
        # The number of the key that is under way, and whether one is.
        self._number = 0
        self._under_way = False
        self._timer: Timer | None = None

    async def take(self, event: Typed) -> None:
        """Handle a key now, or in its turn."""
        self._waiting.append(event)
        if not self._under_way:
            await self._go_on(self._number)
        elif self._timer is None:
            self._lose_patience()

    async def _go_on(self, number: int) -> None:
        """Handle what waits for the key of that number, up to one that may move the focus."""
        if number != self._number:
            return
        self._under_way = False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        while self._waiting and not self._under_way:
            event = self._waiting.popleft()
            focused = self._app.focused
            if (
                focused is not None
                and isinstance(event, events.Key)
                and self._stays(event, focused)
            ):
                await self._handle(event)
                continue
            self._number += 1
            self._under_way = True
            path = [*(focused or self._app.screen).ancestors_with_self] * _ROUNDS
            await self._handle(event)
            self._follow(self._number, deque(path))
            if self._waiting:
                self._lose_patience()

    def _stays(self, event: events.Key, focused: Widget) -> bool:
        """Return whether a key leaves the focus where it is, so that nobody need wait for it.

        That is a letter for a text, or a motion within what has the focus: held keys come faster
        than they can be waited for on a busy machine.
        """
        if focused.check_consume_key(event.key, event.character):
            return True
        active = self._app.screen.active_bindings.get(event.key)
        return (
            active is not None
            and active.node is focused
            and active.binding.action.startswith(_MOTIONS)
        )

    def _lose_patience(self) -> None:
        self._timer = self._app.set_timer(_PATIENCE, partial(self._go_on, self._number))

    def _follow(self, number: int, path: deque[MessagePump]) -> None:
        """Go on once each of `path` in turn has done what it had been told until then."""
        while path:
            # One that is closing takes nothing any more.
            if path.popleft().call_later(partial(self._follow, number, path)):
                return
        self._app.call_later(self._go_on, number)
