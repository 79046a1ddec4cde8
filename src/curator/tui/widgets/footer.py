"""A footer that is composed anew only where the keys it shows are no longer the same.

Textual's own composes itself at every change of focus and every look at the bindings, which while
somebody types and moves is most of what there is to mount, to style and to draw.
"""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer


class KeysFooter(Footer):
    """The keys that work here, in a line."""

    _shown: tuple[object, ...] | None = None

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)

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
        if offered != self._shown:
            self._shown = offered
            await self.recompose()
