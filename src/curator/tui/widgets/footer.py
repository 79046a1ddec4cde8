"""A footer that is composed anew only where the keys it shows are no longer the same, and fits.

Textual's own composes itself at every change of focus and every look at the bindings, which while
somebody types and moves is most of what there is to mount, to style and to draw. Where it is too
long for the terminal it is cut at its end, where the key of the help stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

#: The actions whose keys stand there at any width: all other keys are found through them.
_ALWAYS = ("command_palette", "help")


class KeysFooter(Footer):
    """The keys that work here, in a line."""

    _shown: tuple[object, ...] | None = None

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)

    def compose(self) -> ComposeResult:
        """Show as many keys as there is room for."""
        yield from self._fitting(list(super().compose()))

    def _fitting(self, keys: list[Widget]) -> Iterable[Widget]:
        """Return `keys` without the last ones that there is no room for."""
        room = self.app.size.width + 1 - sum(map(_width, keys))
        left: list[Widget] = []
        for one in reversed(keys):
            if room < 0 and isinstance(one, FooterKey) and one.action not in _ALWAYS:
                room += _width(one)
            else:
                left.append(one)
        return reversed(left)

    def on_resize(self) -> None:
        """Show more keys, or fewer."""
        if self._bindings_ready:
            self.call_after_refresh(self._follow)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look at the keys once what is being changed has been."""
        self._bindings_ready = True
        if screen.app.app_focus and self.is_attached and screen is self.screen:
            self.call_after_refresh(self._follow)

    async def _follow(self) -> None:
        if not self.is_attached:
            return
        offered = tuple(
            (binding, enabled, tooltip)
            for _, binding, enabled, tooltip in self.screen.active_bindings.values()
            if binding.show
        )
        shown = (self.app.size.width, *offered)
        if shown != self._shown:
            self._shown = shown
            await self.recompose()


def _width(one: Widget) -> int:
    """Return how many columns a key takes, with one between it and the next."""
    if not isinstance(one, FooterKey):
        return 0
    return cell_len(f"{one.key_display} {one.description} ")
