"""What is written beside fetched data: where it came from, under which licence, and its checksum.

The note of ``data/raw/a.jsonl`` is ``data/raw/a.source.toml``: TOML, so that no pattern for
examples matches it. A mixture copies origin and licence into its manifest.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec

from curator.config import read_toml
from curator.store import write_text

#: What stands for a licence where the origin names none.
UNKNOWN = "unknown"


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a file of rows came from.

    Attributes:
        origin: A dataset's name on the Hub, or a file's name.
        sha256: SHA-256 of the file that this stands beside.
        rows: Its rows.
        licence: The licence, as the origin names it; ``unknown`` where it names none.
        revision: The commit it was fetched at; empty for a local file.
        file: The file's name there.
        file_sha256: SHA-256 of that file.
        split: Which split it is; empty for a local file.
        columns: What the columns were called, by our names.
    """

    origin: str
    sha256: str
    rows: int
    licence: str = UNKNOWN
    revision: str = ""
    file: str = ""
    file_sha256: str = ""
    split: str = ""
    columns: dict[str, str] = {}


def note_path(path: Path) -> Path:
    """Return where the note of a file of rows stands."""
    return path.with_name(f"{path.stem}.source.toml")


def read_origin(path: Path) -> Origin | None:
    """Return the note beside a file of rows, or None where there is none of this very content.

    Raises:
        ConfigError: The note does not hold together.
    """
    note = note_path(path)
    if not note.is_file():
        return None
    origin = read_toml(note, Origin, what="a note on where data came from")
    with path.open("rb") as file:
        same = hashlib.file_digest(file, "sha256").hexdigest() == origin.sha256
    return origin if same else None


def write_origin(path: Path, origin: Origin) -> Path:
    """Write the note of a file of rows and return its path.

    Raises:
        StoreError: It could not be written.
    """
    lines = ["# Written by `curator fetch`. A mixture copies origin and licence into its manifest."]
    for key, value in msgspec.to_builtins(origin).items():
        if isinstance(value, dict):
            pairs = ", ".join(f"{name} = {json.dumps(text)}" for name, text in value.items())
            lines.append(f"{key} = {{ {pairs} }}" if pairs else f"{key} = {{}}")
        else:
            # JSON's strings and numbers are TOML's too, but for one character.
            lines.append(f"{key} = {json.dumps(value)}".replace("\x7f", "\\u007f"))
    note = note_path(path)
    write_text(note, "\n".join(lines) + "\n")
    return note
