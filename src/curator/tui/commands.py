"""The command palette: every action that applies where the cursor is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from curator.tui.keys import key_name


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette.

    Attributes:
        title: What it does, with its key.
        help: One sentence more.
        run: Does it.
    """

    title: str
    help: str
    run: Callable[[], Any]


class StudioCommands(Provider):
    """Every binding that is active now, by what it does."""

    def commands(self) -> Iterator[Command]:
        """Yield the commands, the ones nearest to the cursor first, each action once."""
        seen: set[tuple[object, str]] = set()
        for active in self.screen.active_bindings.values():
            binding, node = active.binding, active.node
            place = (node, binding.action)
            if not binding.id or not binding.description or not active.enabled or place in seen:
                continue
            if binding.action == "app.command_palette":
                continue
            seen.add(place)
            keys = [
                key_name(other.binding.key)
                for other in self.screen.active_bindings.values()
                if (other.node, other.binding.action) == place
            ]
            title = f"{binding.description[:1].upper()}{binding.description[1:]}"
            yield Command(
                f"{title}  ({', '.join(keys)})",
                binding.tooltip,
                partial(self.app.run_action, binding.action, node),
            )

    async def discover(self) -> Hits:
        """List everything while nothing is typed."""
        for command in self.commands():
            yield DiscoveryHit(command.title, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """List what matches, best first."""
        matcher = self.matcher(query)
        for command in self.commands():
            text = f"{command.title} {command.help}"
            if (score := matcher.match(text)) > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, help=command.help)
