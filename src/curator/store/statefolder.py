"""Where journals and locks lie: in the user's state folder, never beside the examples."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def state_folder() -> Path:
    """Return the folder of this user's state, which may not exist yet.

    ``CURATOR_STATE_DIR`` names it; by default it is what the system has for such things
    (``$XDG_STATE_HOME/curator``, ``~/Library/Application Support/curator``).
    """
    if named := os.environ.get("CURATOR_STATE_DIR"):
        return Path(named)
    import platformdirs

    return platformdirs.user_state_path("curator", appauthor=False)


def make_folder(name: str) -> Path:
    """Return a folder of the state folder, made where it is missing, for this user only.

    Raises:
        OSError: It cannot be made.
    """
    folder = state_folder() / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key_of(path: Path) -> str:
    """Return the name under which a file is known there: a hash of its path, links followed."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
