"""What the studio remembers of a person from one start to the next: how it shall look."""

from __future__ import annotations

import json

from curator.errors import CuratorError
from curator.store import write_text
from curator.store.statefolder import make_folder, state_folder

_NAME = "studio.json"


def remembered() -> dict[str, str]:
    """Return what was remembered; nothing where that cannot be read."""
    try:
        found = json.loads((state_folder() / _NAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def remember(key: str, value: str) -> None:
    """Remember one thing; where that is not possible, it is forgotten at the end of this run."""
    known = remembered()
    if known.get(key) != value:
        try:
            write_text(make_folder("") / _NAME, json.dumps({**known, key: value}) + "\n")
        except (OSError, CuratorError):
            return
