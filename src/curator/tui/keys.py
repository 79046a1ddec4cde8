"""Every key of the studio: named so that it can be remapped, explained so that it can be learned.

``curator.toml`` remaps by id::

    [keys]
    "author.new" = "ctrl+n"
    "app.quit" = "q,ctrl+q"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.binding import Binding
from textual.dom import DOMNode


def key(
    keys: str,
    action: str,
    description: str,
    *,
    id: str,  # noqa: A002 - Textual's own name for it
    tooltip: str,
    show: bool = False,
    priority: bool = False,
    display: str | None = None,
) -> Binding:
    """Return a binding that can be remapped and explains itself.

    Args:
        keys: One key or several with commas between.
        action: The action's name, as Textual writes it.
        description: Two or three words for the footer and the help.
        id: ``room.action``, unique in the studio; what ``[keys]`` in ``curator.toml`` names.
        tooltip: One sentence on what it does.
        show: Whether it stands in the footer while it applies.
        priority: Whether it works even where a text editor has the key for itself.
        display: How the key is written, where the usual way reads badly.
    """
    return Binding(
        keys,
        action,
        description,
        show=show,
        key_display=display,
        priority=priority,
        tooltip=tooltip,
        id=id,
    )


def bindings_of(nodes: Iterable[type[DOMNode] | DOMNode]) -> Iterator[Binding]:
    """Yield each binding with an id that `nodes` declare themselves or inherit."""
    for node in nodes:
        kind = node if isinstance(node, type) else type(node)
        for base in kind.__mro__:
            for binding in vars(base).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding


def unknown_ids(keymap: Iterable[str], known: Iterable[str]) -> set[str]:
    """Return the ids of `keymap` that name no binding.

    Only those of a room that has bindings among `known` are judged, because a room that nobody has
    opened yet has none.
    """
    ids = set(known)
    rooms = {one.partition(".")[0] for one in ids}
    return {one for one in keymap if one not in ids and one.partition(".")[0] in rooms}


_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "plus": "+",
    "minus": "-",
    "enter": "enter",
}


def key_name(name: str) -> str:
    """Return how a key is written for people: ``ctrl+s``, ``?``, ``esc``, ``J``."""
    *modifiers, last = name.split("+")
    last = _NAMES.get(last, last)
    if last.startswith("upper_"):
        last = last.removeprefix("upper_").upper()
    return "+".join([*modifiers, last])
