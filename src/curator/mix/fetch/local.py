"""A file on this machine taken as base data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from curator.errors import InputError
from curator.mix.fetch.note import UNKNOWN, Origin
from curator.mix.fetch.rows import Fetched, fields_of, put

_NONE: Mapping[str, str] = MappingProxyType({})


def fetch_file(
    path: Path,
    folder: Path,
    *,
    name: str = "",
    licence: str = "",
    columns: Mapping[str, str] = _NONE,
) -> Fetched:
    """Take a JSON, JSON Lines or Parquet file into a folder of base data.

    Args:
        path: The file.
        folder: Where the rows go, such as ``data/raw``.
        name: What they are called there; the file's own name by default.
        licence: The licence they are under; ``unknown`` by default.
        columns: What the columns are called, by our names, where they are not told by themselves.

    Raises:
        InputError: The file cannot be read.
        ConfigError: Its columns are not known, or the name is taken by a file of somebody's own.
        StoreError: A file could not be written.
    """
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    origin = Origin(
        origin=path.name,
        sha256="",
        rows=0,
        licence=licence or UNKNOWN,
        file=path.name,
        file_sha256=sha256,
    )
    return put(folder, name or path.stem, fields_of(path), origin, columns)
