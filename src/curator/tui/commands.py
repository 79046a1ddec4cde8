"""The command palette: every action that applies where the cursor is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.binding import ActiveBinding
from textual.command import DiscoveryHit, Hit, Hits, Provider

from curator.tui.keys import key_name

#: Moving the cursor is quicker by key than by palette, so these come last.
_MOTIONS = frozenset({"list", "choices", "question", "field"})


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette.

    Attributes:
        title: What it does, in a sentence.
        help: Its short name and its keys.
        motion: Whether it only moves the cursor.
        run: Does it.
    """

    title: str
    help: str
    motion: bool
    run: Callable[[], Any]


class StudioCommands(Provider):
    """Every binding that is active now, by what it does."""

    def commands(self) -> list[Command]:
        """Return the commands, each action once, those that only move the cursor last."""
        keys: dict[tuple[object, str], list[str]] = {}
        found: dict[tuple[object, str], ActiveBinding] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.id or not active.enabled or binding.id == "app.commands":
                continue
            place = (active.node, binding.action)
            keys.setdefault(place, []).append(key_name(binding.key))
            found.setdefault(place, active)
        commands = [
            Command(
                active.binding.tooltip.removesuffix("."),
                f"{active.binding.description}   {', '.join(keys[place])}",
                active.binding.id is not None and active.binding.id.partition(".")[0] in _MOTIONS,
                partial(self.app.run_action, active.binding.action, active.node),
            )
            for place, active in found.items()
        ]
        return sorted(commands, key=lambda command: command.motion)

    async def discover(self) -> Hits:
        """List everything while nothing is typed."""
        for command in self.commands():
            yield DiscoveryHit(command.title, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """List what matches, best first."""
        matcher = self.matcher(query)
        for command in self.commands():
            score = max(matcher.match(command.title), matcher.match(command.help))
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, help=command.help)
